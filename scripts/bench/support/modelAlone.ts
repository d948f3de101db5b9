import { once } from 'node:events'
import { defaultModel, findModel, type ModelFiles } from '../../../src/embeddings/model.ts'
import { poolShape } from '../../../src/embeddings/pool.ts'
import { startThread } from '../../../src/threads/thread.ts'

/** The data that a thread of the baseline starts with; it says when it is ready, runs at a word, and says when it is done. */
export interface Share {
  readonly files: ModelFiles
  readonly threads: number
  readonly texts: readonly string[]
}

/**
 * Runs of the model a second with nothing around them: as many threads, sessions with the same options and the same
 * runs as the embedder makes, but tokenised beforehand, and nothing done with what comes out.
 */
export async function modelAlone(texts: readonly string[], model = defaultModel): Promise<number> {
  const { size, threads } = poolShape()
  const files = await findModel(model)
  const workers = Array.from({ length: size }, (_, i) => {
    const share = texts.filter((_, j) => j % size === i)
    const workerData: Share = { files, threads, texts: share }
    return startThread(new URL('./modelAloneThread.ts', import.meta.url), { workerData })
  })
  const ended = workers.map((worker) => once(worker, 'exit'))
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  const begin = performance.now()
  const done = workers.map((worker) => once(worker, 'message'))
  for (const worker of workers) worker.postMessage('go')
  await Promise.all(done)
  const seconds = (performance.now() - begin) / 1000
  await Promise.all(ended)
  return texts.length / seconds
}
