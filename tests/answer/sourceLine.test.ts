import assert from 'node:assert/strict'
import { test } from 'node:test'
import { originWords, sourceLine } from '../../src/answer/sourceLine.ts'
import type { Source } from '../../src/answer/types.ts'
import { renderAnswer } from '../../src/bot/views/render.ts'
import { answerOf, marks, quoteOf } from '../support/testBot.ts'

const address = 'https://www.example.gov.cn:8443/art/1.html?a=b'
/** A moment on this day wherever the test runs. */
const fetched = new Date(2026, 11, 1, 0, 30).toISOString()
const sourceFrom = (more: Partial<Source>): Source => quoteOf('造桥三座。', undefined, more).source

test('a source line names the site that the report was fetched from, and the day', () => {
  const source = sourceFrom({ address, fetched })
  assert.equal(sourceLine(source, 'zh'), '工作报告 · 第 2 段 · 来自 www.example.gov.cn,2026-12-01 获取')
  assert.equal(sourceLine(source, 'en'), '工作报告 · ¶ 2 · from www.example.gov.cn, fetched 2026-12-01')
  assert.equal(sourceLine(sourceFrom({}), 'zh'), '工作报告 · 第 2 段')
  assert.deepEqual(originWords({ address: 'http://xn--fiqs8s.xn--fiqs8s/' }, 'zh'), ['来自 中国.中国'])
})

test('in a message of the bot the site links to the address, beside the title that links to the page', () => {
  const quote = quoteOf('造桥三座。', undefined, { address, fetched })
  const origin = '来自 www.example.gov.cn,2026-12-01 获取'
  const plain = renderAnswer(answerOf([quote]), 'zh')
  assert.equal(plain.text, `造桥三座。\n📄 工作报告 · 第 2 段 · ${origin}`)
  const links = ({ entities }: typeof plain) => entities.flatMap((one) => (one.type === 'text_link' ? [one.url] : []))
  assert.deepEqual(links(plain), [address])
  const linked = renderAnswer(answerOf([quote]), 'zh', () => 'https://reports.example.org/r/a')
  assert.equal(linked.text, plain.text)
  assert.deepEqual(links(linked), ['https://reports.example.org/r/a', address])
  const worded = marks(linked as Parameters<typeof marks>[0]).filter(([type]) => type === 'text_link')
  assert.deepEqual(
    worded.map(([, words]) => words),
    ['工作报告', origin],
  )
})
