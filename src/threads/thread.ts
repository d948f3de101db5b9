import { fileURLToPath } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { disableTelemetry } from '../telemetry.ts'

/** Starts a thread with a TypeScript file. */
export function startThread(file: URL, options: Pick<WorkerOptions, 'workerData' | 'resourceLimits'>): Worker {
  disableTelemetry()
  const [loader, program] = [new URL('./typescript.js', import.meta.url).href, fileURLToPath(file)].map((place) =>
    JSON.stringify(place),
  )
  const code = `import(${loader}).then(({ importTypeScript }) => importTypeScript(${program}))`
  return new Worker(code, { ...options, eval: true, execArgv: [] })
}
