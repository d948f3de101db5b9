import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import * as z from 'zod'
import { isVerbatim } from '../../src/answer/quote.ts'
import { autumn, put, spring } from '../support/testIndex.ts'
import { answeringStage } from './realModelIndex.ts'
import { assertTold, type Ran } from './run.ts'
import { commandsInTurn } from './runInTurn.ts'

const range = z.tuple([z.int().nonnegative(), z.int().nonnegative()])
/** The contract of batch answers, design.md. */
const source = z.strictObject({
  report: z.string(),
  file: z.string(),
  title: z.string(),
  article: z.string().nullable(),
  section: z.string().nullable(),
  paragraph: z.int().positive(),
  page: z.int().positive().nullable(),
  date: z.string().nullable(),
})
const answerLine = z.object({
  answered: z.boolean(),
  confidence: z.number().min(0).max(1),
  elapsedMs: z.number().nonnegative(),
  quotes: z
    .array(
      z.strictObject({
        text: z.string().min(1),
        highlights: z.array(range),
        visible: z.array(range).min(1),
        ranges: z.array(range).min(1),
        score: z.number(),
        passage: z.string().regex(/^p-[\w-]{16}$/u),
        source,
        sources: z.array(source),
      }),
    )
    .max(5),
})
const batchLine = answerLine.extend({ id: z.union([z.string(), z.number()]), error: z.string().optional() })

const reports: Record<string, string> = { 'autumn.txt': autumn, 'spring.txt': spring }

function assertVerbatim(quotes: z.infer<typeof answerLine>['quotes']): void {
  for (const quote of quotes) {
    const setting = { place: null, year: null, isYearInferred: false }
    const source = { ...quote.source, setting, period: null, isDoubtful: false, isInUncertainTable: false }
    assert.ok(
      isVerbatim({ ...quote, figures: [], isShown: true, source, sources: [] }, reports[quote.source.file]!),
      quote.text,
    )
  }
  const scores = quotes.map(({ score }) => score)
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  )
}

const stage = await answeringStage({ after })
const runInTurn = commandsInTurn({ after })

describe('ask "question"', () => {
  it('prints one JSON object with --json', async () => {
    const ran = await runInTurn('ask', ['安置房交付了多少套?', '--json'], { environment: stage.environment })
    assert.deepEqual([ran.code, ran.stderr], [0, ''])
    assert.equal(ran.stdout.trim().split('\n').length, 1)
    const answer = answerLine.parse(JSON.parse(ran.stdout))
    assertVerbatim(answer.quotes)
    const [first] = answer.quotes
    assert.deepEqual([first!.source.report, first!.source.paragraph], ['autumn', 1])
    assert.equal(first!.text, '安置房交付四百套,群众满意。')
  })

  it('prints quotes and sources for people, and takes folders from the command line', async () => {
    const args = ['新建小学', '几所', '--reports', stage.places.reports, '--index', stage.places.index]
    const ran = await runInTurn('ask', args, { language: 'zh', environment: { REPORTS_DIR: '/no/such/folder' } })
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /^1 {2}▌ 新建小学两所,新增学位三千个。\n {3}— .*第 3 段.*\(spring\.txt\)$/mu)
  })
})

describe('ask "question" with a question at fault', () => {
  // Each reason is told in Chinese here; all of them are told in English below, where one start answers many questions.
  for (const [what, question, language, told] of [
    ['empty', '', 'en', /^The question is empty/u],
    ['of 5,000 characters', '问'.repeat(5_000), 'zh', /问题太长.*实际 5000 个/u],
    ['of emoji only', '😀👍🏽', 'zh', /没有文字/u],
    ['of control characters only', '\u0007\u001b\u200b', 'zh', /问题是空的/u],
  ] as const) {
    it(`says so and ends with 1: ${what}`, async () => {
      const ran = await runInTurn('ask', [question], { environment: stage.environment, language })
      if (language === 'zh') assertTold(ran, 'zh', told)
      // The example of a question is in the language of the reports.
      assert.deepEqual([ran.code, ran.stdout], [1, ''])
      assert.match(ran.stderr, /^[^\n]+\n$/u)
      assert.match(ran.stderr, told)
    })
  }
})

describe('ask --questions --out', () => {
  const questions = [
    { id: 'z', question: '安置房交付了多少套?' },
    { id: 'empty', question: '' },
    { id: 'long', question: '问'.repeat(5_000) },
    { id: 'emoji', question: '😀👍🏽' },
    { id: 'control', question: '\u0000\u0007\u001b\u200b' },
    { id: 7, question: '达到多少?', previous: '粮食总产量' },
    { id: 'null', question: '新修道路多少公里?', previous: null },
    { id: 'a', question: '安置房\u0007交付了\u0000多少套?', extra: true },
    { id: 'far', question: 'How tall is Mount Everest?' },
  ]
  const atFault = ['empty', 'long', 'emoji', 'control']
  let ran: Ran
  let lines: z.infer<typeof batchLine>[]

  before(async () => {
    const [input, out] = [join(stage.places.root, 'in.jsonl'), join(stage.places.root, 'out.jsonl')]
    const text = questions.map((question) => JSON.stringify(question)).join('\n')
    await writeFile(input, `\uFEFF${text.replace('\n', '\r\n\r\n')}\n\n`)
    await writeFile(out, 'what an earlier run wrote\n'.repeat(1_000))
    ran = await runInTurn('ask', ['--questions', input, '--out', out], { environment: stage.environment })
    const written = (await readFile(out, 'utf8')).replace(/\n$/u, '').split('\n')
    lines = written.map((line) => batchLine.parse(JSON.parse(line)))
  })

  it('writes a line a question in their order', () => {
    assert.deepEqual([ran.code, ran.stdout, ran.stderr], [0, '', ''])
    assert.deepEqual(
      lines.map(({ id }) => id),
      questions.map(({ id }) => id),
    )
    for (const { quotes } of lines) assertVerbatim(quotes)
  })

  it('answers a question at fault with the reason and goes on', () => {
    for (const { id, answered, confidence, quotes, error } of lines) {
      if (atFault.includes(String(id))) {
        assert.deepEqual([answered, confidence, quotes], [false, 0, []])
        assert.match(error!, { long: /too long.*500.*5000/u, emoji: /no words/u }[String(id)] ?? /empty/u)
      } else {
        assert.equal(error, undefined)
        assert.ok(quotes.length > 0)
      }
    }
  })

  it('answers as the same question does by itself, control characters left out', () => {
    const [first, noisy] = [lines.find(({ id }) => id === 'z')!, lines.find(({ id }) => id === 'a')!]
    assert.equal(first.quotes[0]!.text, '安置房交付四百套,群众满意。')
    assert.equal(noisy.quotes[0]!.text, first.quotes[0]!.text)
  })

  it('reads a follow-up together with the question before it', async () => {
    const line = lines.find(({ id }) => id === 7)!
    assert.equal(line.quotes[0]!.text, '粮食总产量达到八万吨,创历史新高。')
    const asked = await stage.answerer.answer({ text: '达到多少?', previous: '粮食总产量' })
    const scores = ({ quotes }: { quotes: readonly { passage: string; score: number }[] }) =>
      quotes.map(({ passage, score }) => [passage, score])
    assert.deepEqual(scores(line), scores(asked))
    const alone = await stage.answerer.answer({ text: '达到多少?' })
    assert.notDeepEqual(scores(line), scores(alone))
  })
})

describe('ask --questions with a file at fault', () => {
  const good = '{"id":1,"question":"安置房"}'
  for (const [what, content, line] of [
    ['is not JSON', `${good}\n{"id":2,"question":\n${good}\n`, 2],
    ['lacks its question', `${good}\n\n{"id":3}\n`, 3],
    ['has a question that is no text', `{"id":1,"question":5}\n${good}\n`, 1],
  ] as const) {
    it(`tells the number of the line that ${what}, and writes nothing`, async () => {
      const { root } = stage.places
      await put(root, { 'faulty.jsonl': content })
      const args = ['--questions', join(root, 'faulty.jsonl'), '--out', join(root, 'none.jsonl')]
      const language = line === 2 ? 'zh' : 'en'
      const ran = await runInTurn('ask', args, { environment: stage.environment, language })
      assertTold(ran, language, 'faulty.jsonl', language === 'zh' ? `第 ${line} 行` : `Line ${line} `)
      assert.ok(!existsSync(join(root, 'none.jsonl')))
    })
  }

  it('says that the file is missing, not that a line is at fault', async () => {
    const { root } = stage.places
    const args = ['--questions', join(root, 'missing.jsonl'), '--out', join(root, 'none.jsonl')]
    const ran = await runInTurn('ask', args, { environment: stage.environment })
    assertTold(ran, 'en', 'missing.jsonl', 'ENOENT')
    assert.ok(!/line 0/iu.test(ran.stderr), ran.stderr)
  })

  it('says that the output cannot be written', async () => {
    const { root } = stage.places
    await put(root, { 'fine.jsonl': `${good}\n` })
    const out = join(root, 'no-such-folder', 'out.jsonl')
    const ran = await runInTurn('ask', ['--questions', join(root, 'fine.jsonl'), '--out', out], {
      environment: stage.environment,
    })
    assertTold(ran, 'en', out, 'ENOENT')
  })
})
