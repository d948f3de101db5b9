import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../src/metrics.ts'

test('a new one has counted nothing', async () => {
  const metrics = createMetrics()
  assert.deepEqual(await metrics.summary(), { answers: {}, events: {}, waiting: 0, medianMs: null, p99Ms: null })
  assert.equal(metrics.isBusy, false)
  assert.ok(Math.abs(Date.now() - metrics.startedAt.getTime()) < 60_000)
})

test('answers are counted by band and events by name, in the summary and in the text', async () => {
  const metrics = createMetrics()
  metrics.answered('answer', 12)
  metrics.answered('answer', 30)
  metrics.answered('none', 4)
  metrics.counted('flood')
  metrics.counted('topic closed')
  metrics.counted('flood')
  const { answers, events } = await metrics.summary()
  assert.deepEqual(answers, { answer: 2, none: 1 })
  assert.deepEqual(events, { flood: 2, 'topic closed': 1 })
  const text = await metrics.text()
  for (const line of [
    'wenju_answers_total{band="answer"} 2',
    'wenju_answers_total{band="none"} 1',
    'wenju_events_total{event="flood"} 2',
    'wenju_events_total{event="topic closed"} 1',
    'wenju_answer_seconds_count 3',
    'wenju_answer_seconds_bucket{le="0.01"} 1',
    'wenju_answer_seconds_bucket{le="0.02"} 2',
    'wenju_answer_seconds_bucket{le="+Inf"} 3',
  ])
    assert.ok(text.includes(`\n${line}\n`), line)
})

test('median and 99th percentile are of the latest thousand answers', async () => {
  const metrics = createMetrics()
  const times = async () => {
    const { medianMs, p99Ms } = await metrics.summary()
    return [medianMs, p99Ms]
  }
  metrics.answered('answer', 7)
  assert.deepEqual(await times(), [7, 7])
  for (let index = 0; index < 5000; index++) metrics.answered('answer', 100_000)
  assert.deepEqual(await times(), [100_000, 100_000])
  // In an order that is not that of size; the old ones have to go, the oldest first.
  for (let index = 0; index < 1000; index++) metrics.answered('answer', (index * 7) % 1000)
  assert.deepEqual(await times(), [500, 990])
})

test('how many wait, and whether there is room', async () => {
  const metrics = createMetrics()
  metrics.waiting(100, true)
  assert.equal(metrics.isBusy, true)
  assert.equal((await metrics.summary()).waiting, 100)
  assert.match(await metrics.text(), /^wenju_updates_waiting 100$/m)
  metrics.waiting(3, false)
  assert.equal(metrics.isBusy, false)
  assert.match(await metrics.text(), /^wenju_updates_waiting 3$/m)
})

test('two bots in one process count apart', async () => {
  const [one, other] = [createMetrics(), createMetrics()]
  one.counted('flood')
  assert.deepEqual((await other.summary()).events, {})
})
