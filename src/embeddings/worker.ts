import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { ModelError } from '../errors.ts'
import { installationFault } from '../installation.js'
import { throughGate } from './gate.ts'
import type { WorkerReply, WorkerRequest, WorkerSetup } from './pool.ts'
import { packTokens } from './tokens.ts'
import { embedText, type LoadedModel, loadModel, scorePassage } from './transformers.ts'
import type { Tasks } from './types.ts'

/** The program of a thread that `pool.ts` starts: a run of the model blocks its thread for its whole length. */
const { task, files, model, threads, gate } = workerData as WorkerSetup
const port = parentPort!
type RunRequest = WorkerRequest & { kind: 'run' }

const urgent: RunRequest[] = []
const others: RunRequest[] = []
let isEnding = false
let wake = () => {}

const take = (request: WorkerRequest): void => {
  if (request.kind === 'end') isEnding = true
  else (request.isUrgent ? urgent : others).push(request)
  wake()
}

const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

port.on('message', take)
try {
  const loaded = await loadModel(files, threads, task, (work) => throughGate(gate, work))
  reply({ kind: 'ready' })
  await serve(loaded)
  await loaded.model.dispose()
} catch (error) {
  const text = error instanceof ModelError ? error.text : installationFault(error)
  if (text === null) throw error
  reply({ kind: 'unusable', text })
}
port.close()

/** Runs the model until the pool sends `end` and no request is left. An urgent request during a run is next. */
async function serve(loaded: LoadedModel): Promise<void> {
  for (;;) {
    for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port)) take(more.message)
    const next = urgent.shift() ?? others.shift()
    if (next) await answer(loaded, next)
    else if (isEnding) return
    else await new Promise<void>((resolve) => (wake = resolve))
  }
}

async function answer(loaded: LoadedModel, { id, input }: RunRequest): Promise<void> {
  try {
    if ('text' in input) reply(...embeddingReply(id, await throughGate(gate, () => embed(loaded, input))))
    else reply({ kind: 'done', id, output: await throughGate(gate, () => scorePassage(loaded, input)) })
  } catch (error) {
    reply({ kind: 'failed', id, stack: (error as Error).stack ?? String(error) })
  }
}

function embed(loaded: LoadedModel, { text, isPacked }: Tasks['embed']['input']): Promise<Tasks['embed']['output']> {
  const { dimensions } = model!
  const pack = (states: Float32Array) => packTokens(states, dimensions)
  const copy = (states: Float32Array) => states.slice()
  return isPacked ? embedText(loaded, text, model!, pack) : embedText(loaded, text, model!, copy)
}

/** The reply with an embedding, and its memory, which is handed over rather than copied. */
function embeddingReply(id: number, output: Tasks['embed']['output']): [WorkerReply, ArrayBuffer[]] {
  const { vector, tokens, tokenStarts } = output
  return [{ kind: 'done', id, output }, [vector, tokens, tokenStarts].map(({ buffer }) => buffer as ArrayBuffer)]
}
