import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alternativeTags } from '../../../src/search/ranking/alternatives.ts'
import { sharesOf } from '../../../src/search/ranking/ranker.ts'
import { smallIndex } from '../smallIndex.ts'

/** The tags for candidates of reports of these districts with these scores, for a question that names no place. */
function tags(...given: readonly (readonly [district: string, score: number])[]): string[] {
  return tagsFor('收入多少亿元?', ...given)
}

function tagsFor(question: string, ...given: readonly (readonly [district: string, score: number])[]): string[] {
  const { facts, read } = smallIndex(
    given.map(([district], i) => ({ text: `收入${i}亿元。`, report: `r${i}`, metadata: { district } })),
  )
  return alternativeTags(
    read(question),
    given.map((_, i) => ({ facts: facts(i) })),
    sharesOf(given.map(([, score]) => score)),
  )
}

const four = [
  ['临港市', 2],
  ['海西市', 1.8],
  ['河东市', 1.5],
  ['山阳市', 1.4],
] as const

test('several reports that may be meant are told apart by their districts, most likely first', () => {
  assert.deepEqual(tags(...four, ['江北市', -4]), ['临港市', '海西市', '河东市', '山阳市'])
})

test('nothing is asked back where one report is far ahead, or few places may be meant', () => {
  assert.deepEqual(tags(['临港市', 9], ['海西市', 5.5], ['河东市', 5.5], ['山阳市', 5.5]), [])
  assert.deepEqual(tags(['临港市', 2], ['海西市', 2], ['海西市', 2], ['海西市', 2]), [])
})

test('a question that names a place or a year, or asks for no figure, is clear', () => {
  assert.deepEqual(tagsFor('海南省收入多少亿元?', ...four), [])
  assert.deepEqual(tagsFor('2031年收入多少亿元?', ...four), [])
  assert.deepEqual(tagsFor('收入为什么增长?', ...four), [])
})

test('at most six tags are given', () => {
  const districts = ['甲山市', '乙山市', '丙山市', '丁山市', '戊山市', '己山市', '庚山市']
  assert.equal(tags(...districts.map((district) => [district, 1] as const)).length, 6)
})
