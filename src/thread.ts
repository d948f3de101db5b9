import { Worker, type WorkerOptions } from 'node:worker_threads'

/** Starts a thread with a TypeScript file. On Node 20 tsx does not load a thread's first file, so JavaScript brings it in. */
export function startThread(file: URL, options: Pick<WorkerOptions, 'workerData' | 'resourceLimits'>): Worker {
  const code = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => {
    register()
    return import(${JSON.stringify(file.href)})
  })`
  return new Worker(code, { ...options, eval: true, execArgv: [] })
}
