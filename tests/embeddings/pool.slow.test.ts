import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { defaultModel } from '../../src/embeddings/model.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { packTokens } from '../../src/embeddings/tokens.ts'
import type { Embedder } from '../../src/embeddings/types.ts'
import { typescript } from '../support/typescript.ts'

const embedding = fileURLToPath(new URL('poolChild.ts', import.meta.url))

const passages = (count: number) =>
  Array.from({ length: count }, (_, i) => `第${i}号小区:${'安置房交付四百套,垃圾分类设施实现全覆盖。'.repeat(6)}`)

/** Every worker that is sent something from now on; Node's own thread for loading modules is of another class. */
function workersOf(t: TestContext): Set<Worker> {
  const workers = new Set<Worker>()
  const send = Worker.prototype.postMessage
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...message: Parameters<typeof send>) {
    if (this.constructor === Worker) workers.add(this)
    send.apply(this, message)
  })
  return workers
}

describe('the model in worker threads', () => {
  let embedder: Embedder
  before(async () => {
    embedder = await openEmbedder(defaultModel)
    await embedder.embed(['安置房'])
  })
  after(() => embedder.dispose())

  it('leaves the main thread free', async () => {
    const since = performance.eventLoopUtilization()
    await embedder.embed(passages(20))
    const { utilization } = performance.eventLoopUtilization(since)
    assert.ok(utilization < 0.5, `busy for ${utilization} of the time`)
  })

  it('answers a question before the many texts that were asked first', async () => {
    const order: string[] = []
    const many = embedder.embed(passages(40)).then(() => order.push('many'))
    await embedder.embed(['安置房交付了多少套']).then(() => order.push('question'))
    const two = embedder.embed(['安置房', 'query: 安置房']).then(() => order.push('question in two forms'))
    await Promise.all([many, two])
    assert.equal(order.at(-1), 'many')
  })

  it('gives each of many askers the answer to what they asked', async () => {
    const texts = passages(80).map((text) => text.slice(0, 20))
    const alone = await embedder.embed(texts)
    const together = await Promise.all(texts.map(async (text) => (await embedder.embed([text]))[0]!))
    assert.deepEqual(together, alone)
  })

  it('packs token vectors for an index, and changes nothing else', async () => {
    const texts = passages(5)
    const [plain, packed] = [await embedder.embed(texts), await embedder.embedPacked(texts)]
    assert.deepEqual(
      packed,
      plain.map((made) => ({ ...made, tokens: packTokens(made.tokens, embedder.model.dimensions) })),
    )
  })

  it('fails for the text alone that cannot be read', async () => {
    const [fine, failed] = await Promise.allSettled([
      embedder.embed(['安置房']),
      embedder.embed([null as unknown as string]),
    ])
    assert.equal(fine.status, 'fulfilled')
    assert.equal(failed.status, 'rejected')
  })

  it('fails with what was asked when its threads end, and starts anew at the next call', async (t) => {
    const workers = workersOf(t)
    const embedder = await openEmbedder(defaultModel)
    t.after(() => embedder.dispose())
    const [asked] = await embedder.embed(['安置房交付'])
    const failed = assert.rejects(embedder.embed(passages(80)), /worker ended/u)
    const first = [...workers]
    // What is no request breaks a worker.
    for (const worker of first) worker.postMessage(null)
    await failed
    assert.deepEqual(await embedder.embed(['安置房交付']), [asked])
    assert.ok([...workers].some((worker) => !first.includes(worker)))
  })

  it('ends them when disposed of, after what was asked', async (t) => {
    const workers = workersOf(t)
    const embedder = await openEmbedder(defaultModel)
    const asked = embedder.embed(passages(10))
    const ended = asked.then(() =>
      Promise.all([...workers].map((worker) => new Promise((done) => worker.on('exit', done)))),
    )
    await embedder.dispose()
    assert.equal((await asked).length, 10)
    await ended
  })

  it('is disposed of when it never ran', async () => {
    const embedder = await openEmbedder(defaultModel)
    await embedder.dispose()
  })

  /** The exit code of `poolChild.ts`. */
  async function exitCodeOf(...args: readonly string[]): Promise<number> {
    const child = spawn(process.execPath, [...typescript, embedding, ...args])
    const [exitCode] = await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })
    return exitCode
  }

  it('keeps no process from ending when idle', async () => {
    assert.equal(await exitCodeOf('idle'), 0)
  })

  it('lets a process end with its own exit code while the model is loaded', async () => {
    for (const delayMs of ['150', '300', '450'])
      assert.equal(await exitCodeOf('loading', delayMs), 3, `after ${delayMs} ms`)
  })

  it('lets a process end with its own exit code in the middle of a run', async () => {
    assert.equal(await exitCodeOf('running', '60', ...passages(40)), 3)
  })
})
