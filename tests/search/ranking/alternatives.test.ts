import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternativesOf } from '../../../src/search/ranking/alternatives.ts'
import { sharesOf } from '../../../src/search/ranking/ranker.ts'
import { smallIndex } from '../smallIndex.ts'

/** A candidate: its report's metadata, the figure that its passage gives, and its score. */
interface Given {
  readonly district?: string
  readonly title?: string
  readonly figure?: string | null
  readonly score: number
}

/** The tags for candidates, each of a report of its own. */
function tagsFor(text: string, given: readonly Given[]): string[] {
  const passages = given.map(({ district, title = '报告' }, i) => {
    const metadata = { title, ...(district !== undefined && { district }) }
    return { text: `收入${i}亿元。`, report: `r${i}`, metadata }
  })
  const { facts, read } = smallIndex(passages)
  const found = alternativesOf({
    question: read(text),
    text,
    ranked: given.map(({ figure }, i) => ({ facts: facts(i), figure })),
    shares: sharesOf(given.map(({ score }) => score)),
    figureOf: ({ figure = null }) => figure,
  })
  return found.map(({ kind, tag }) => `${kind} ${tag}`)
}

/** The tags for candidates of these districts with these scores. */
function districtsFor(text: string, ...given: readonly (readonly [district: string, score: number])[]): string[] {
  return tagsFor(
    text,
    given.map(([district, score]) => ({ district, score })),
  )
}

const asked = '收入多少亿元?'
const four = [
  ['临港市', 2],
  ['海西市', 1.8],
  ['河东市', 1.5],
  ['山阳市', 1.4],
] as const

test('several reports that may be meant are told apart by their districts, most likely first', () => {
  const places = ['临港市', '海西市', '河东市', '山阳市'].map((place) => `district ${place}`)
  assert.deepEqual(districtsFor(asked, ...four, ['江北市', -4]), places)
})

test('nothing is asked back where one report is far ahead, or few places may be meant', () => {
  assert.deepEqual(districtsFor(asked, ['临港市', 9], ['海西市', 5.5], ['河东市', 5.5], ['山阳市', 5.5]), [])
  assert.deepEqual(districtsFor(asked, ['临港市', 2], ['海西市', 2], ['海西市', 2], ['海西市', 2]), [])
})

test('a question that names a place or a year, or asks for no figure, is clear', () => {
  assert.deepEqual(districtsFor('海南省收入多少亿元?', ...four), [])
  assert.deepEqual(districtsFor('2031年收入多少亿元?', ...four), [])
  assert.deepEqual(districtsFor('收入为什么增长?', ...four), [])
})

test('at most six tags are given', () => {
  const districts = ['甲山市', '乙山市', '丙山市', '丁山市', '戊山市', '己山市', '庚山市']
  assert.equal(districtsFor(asked, ...districts.map((district) => [district, 1] as const)).length, 6)
})

const years: readonly Given[] = [
  { title: '临港市2031年预算报告', figure: '62.9亿元', score: 2 },
  { title: '临港市2029年预算报告', figure: '58.3 亿元', score: 1.9 },
  { title: '临港市2030年预算报告', figure: '60亿元', score: 1.5 },
]

test('years of one series, or of one place, that give different figures are told apart', () => {
  assert.deepEqual(tagsFor(asked, years), ['year 2031', 'year 2029', 'year 2030'])
  assert.deepEqual(tagsFor('临港市收入多少亿元?', years), ['year 2031', 'year 2029', 'year 2030'])
  const [first, second] = [
    { ...years[0]!, district: '临港市' },
    { ...years[1]!, title: '2029年政府工作报告', district: '临港市' },
  ]
  assert.deepEqual(tagsFor(asked, [first, second]), ['year 2031', 'year 2029'])
  assert.deepEqual(tagsFor(asked, [first, { ...second, district: '海西市' }]), [], 'another place, another series')
})

test('a question that says of which time it asks is clear', () => {
  for (const time of ['2031年', '31年', '今年', '去年', '近年来', '这五年', '2026年以来', '最近', '目前'])
    assert.deepEqual(tagsFor(`${time}收入多少亿元?`, years), [], time)
})

test('years are not asked back for that give the same figure, one in another unit, or none', () => {
  const given = (...figures: readonly (string | null)[]) =>
    tagsFor(
      asked,
      figures.map((figure, i) => ({ ...years[i]!, figure })),
    )
  assert.deepEqual(given('62.9亿元', '62.9 亿元'), [])
  assert.deepEqual(given('62.9亿元', '8.1%'), [])
  assert.deepEqual(given('62.9亿元', null), [])
  assert.deepEqual(given(null, '62.9亿元', '60亿元'), [])
  assert.deepEqual(given('62.9亿元', '8.1%', '60亿元'), ['year 2031', 'year 2030'])
})
