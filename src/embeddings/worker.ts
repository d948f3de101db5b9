import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Bilingual, ModelError } from '../errors.ts'
import { installationFault } from '../installation.js'
import { throughGate } from './gate.ts'
import type { ModelFiles } from './model.ts'
import { packTokens } from './tokens.ts'
import { embedText, type LoadedModel, loadModel } from './transformers.ts'
import type { Embedding, ModelDescription, PackedEmbedding } from './types.ts'

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly files: ModelFiles
  readonly model: ModelDescription
  /** Threads that share a run of the model. */
  readonly threads: number
  /** See `gate.ts`; closed when the process ends. */
  readonly gate: Int32Array
}

/** What it is asked. */
export type WorkerRequest =
  | {
      readonly kind: 'embed'
      readonly id: number
      readonly text: string
      readonly isQuestion: boolean
      readonly isPacked: boolean
    }
  | { readonly kind: 'end' }

/** What it says: that the model is loaded, or cannot be; what became of a text. */
export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly text: Bilingual }
  | { readonly kind: 'embedding'; readonly id: number; readonly embedding: Embedding | PackedEmbedding }
  | { readonly kind: 'failed'; readonly id: number; readonly stack: string }

/** The thread that runs the model, started by `pool.ts`: a run takes the thread it runs on for its whole length. */
const { files, model, threads, gate } = workerData as WorkerSetup
const port = parentPort!
type Asked = WorkerRequest & { kind: 'embed' }

const questions: Asked[] = []
const others: Asked[] = []
let isEnding = false
let wake = () => {}

const take = (request: WorkerRequest): void => {
  if (request.kind === 'end') isEnding = true
  else (request.isQuestion ? questions : others).push(request)
  wake()
}

const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

port.on('message', take)
try {
  const loaded = await loadModel(files, threads, (work) => throughGate(gate, work))
  reply({ kind: 'ready' })
  await serve(loaded)
  await loaded.model.dispose()
} catch (error) {
  const text = error instanceof ModelError ? error.text : installationFault(error)
  if (text === null) throw error
  reply({ kind: 'unusable', text })
}
port.close()

/** Embeds until it is told to end and nothing is left. A question that arrives during a run is next. */
async function serve(loaded: LoadedModel): Promise<void> {
  for (;;) {
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) take(more.message)
    const next = questions.shift() ?? others.shift()
    if (next) await embed(loaded, next)
    else if (isEnding) return
    else await new Promise<void>((resolve) => (wake = resolve))
  }
}

async function embed(loaded: LoadedModel, { id, text, isPacked }: Asked): Promise<void> {
  try {
    const pack = (own: Float32Array) => packTokens(own, model.dimensions)
    const copy = (own: Float32Array) => own.slice()
    const embedding = await throughGate<Embedding | PackedEmbedding>(gate, () =>
      isPacked ? embedText(loaded, text, model, pack) : embedText(loaded, text, model, copy),
    )
    const { vector, tokens, tokenStarts } = embedding
    reply({ kind: 'embedding', id, embedding }, [
      vector.buffer as ArrayBuffer,
      tokens.buffer as ArrayBuffer,
      tokenStarts.buffer as ArrayBuffer,
    ])
  } catch (error) {
    reply({ kind: 'failed', id, stack: (error as Error).stack ?? String(error) })
  }
}
