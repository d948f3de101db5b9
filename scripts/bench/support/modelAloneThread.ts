import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { loadModel, tokenise } from '../../../src/embeddings/transformers.ts'
import type { Share } from './modelAlone.ts'

/** A thread of `modelAlone.ts`. */
const { files, threads, texts } = workerData as Share
const port = parentPort!
const loaded = await loadModel(files, threads)
const inputs = texts.map((text) => tokenise(loaded, text))
await loaded.model(inputs[0]!)
port.postMessage('ready')
await once(port, 'message')
for (const input of inputs) {
  const outputs = await loaded.model(input)
  for (const tensor of Object.values(outputs)) (tensor as { dispose(): void }).dispose()
}
port.postMessage('done')
port.close()
