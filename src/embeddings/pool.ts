import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { ModelError } from '../errors.ts'
import { startThread } from '../thread.ts'
import { gateSlots } from './gate.ts'
import type { WorkerReply, WorkerRequest, WorkerSetup } from './messages.ts'
import type { Task, Tasks } from './types.ts'

/** Worker threads with a model each. They start when there is work for them and do not keep the process alive without. */
export interface Pool<Of extends Task> {
  /**
   * What the model makes of each input, each by itself, in the order given.
   * @param isUrgent somebody waits for it: it goes before what is not
   * @throws ModelError when the model cannot be loaded
   */
  run(inputs: readonly Tasks[Of]['input'][], isUrgent: boolean): Promise<Tasks[Of]['output'][]>
  /** Waits for what was asked, then ends the threads. */
  close(): Promise<void>
}

/** Each loads the weights anew, some 100 MB; beyond these, further cores help within a run of the model. */
const mostWorkers = 4
/** Texts that a worker has at hand, so that it need not wait for a main thread that is busy. */
const depth = 4

/** Milliseconds that the end of the process waits for a run, at most. */
const longestRun = 2000

interface Asked<Of extends Task> {
  readonly isUrgent: boolean
  readonly outputs: Tasks[Of]['output'][]
  left: number
  isOver: boolean
  resolve(outputs: Tasks[Of]['output'][]): void
  reject(error: Error): void
}

interface Job<Of extends Task> {
  readonly asked: Asked<Of>
  readonly input: Tasks[Of]['input']
  readonly at: number
}

interface Member<Of extends Task> {
  readonly worker: Worker
  readonly ended: Promise<void>
  /** What it was sent and has not answered, by id. */
  readonly jobs: Map<number, Job<Of>>
  isReady: boolean
}

/** How many workers there may be, and how many threads share a run in each. */
export interface PoolShape {
  readonly size: number
  readonly threads: number
}

/** As many workers as cores, up to a bound. */
export function poolShape(): PoolShape {
  const cores = availableParallelism()
  const size = Math.min(cores, mostWorkers)
  return { size, threads: Math.floor(cores / size) }
}

export function startPool<Of extends Task>(
  setup: Omit<WorkerSetup<Of>, 'threads' | 'gate'>,
  { size, threads }: PoolShape = poolShape(),
): Pool<Of> {
  const members = new Set<Member<Of>>()
  const urgent: Job<Of>[] = []
  const others: Job<Of>[] = []
  const underWay = new Set<Promise<unknown>>()
  const gate = new Int32Array(new SharedArrayBuffer(8))
  let ids = 0
  let isClosing = false

  /** A thread that is ended in the middle of a run brings ONNX Runtime to abort the process, so an exit waits for the run. */
  const holdExit = (): void => {
    Atomics.store(gate, gateSlots.isClosed, 1)
    for (;;) {
      const running = Atomics.load(gate, gateSlots.running)
      if (running === 0 || Atomics.wait(gate, gateSlots.running, running, longestRun) === 'timed-out') return
    }
  }

  const start = (): void => {
    if (!process.listeners('exit').includes(holdExit)) process.on('exit', holdExit)
    const workerData: WorkerSetup<Of> = { ...setup, threads, gate }
    const worker = startThread(new URL('./worker.ts', import.meta.url), { workerData })
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const member: Member<Of> = { worker, ended, jobs: new Map(), isReady: false }
    members.add(member)
    let cause: unknown
    worker.on('error', (error) => (cause = error))
    worker.on('exit', () => lost(member, cause))
    worker.on('message', (reply: WorkerReply<Of>) => {
      if (reply.kind === 'ready') member.isReady = true
      else if (reply.kind === 'unusable') cause = new ModelError(reply.text)
      else {
        const job = member.jobs.get(reply.id)!
        member.jobs.delete(reply.id)
        if (reply.kind === 'failed') fail(job.asked, new Error(reply.stack))
        else done(job, reply.output)
      }
      hand()
    })
  }

  const done = ({ asked, at }: Job<Of>, output: Tasks[Of]['output']): void => {
    asked.outputs[at] = output
    asked.left--
    if (asked.left === 0) asked.resolve(asked.outputs)
  }

  const fail = (asked: Asked<Of>, error: Error): void => {
    asked.isOver = true
    asked.reject(error)
  }

  /** What a worker had at hand fails with it; where it never got ready, others would not either, so all fails. */
  const lost = (member: Member<Of>, cause: unknown): void => {
    members.delete(member)
    const hit = [...member.jobs.values(), ...(member.isReady ? [] : [...urgent, ...others])]
    const error = cause instanceof ModelError ? cause : new Error('a model worker ended', { cause })
    for (const { asked } of hit) fail(asked, error)
    hand()
  }

  /** Hands what waits to the workers, and starts more where those there are have their hands full. */
  const hand = (): void => {
    for (const [queue, isUrgent] of [
      [urgent, true],
      [others, false],
    ] as const) {
      while (queue.length > 0) {
        if (queue[0]!.asked.isOver) {
          queue.shift()
          continue
        }
        const held = ({ jobs }: Member<Of>) => [...jobs.values()].filter(({ asked }) => asked.isUrgent === isUrgent)
        const free = [...members].filter((member) => member.isReady && held(member).length < depth)
        // The second comparison keeps what is urgent away from a worker that is in the middle of something else.
        free.sort((a, b) => held(a).length - held(b).length || a.jobs.size - b.jobs.size)
        if (free.length === 0) break
        const job = queue.shift()!
        const id = ids++
        free[0]!.jobs.set(id, job)
        free[0]!.worker.postMessage({ kind: 'run', id, isUrgent, input: job.input } satisfies WorkerRequest<Of>)
      }
    }
    const waiting = urgent.length + others.length
    const all = [...members].reduce((sum, { jobs }) => sum + jobs.size, waiting)
    while (members.size < Math.min(size, Math.ceil(all / depth))) start()
    for (const { worker, jobs, isReady } of members) {
      if (isClosing || jobs.size > 0 || (!isReady && waiting > 0)) worker.ref()
      else worker.unref()
    }
  }

  return {
    run(inputs, isUrgent) {
      if (inputs.length === 0) return Promise.resolve([])
      const result = new Promise<Asked<Of>['outputs']>((resolve, reject) => {
        const asked: Asked<Of> = { isUrgent, outputs: [], left: inputs.length, isOver: false, resolve, reject }
        for (const [at, input] of inputs.entries()) (isUrgent ? urgent : others).push({ asked, input, at })
      })
      const settled: Promise<unknown> = result.then(
        () => underWay.delete(settled),
        () => underWay.delete(settled),
      )
      underWay.add(settled)
      hand()
      return result
    },
    async close() {
      await Promise.all(underWay)
      isClosing = true
      for (const { worker } of members) worker.postMessage({ kind: 'end' } satisfies WorkerRequest<Of>)
      hand()
      await Promise.all([...members].map(({ ended }) => ended))
      process.off('exit', holdExit)
    },
  }
}
