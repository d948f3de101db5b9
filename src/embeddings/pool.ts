import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { type Bilingual, ModelError } from '../errors.ts'
import { startThread } from '../threads/thread.ts'
import { closeGate, createGate } from './gate.ts'
import type { ModelFiles } from './model.ts'
import type { ModelDescription, Task, Tasks } from './types.ts'

/** The data that a worker thread starts with. */
export interface WorkerSetup<Of extends Task = Task> {
  readonly task: Of
  readonly files: ModelFiles
  /** Null for a task that embeds nothing. */
  readonly model: ModelDescription | null
  /** Threads that share a run of the model. */
  readonly threads: number
  /** See `gate.ts`; closed when the process ends. */
  readonly gate: Int32Array
}

/** A message from the pool to a worker. */
export type WorkerRequest<Of extends Task = Task> =
  | { readonly kind: 'run'; readonly id: number; readonly isUrgent: boolean; readonly input: Tasks[Of]['input'] }
  | { readonly kind: 'end' }

/** A message from a worker to the pool: the model is loaded, or cannot be; a run is done, or failed. */
export type WorkerReply<Of extends Task = Task> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly text: Bilingual }
  | { readonly kind: 'done'; readonly id: number; readonly output: Tasks[Of]['output'] }
  | { readonly kind: 'failed'; readonly id: number; readonly stack: string }

/** Worker threads with a model each. They start with work, and do not keep the process alive without. */
export interface Pool<Of extends Task> {
  /**
   * Runs the model for each input by itself. The outputs are in the order of the inputs.
   * @param isUrgent puts the inputs before all that are not urgent, as when a person waits for them
   * @throws ModelError when the model cannot be loaded
   */
  run(inputs: readonly Tasks[Of]['input'][], isUrgent: boolean): Promise<Tasks[Of]['output'][]>
  /** Waits for all calls of `run`, then ends the threads. */
  close(): Promise<void>
}

/** Each worker loads the weights anew, some 100 MB. Cores beyond these help within a run of the model. */
const maxWorkers = 4
/** A worker has so many texts at hand that it need not wait for a main thread that is busy. */
const jobsPerWorker = 4
/** Another worker starts for so many jobs, as its start takes the processor time of about as many texts. */
const jobsPerStart = 64
/** The end of the process waits so long for a run, in milliseconds. */
const maxExitWaitMs = 2000

/** A call of `run`. */
interface Batch<Of extends Task> {
  readonly isUrgent: boolean
  readonly outputs: Tasks[Of]['output'][]
  left: number
  hasFailed: boolean
  resolve(outputs: Tasks[Of]['output'][]): void
  reject(error: Error): void
}

/** One input of a batch. */
interface Job<Of extends Task> {
  readonly batch: Batch<Of>
  readonly input: Tasks[Of]['input']
  readonly position: number
}

interface Member<Of extends Task> {
  readonly worker: Worker
  readonly ended: Promise<void>
  /** Jobs that were sent and are not done, by id. */
  readonly jobs: Map<number, Job<Of>>
  isReady: boolean
}

/** The number of workers, and of the threads that share a run in each. */
export interface PoolShape {
  readonly size: number
  readonly threads: number
}

/** One worker for each core, up to a bound. */
export function poolShape(): PoolShape {
  const cores = availableParallelism()
  const size = Math.min(cores, maxWorkers)
  return { size, threads: Math.floor(cores / size) }
}

/** Starts a pool; its first worker starts at the first `run`. */
export function startPool<Of extends Task>(
  setup: Omit<WorkerSetup<Of>, 'threads' | 'gate'>,
  { size, threads }: PoolShape = poolShape(),
): Pool<Of> {
  const members = new Set<Member<Of>>()
  const urgent: Job<Of>[] = []
  const others: Job<Of>[] = []
  const unsettled = new Set<Promise<unknown>>()
  const gate = createGate()
  let ids = 0
  let isClosing = false

  /** A thread that ends in the middle of a run makes ONNX Runtime abort the process, so an exit waits for the run. */
  const holdExit = () => closeGate(gate, maxExitWaitMs)

  const start = (): void => {
    if (!process.listeners('exit').includes(holdExit)) process.on('exit', holdExit)
    const workerData: WorkerSetup<Of> = { ...setup, threads, gate }
    const worker = startThread(new URL('./worker.ts', import.meta.url), { workerData })
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const member: Member<Of> = { worker, ended, jobs: new Map(), isReady: false }
    members.add(member)
    let cause: unknown
    worker.on('error', (error) => (cause = error))
    worker.on('exit', () => onExit(member, cause))
    worker.on('message', (reply: WorkerReply<Of>) => {
      if (reply.kind === 'ready') member.isReady = true
      else if (reply.kind === 'unusable') cause = new ModelError(reply.text)
      else {
        const job = member.jobs.get(reply.id)!
        member.jobs.delete(reply.id)
        if (reply.kind === 'failed') fail(job.batch, new Error(reply.stack))
        else complete(job, reply.output)
      }
      dispatch()
    })
  }

  /** A worker's jobs fail with it. Where it never got ready, other workers would not either, so all jobs fail. */
  const onExit = (member: Member<Of>, cause: unknown): void => {
    members.delete(member)
    const lost = [...member.jobs.values(), ...(member.isReady ? [] : [...urgent, ...others])]
    const error = cause instanceof ModelError ? cause : new Error('a model worker ended', { cause })
    for (const { batch } of lost) fail(batch, error)
    dispatch()
  }

  /** Sends waiting jobs to workers that have room, and starts more workers where many jobs wait. */
  const dispatch = (): void => {
    for (const queue of [urgent, others]) {
      for (;;) {
        while (queue[0]?.batch.hasFailed) queue.shift()
        const job = queue[0]
        const member = job && memberFor(job.batch, members)
        if (!member) break
        queue.shift()
        const id = ids++
        member.jobs.set(id, job)
        const { isUrgent } = job.batch
        member.worker.postMessage({ kind: 'run', id, isUrgent, input: job.input } satisfies WorkerRequest<Of>)
      }
    }
    const waiting = urgent.length + others.length
    const all = [...members].reduce((sum, { jobs }) => sum + jobs.size, waiting)
    while (members.size < Math.min(size, Math.ceil(all / jobsPerStart))) start()
    for (const { worker, jobs, isReady } of members) {
      if (isClosing || jobs.size > 0 || (!isReady && waiting > 0)) worker.ref()
      else worker.unref()
    }
  }

  return {
    run(inputs, isUrgent) {
      if (inputs.length === 0) return Promise.resolve([])
      const result = new Promise<Batch<Of>['outputs']>((resolve, reject) => {
        const batch: Batch<Of> = { isUrgent, outputs: [], left: inputs.length, hasFailed: false, resolve, reject }
        for (const [position, input] of inputs.entries()) (isUrgent ? urgent : others).push({ batch, input, position })
      })
      const settled: Promise<unknown> = result.then(
        () => unsettled.delete(settled),
        () => unsettled.delete(settled),
      )
      unsettled.add(settled)
      dispatch()
      return result
    },
    async close() {
      await Promise.all(unsettled)
      isClosing = true
      for (const { worker } of members) worker.postMessage({ kind: 'end' } satisfies WorkerRequest<Of>)
      dispatch()
      await Promise.all([...members].map(({ ended }) => ended))
      process.off('exit', holdExit)
    },
  }
}

function complete<Of extends Task>({ batch, position }: Job<Of>, output: Tasks[Of]['output']): void {
  batch.outputs[position] = output
  batch.left--
  if (batch.left === 0) batch.resolve(batch.outputs)
}

function fail<Of extends Task>(batch: Batch<Of>, error: Error): void {
  batch.hasFailed = true
  batch.reject(error)
}

/** The worker that has the fewest jobs like those of the batch, if it has room for one more. */
function memberFor<Of extends Task>({ isUrgent }: Batch<Of>, members: Iterable<Member<Of>>): Member<Of> | undefined {
  const likeJobs = ({ jobs }: Member<Of>) =>
    [...jobs.values()].filter(({ batch }) => batch.isUrgent === isUrgent).length
  const free = [...members].filter((member) => member.isReady && likeJobs(member) < jobsPerWorker)
  // The second comparison keeps urgent jobs away from a worker that is in the middle of something else.
  return free.sort((a, b) => likeJobs(a) - likeJobs(b) || a.jobs.size - b.jobs.size)[0]
}
