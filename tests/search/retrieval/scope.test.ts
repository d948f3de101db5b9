import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportEntry } from '../../../src/indexes/types.ts'
import { yearsAsked } from '../../../src/search/question/parsedQuestion.ts'
import { questionInput } from '../../../src/search/question/question.ts'
import { reportDirectory } from '../../../src/search/retrieval/reportDirectory.ts'
import { chineseMentions, residualOf } from '../../../src/search/retrieval/scope.ts'

const entry = (id: string, title: string, more: Partial<ReportEntry['metadata']> = {}, opening = ''): ReportEntry => ({
  id,
  file: `${id}.txt`,
  format: 'text',
  metadata: { title, ...more },
  contentSha256: '',
  passages: 1,
  opening,
  definitions: [],
})

const cities = ['潮州', '盐城', '港口', '灯湖', '雪岭', '竹溪', '石桥', '云浦']
const library = [
  ...cities.flatMap((city, i) => [
    entry(`w${i}`, `2025年${city}市政府工作报告`, { district: `${city}市` }),
    entry(`b${i}`, `${city}市2024年预算执行情况报告`, { district: `${city}市` }),
  ]),
  entry('m', '灯塔月报', {}, '本刊由海鸥镇守灯人协会编印。'),
  entry('n', '灯塔月报', {}, '本刊由白鹭镇守灯人协会编印。'),
]
const directory = reportDirectory(library)

/** The scope of a question and what of the question is left. */
function read(text: string, previous?: string, among?: ReadonlySet<string>) {
  const input = questionInput({ text, ...(previous === undefined ? {} : { previous }) })
  const shareAt = (position: number) => (position < input.from ? 0.5 : 1)
  const scope = directory.scope(chineseMentions(input.text, shareAt), yearsAsked(input), among)
  return { ids: scope?.reports.map(({ id }) => id) ?? null, scope, residual: scope && residualOf(input, scope)?.text }
}

test('a question that names a place is asked of the reports of the place', () => {
  const { ids, residual } = read('雪岭市修了多少公里公路')
  assert.deepEqual(ids?.toSorted(), ['b4', 'w4'])
  assert.equal(residual, '修了多少公里公路')
})

test('the kind of report and its year choose among the reports of a place', () => {
  assert.equal(read('雪岭市预算报告里教育花了多少钱').ids?.[0], 'b4')
  assert.equal(read('雪岭2025年要办哪些实事').ids?.[0], 'w4')
  assert.equal(read('雪岭24年教育花了多少钱').ids?.[0], 'b4', 'a year in two digits')
})

test('two places in one question are both in its scope', () => {
  const { ids, residual } = read('盐城和竹溪谁的公路长')
  assert.deepEqual(ids?.toSorted(), ['b1', 'b5', 'w1', 'w5'])
  assert.equal(residual, '和 谁的公路长')
})

test('of reports alike in name the one is meant whose opening says so', () => {
  assert.equal(read('灯塔月报里海鸥镇什么时候换灯').ids?.[0], 'm')
  assert.equal(read('灯塔月报里白鹭镇什么时候换灯').ids?.[0], 'n')
})

test('a question that names no report has no scope', () => {
  assert.equal(read('渔船返航了多少条').scope, null)
})

test('a follow-up keeps the scope of the question before it, and its own names count more', () => {
  assert.deepEqual(read('那教育呢', '石桥市公路修了多少').ids?.toSorted(), ['b6', 'w6'])
  assert.ok(
    read('那云浦市呢', '石桥市公路修了多少')
      .ids!.slice(0, 2)
      .every((id) => id.endsWith('7')),
  )
})

test('tags bound the scope', () => {
  const { ids } = read('雪岭市修了多少公里公路', undefined, new Set(['w4', 'w5']))
  assert.deepEqual(ids, ['w4'])
})

test('the odds are probabilities, greatest first', () => {
  const odds = read('雪岭市预算报告里教育花了多少钱').scope!.reports.map((report) => report.odds)
  assert.deepEqual(
    odds,
    odds.toSorted((a, b) => b - a),
  )
  const sum = odds.reduce((a, b) => a + b, 0)
  assert.ok(sum > 0.5 && sum <= 1 + 1e-9, `${sum}`)
})

test('the residual keeps words that only share a character with a name', () => {
  // 市场 begins with the character that ends 雪岭市.
  assert.equal(read('雪岭市市场有几个').residual, '市场有几个')
  assert.equal(read('雪岭市场有几个').residual, '市场有几个')
})

test('a question that is nothing but the name of a report has no residual', () => {
  assert.equal(read('雪岭市2024年').residual, undefined)
})

test('the odds of a report are known without any term of its own', () => {
  assert.deepEqual([...reportDirectory([]).features([], new Set())], [])
  assert.equal(reportDirectory([]).scope([], new Set([2020])), null)
})

const occurs = (text: string) => cities.some((city) => city.includes(text)) || /^(?:教育|公路)$/u.test(text)

test('a place that is written with another character is meant where nothing else has that name', () => {
  const meant = (text: string) =>
    directory.misspelt(text, occurs).map(({ ranges, forms }) => [ranges, forms.map((form) => form.terms[0])])
  assert.deepEqual(meant('云浦市教育'), [])
  assert.deepEqual(meant('云铺市'), [[[[0, 2]], ['云浦']]])
  assert.deepEqual(meant('教育'), [], 'a word of the reports is no slip')
  const scope = directory.scope(
    [...chineseMentions('云铺市公路', () => 1), ...directory.misspelt('云铺市公路', occurs)],
    new Set(),
  )
  assert.deepEqual(scope?.reports.map(({ id }) => id).toSorted(), ['b7', 'w7'])
})

test('a city with a long name is known by its first character', () => {
  const long = reportDirectory([...library, entry('x', '石河台子市2024年预算执行情况报告', { district: '石河台子市' })])
  const scope = long.scope(
    chineseMentions('石市教育花了多少钱', () => 1),
    new Set(),
  )
  assert.equal(scope?.reports[0]?.id, 'x')
})
