import { Worker, type WorkerOptions } from 'node:worker_threads'
import { disableTelemetry } from '../telemetry.ts'

/** Starts a thread with a TypeScript file. On Node 20 loaders do not see a thread's first file, so JavaScript imports it. */
export function startThread(file: URL, options: Pick<WorkerOptions, 'workerData' | 'resourceLimits'>): Worker {
  disableTelemetry()
  const [loader, program] = [new URL('./typescript.js', import.meta.url), file].map(({ href }) => JSON.stringify(href))
  return new Worker(`import(${loader}).then(() => import(${program}))`, { ...options, eval: true, execArgv: [] })
}
