import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPipeline, type Embedded, type ReadReport } from '../../src/indexes/pipeline.ts'

/** A report of so many passages, of which the pipeline only counts. */
const reportOf = (passages: number) => ({ passages: Array.from({ length: passages }) }) as unknown as ReadReport
const made = { inputs: [], vectors: new Float32Array(0), tokens: [], fresh: 0 }

/** A model that embeds when it is told to. */
function slowModel() {
  const begun: ((made: Embedded) => void)[] = []
  const embed = () => new Promise<Embedded>((resolve) => void begun.push(resolve))
  return { begun, embed }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('the model has the next group at hand before it is done with one, and no third', async () => {
  const { begun, embed } = slowModel()
  const pipeline = createPipeline({ embed, grow: () => null, write: () => assert.fail('too few to be written') })
  await pipeline.add(reportOf(256))
  let isTaken = false
  const second = pipeline.add(reportOf(256)).then(() => (isTaken = true))
  await turn()
  assert.equal(begun.length, 2)
  assert.equal(isTaken, false, 'reading waits')
  begun[0]!(made)
  await second
  begun[1]!(made)
  await pipeline.abandon()
})

test('to abandon is to wait until the model has nothing at hand, also after a fault', async () => {
  const { begun, embed } = slowModel()
  let groups = 0
  const failing = () => (groups++ === 0 ? Promise.reject(new Error('no model')) : embed())
  const pipeline = createPipeline({ embed: failing, grow: () => null, write: () => assert.fail('nothing to write') })
  await pipeline.add(reportOf(256))
  await assert.rejects(pipeline.add(reportOf(256)), /no model/)
  let isOver = false
  const abandoning = pipeline.abandon().then(() => (isOver = true))
  await turn()
  assert.equal(isOver, false)
  begun[0]!(made)
  await abandoning
})
