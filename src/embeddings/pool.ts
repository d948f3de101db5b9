import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { ModelError } from '../errors.ts'
import { startThread } from '../thread.ts'
import { gateSlots } from './gate.ts'
import type { Embedding, PackedEmbedding } from './types.ts'
import type { WorkerReply, WorkerRequest, WorkerSetup } from './worker.ts'

/** Worker threads with a model each. They start when there is work for them and do not keep the process alive without. */
export interface Pool {
  /**
   * Embeds texts, each by itself, in the order given. Few texts are a question and go before many.
   * @throws ModelError when the model cannot be loaded
   */
  embed(texts: readonly string[]): Promise<Embedding[]>
  /** The same, with token vectors packed by the worker. */
  embedPacked(texts: readonly string[]): Promise<PackedEmbedding[]>
  /** Waits for what was asked, then ends the threads. */
  close(): Promise<void>
}

/** Each loads the weights anew, some 100 MB; beyond these, further cores help within a run of the model. */
const mostWorkers = 4
/** Texts that a worker has at hand, so that it need not wait for a main thread that is busy. */
const depth = 4
/** A question is one text, or two where its vector is made with a prefix. */
const mostOfQuestion = 2

/** Milliseconds that the end of the process waits for a run, at most. */
const longestRun = 2000

interface Asked {
  readonly isQuestion: boolean
  readonly isPacked: boolean
  readonly results: (Embedding | PackedEmbedding)[]
  left: number
  isOver: boolean
  resolve(results: (Embedding | PackedEmbedding)[]): void
  reject(error: Error): void
}

interface Job {
  readonly asked: Asked
  readonly text: string
  readonly at: number
}

interface Member {
  readonly worker: Worker
  readonly ended: Promise<void>
  /** What it was sent and has not answered, by id. */
  readonly jobs: Map<number, Job>
  isReady: boolean
}

/** How many workers there may be here, and how many threads share a run in each. */
export function poolShape(): { size: number; threads: number } {
  const cores = availableParallelism()
  const size = Math.min(cores, mostWorkers)
  return { size, threads: Math.floor(cores / size) }
}

export function startPool(setup: Omit<WorkerSetup, 'threads' | 'gate'>): Pool {
  const { size, threads } = poolShape()
  const members = new Set<Member>()
  const questions: Job[] = []
  const others: Job[] = []
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
    const workerData: WorkerSetup = { ...setup, threads, gate }
    const worker = startThread(new URL('./worker.ts', import.meta.url), { workerData })
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const member: Member = { worker, ended, jobs: new Map(), isReady: false }
    members.add(member)
    let cause: unknown
    worker.on('error', (error) => (cause = error))
    worker.on('exit', () => lost(member, cause))
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'ready') member.isReady = true
      else if (reply.kind === 'unusable') cause = new ModelError(reply.text)
      else {
        const job = member.jobs.get(reply.id)!
        member.jobs.delete(reply.id)
        if (reply.kind === 'failed') fail(job.asked, new Error(reply.stack))
        else done(job, reply.embedding)
      }
      hand()
    })
  }

  const done = ({ asked, at }: Job, embedding: Embedding | PackedEmbedding): void => {
    asked.results[at] = embedding
    asked.left--
    if (asked.left === 0) asked.resolve(asked.results)
  }

  const fail = (asked: Asked, error: Error): void => {
    asked.isOver = true
    asked.reject(error)
  }

  /** What a worker had at hand fails with it; where it never got ready, others would not either, so all fails. */
  const lost = (member: Member, cause: unknown): void => {
    members.delete(member)
    const hit = [...member.jobs.values(), ...(member.isReady ? [] : [...questions, ...others])]
    const error = cause instanceof ModelError ? cause : new Error('an embedding worker ended', { cause })
    for (const { asked } of hit) fail(asked, error)
    hand()
  }

  /** Hands what waits to the workers, and starts more where those there are have their hands full. */
  const hand = (): void => {
    for (const [queue, isQuestion] of [
      [questions, true],
      [others, false],
    ] as const) {
      while (queue.length > 0) {
        if (queue[0]!.asked.isOver) {
          queue.shift()
          continue
        }
        const held = ({ jobs }: Member) => [...jobs.values()].filter(({ asked }) => asked.isQuestion === isQuestion)
        const free = [...members].filter((member) => member.isReady && held(member).length < depth)
        // The second comparison keeps questions away from a worker that is in the middle of a passage.
        free.sort((a, b) => held(a).length - held(b).length || a.jobs.size - b.jobs.size)
        if (free.length === 0) break
        const job = queue.shift()!
        const id = ids++
        free[0]!.jobs.set(id, job)
        free[0]!.worker.postMessage({
          kind: 'embed',
          id,
          text: job.text,
          isQuestion,
          isPacked: job.asked.isPacked,
        } satisfies WorkerRequest)
      }
    }
    const waiting = questions.length + others.length
    const all = [...members].reduce((sum, { jobs }) => sum + jobs.size, waiting)
    while (members.size < Math.min(size, Math.ceil(all / depth))) start()
    for (const { worker, jobs, isReady } of members) {
      if (isClosing || jobs.size > 0 || (!isReady && waiting > 0)) worker.ref()
      else worker.unref()
    }
  }

  const ask = (texts: readonly string[], isPacked: boolean): Promise<(Embedding | PackedEmbedding)[]> => {
    if (texts.length === 0) return Promise.resolve([])
    const isQuestion = texts.length <= mostOfQuestion
    const result = new Promise<Asked['results']>((resolve, reject) => {
      const asked: Asked = { isQuestion, isPacked, results: [], left: texts.length, isOver: false, resolve, reject }
      for (const [at, text] of texts.entries()) (isQuestion ? questions : others).push({ asked, text, at })
    })
    const settled: Promise<unknown> = result.then(
      () => underWay.delete(settled),
      () => underWay.delete(settled),
    )
    underWay.add(settled)
    hand()
    return result
  }

  return {
    embed: (texts) => ask(texts, false) as Promise<Embedding[]>,
    embedPacked: (texts) => ask(texts, true) as Promise<PackedEmbedding[]>,
    async close() {
      await Promise.all(underWay)
      isClosing = true
      for (const { worker } of members) worker.postMessage({ kind: 'end' } satisfies WorkerRequest)
      hand()
      await Promise.all([...members].map(({ ended }) => ended))
      process.off('exit', holdExit)
    },
  }
}
