import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Answerer } from '../../src/answer/answerer.ts'
import { excerpt } from '../../src/answer/excerpt.ts'
import { sourceLine } from '../../src/answer/sourceLine.ts'
import type { Answer, Quote } from '../../src/answer/types.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { type Dependencies, openAnswerer, openDependencies } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { buildLibrary } from '../support/botProcess.ts'
import { type Case, cases } from '../support/fiveReportsQuestions.ts'
import { marks, startPrivate } from '../support/testBot.ts'

let reportsFolder: string
let parts: Dependencies
let answerer: Answerer

before(async () => {
  const { folder } = await buildLibrary(true)
  reportsFolder = join(folder, 'reports')
  const config = readConfig({ REPORTS_DIR: reportsFolder, INDEX_DIR: join(folder, 'index') })
  parts = await openDependencies(config)
  answerer = await openAnswerer(config, parts)
})
after(() => parts.embedder.dispose())

/** Words alone: what the restorer may change of a file is white space and Markdown's marks. */
const bare = (text: string) => text.replace(/[\s*#]/gu, '')

async function assertVerbatim({ text, ranges, highlights, figures, source }: Quote): Promise<void> {
  const file = await readFile(join(reportsFolder, source.file), 'utf8')
  assert.equal(bare(text), bare(ranges.map(([start, end]) => file.slice(start, end)).join('')))
  assert.notEqual(bare(text), '')
  assert.ok(highlights.length > 0)
  for (const [start, end] of highlights) assert.ok(0 <= start && start < end && end <= text.length)
  for (const [start, end] of figures) assert.ok(start < end && highlights.some(([a, b]) => a <= start && end <= b))
}

function quoteFor({ fact, among = 1, reason }: Case, { quotes }: Answer): Quote {
  const shown = quotes.slice(0, among)
  const found = shown.find(({ text }) => bare(text).includes(bare(fact)))
  assert.ok(found, `${reason} '${fact}' is not among: ${shown.map(({ text }) => `\n- ${text}`).join('')}`)
  return found
}

const highlighted = ({ text, highlights }: Quote) => highlights.map(([start, end]) => text.slice(start, end)).join('')

describe('the five reports answer', () => {
  for (const asked of cases) {
    const { question, reason, fact, file, article, section, paragraph } = asked
    test(`${question} ${fact}`, async () => {
      const answer = await answerer.answer({ text: question })
      assert.ok(answer.answered)
      assert.deepEqual(answer.withheld, [])
      for (const quote of answer.quotes) await assertVerbatim(quote)
      const quote = quoteFor(asked, answer)
      const { source } = quote
      assert.deepEqual(
        { file: source.file, article: source.article, section: source.section, paragraph: source.paragraph },
        { file, article, section, paragraph },
      )
      assert.ok(bare(highlighted(quote)).includes(bare(fact)), `${reason} Marked is: ${highlighted(quote)}`)
    })
  }
})

describe('through Telegram', () => {
  test('the answering sentence is bold inside a block quotation, with its source below', async (context) => {
    const { ask } = await startPrivate(context, { answerer })
    for (const asked of cases.filter(({ among = 1 }) => among === 1)) {
      const answer = await answerer.answer({ text: asked.question })
      const [best] = answer.quotes
      const [message, ...more] = await ask(asked.question)
      assert.deepEqual(more, [])
      const [quotation, ...others] = marks(message)
      const end = others.findIndex(([type]) => type !== 'bold')
      const bold = (end < 0 ? others : others.slice(0, end)).map(([, words]) => words)
      const shown = excerpt(best!)
      assert.deepEqual(quotation, ['blockquote', shown.text])
      assert.deepEqual(
        bold,
        shown.highlights.map(([from, to]) => shown.text.slice(from, to)),
      )
      const after = message?.text?.slice(shown.text.length).split('\n')[1]
      assert.equal(after, `📄 ${sourceLine(best!.source, 'zh')}`)
      assert.ok(after.includes(`第 ${asked.paragraph} 段`))
      assert.ok(bare(quotation![1]).includes(bare(asked.fact)), asked.reason)
    }
  })

  test('a source line names the report, its section and its paragraph, and nothing twice', async (context) => {
    const { ask } = await startPrivate(context, { answerer })
    const [message] = await ask('侦办了多少起涉黑涉恶案件?')
    const [quotation, bold] = marks(message)
    assert.match(quotation?.[1] ?? '', /侦办涉黑涉恶案件37起、查处涉黑涉恶嫌疑人121名。/)
    assert.deepEqual(bold, ['bold', '侦办涉黑涉恶案件37起、查处涉黑涉恶嫌疑人121名。'])
    assert.equal(
      message?.text?.split('\n').find((line) => line.startsWith('📄')),
      '📄 约2021年 · 西城街道： 全力打造“宜居、和美、幸福”新西城 · 2020年及“十三五”工作回顾 › 全力保障社会稳定 基层治理不断深化 · 第 6 段 · 2020年及“十三五”工作回顾、2021年重点工作安排',
    )
  })

  test('what cannot be looked up is explained', async (context) => {
    const { ask } = await startPrivate(context, { answerer })
    const faults = { '???': /没有文字/, '\u200b': /是空的/, ['字'.repeat(501)]: /最多 500 个字,实际 501 个/ }
    for (const [question, explained] of Object.entries(faults)) {
      const [message, ...more] = await ask(question)
      assert.match(message?.text ?? '', explained)
      assert.deepEqual(more, [])
    }
  })

  test('what the reports do not speak of is not presented as answered', async (context) => {
    const { ask } = await startPrivate(context, { answerer })
    for (const question of ['火星上有没有生命?', '红烧肉怎么做才好吃?', '世界杯决赛谁进了球?']) {
      const [message] = await ask(question)
      const start = message?.text?.split('\n')[0] ?? ''
      assert.ok([botTexts.zh.unsure, botTexts.zh.nothing].includes(start), `${question} ${start}`)
    }
  })
})
