import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  folded,
  type GoldQuestion,
  highlightShare,
  isAnswerable,
  isHit,
  readGold,
  tightness,
} from '../../scripts/evaluation/gold.ts'
import type { Answer } from '../../src/answer/types.ts'
import type { Range } from '../../src/text/range.ts'

const question = (given: Partial<GoldQuestion> = {}): GoldQuestion => ({
  id: '1',
  question: '灯塔有几盏灯?',
  type: 'fact',
  lang: 'zh',
  file: 'tide.txt',
  answers: [],
  evidence: [],
  alternates: [],
  ...given,
})

/** An answer whose first quote is `text` of `file` with the stretches in brackets highlighted. */
function answer(bracketed: string, file = 'tide.txt'): Answer {
  const highlights: Range[] = []
  let text = ''
  for (const [, plain = '', mark] of bracketed.matchAll(/([^[\]]*)(?:\[([^\]]*)\])?/gu)) {
    text += plain
    if (mark === undefined) continue
    highlights.push([text.length, text.length + mark.length])
    text += mark
  }
  const source = {
    report: 'tide',
    file,
    title: '',
    setting: { place: null, year: null, isYearInferred: false },
    article: null,
    section: null,
    paragraph: 1,
    page: null,
    date: null,
    period: null,
    isDoubtful: false,
    isInUncertainTable: false,
  }
  const visible = [[0, text.length]] as const
  const quote = {
    text,
    highlights,
    figures: [],
    visible,
    isShown: true,
    ranges: [],
    score: 1,
    passage: 'p',
    source,
    sources: [],
  }
  const rest = {
    band: 'answer',
    confidence: 1,
    alternatives: [],
    otherValues: [],
    missing: [],
    withheld: [],
    elapsedMs: 0,
  } as const
  return { answered: true, quotes: [quote], ...rest }
}

const empty: Answer = { ...answer(''), quotes: [] }

test('strings are compared without width, case, white space and Markdown marks', () => {
  assert.equal(folded(' **灯塔** 有\n９ 盏 LED #'), '灯塔有9盏led')
})

test('a hit is a passage of the right file that holds one evidence string whole', () => {
  const asked = question({ evidence: ['灯塔有９盏灯', '另有三座'] })
  assert.ok(isHit(asked, 'tide.txt', '据查，灯塔有 9 盏灯。'))
  assert.ok(isHit(asked, 'tide.txt', '另有三座。'), 'either string')
  assert.ok(!isHit(asked, 'port.txt', '灯塔有9盏灯'), 'the wrong file')
  assert.ok(!isHit(asked, 'tide.txt', '灯塔有9盏'), 'a part of it')
  assert.ok(isHit(question({ evidence: ['9'] }), 'tide.txt', '9盏'), 'evidence may be short')
})

test('an answer string is a hit too, if it has two characters or more', () => {
  assert.ok(isHit(question({ answers: ['9盏'] }), 'tide.txt', '换了9盏灯'))
  assert.ok(!isHit(question({ answers: ['9'] }), 'tide.txt', '换了19盏灯'), 'one character stands anywhere')
  assert.ok(!isHit(question({ answers: [' * '], evidence: ['**'] }), 'tide.txt', '灯'), 'nothing is in everything')
})

test('other files count with their own evidence, and with the question’s answers', () => {
  const asked = question({
    evidence: ['甲灯'],
    answers: ['9盏'],
    alternates: [{ file: 'port.txt', evidence: ['乙灯'] }],
  })
  assert.ok(isHit(asked, 'port.txt', '乙灯亮了'))
  assert.ok(isHit(asked, 'port.txt', '共9盏'))
  assert.ok(!isHit(asked, 'port.txt', '甲灯亮了'), 'evidence of the first file')
  assert.ok(!isHit(asked, 'tide.txt', '乙灯亮了'), 'evidence of the other')
})

test('in a public set the passage’s id decides, and a question without ids is unanswerable', () => {
  const asked = question({ file: null, passage_ids: ['a7', 'b2'] })
  assert.ok(isHit(asked, 'b2.txt', '') && !isHit(asked, 'b21.txt', ''))
  assert.ok(isAnswerable(asked) && !isAnswerable(question({ passage_ids: [] })))
  assert.ok(isAnswerable(question()) && !isAnswerable(question({ file: null })))
  assert.ok(!isHit(question({ file: null, evidence: ['灯'] }), 'tide.txt', '灯'), 'an unanswerable one has no hits')
})

test('a highlight counts when it holds one answer of a question for a fact', () => {
  const asked = question({ answers: ['9盏', '九盏'] })
  assert.equal(highlightShare(asked, answer('灯塔[有 9盏]灯')), 1)
  assert.equal(highlightShare(asked, answer('[灯塔有]9盏灯')), 0, 'in the quote, but not marked')
  assert.equal(highlightShare(asked, answer('[9盏]', 'port.txt')), 0, 'the wrong file')
  assert.equal(highlightShare(asked, answer('[渔船]')), 0)
})

test('of a list the share of its items that is marked counts', () => {
  const asked = question({ type: 'list', answers: ['修灯', '造船', '清港', '晒盐'] })
  assert.equal(highlightShare(asked, answer('[修灯]、[造船]、清港和[晒盐]')), 0.75)
  assert.equal(highlightShare(asked, answer('修灯、造船')), 0)
})

test('an answer string may be marked in parts, as the scorer reads highlights one after the other', () => {
  assert.equal(highlightShare(question({ answers: ['9盏灯'] }), answer('换了[9盏]新的[灯],不是9盏灯管')), 1)
})

test('nothing is said of a highlight without answer strings or without a quote', () => {
  assert.equal(highlightShare(question({ evidence: ['灯'] }), answer('[灯]')), null)
  assert.equal(highlightShare(question({ answers: ['* *'] }), answer('[灯]')), null)
  assert.equal(highlightShare(question({ answers: ['灯塔'] }), empty), null)
})

test('tightness is the marked share of the first quote', () => {
  assert.equal(tightness(answer('灯塔[有9]盏[灯]亮着')), 3 / 8)
  assert.equal(tightness(answer('[灯塔]')), 1)
  assert.equal(tightness(answer('灯塔')), 0)
  assert.equal(tightness(empty), null)
})

test('a gold file is read line by line, with what may be left out filled in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-gold-'))
  try {
    const path = join(folder, 'gold.jsonl')
    await writeFile(path, '{"id":7,"question":"灯?","file":"tide.txt"}\n\n{"id":"x","question":"船?","file":null}\n')
    const [first, second] = await readGold(path)
    assert.equal(first?.id, '7')
    assert.deepEqual([first?.type, first?.lang, first?.answers, first?.alternates], ['—', 'zh', [], []])
    assert.ok(second && !isAnswerable(second))
    await writeFile(path, '{"id":7}\n')
    await assert.rejects(readGold(path), { name: 'ZodError' })
    await writeFile(path, '{"id":7\n')
    await assert.rejects(readGold(path), SyntaxError)
  } finally {
    await rm(folder, { recursive: true })
  }
})
