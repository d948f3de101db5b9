import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distinctions } from '../../src/answer/equalTitles.ts'
import { furtherSourcesLine, sourceLine } from '../../src/answer/sourceLine.ts'
import type { Source } from '../../src/answer/types.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import type { ReportSummary } from '../../src/reports/types.ts'

const report = (id: string, metadata: Metadata): ReportSummary => ({ id, file: `${id}.txt`, format: 'text', metadata })
const title = '2031年区级部门预算'

test('reports of one title are told apart by publisher, district, period, date or file, whichever comes first', () => {
  for (const [one, other, told] of [
    [{ publisher: '港务局' }, { publisher: '渔业局' }, ['港务局', '渔业局']],
    [{ publisher: '港务局', district: '北山区' }, { publisher: '港务局', district: '青石县' }, ['北山区', '青石县']],
    [{ period: '2030年' }, { period: '2031年' }, ['2030年', '2031年']],
    [{ date: '2031-01' }, { date: '2032-01' }, ['2031-01', '2032-01']],
    [{ publisher: '港务局' }, {}, ['港务局', 'b.txt']],
    [{}, {}, ['a.txt', 'b.txt']],
  ] as const) {
    const found = distinctions([report('a', { title, ...one }), report('b', { title, ...other })])
    assert.deepEqual([found.get('a'), found.get('b')], told)
  }
})

test('titles are equal whatever their width and blanks; a title of its own needs nothing', () => {
  const found = distinctions([
    report('a', { title: '２０３１年 区级部门预算', publisher: '港务局' }),
    report('b', { title, publisher: '渔业局' }),
    report('c', { title: '灯塔年报', publisher: '港务局' }),
  ])
  assert.deepEqual([...found], [['a', '港务局'], ['b', '渔业局']]) // biome-ignore format: one line
})

test('the source line says what tells the report apart, once', () => {
  const source: Source = {
    ...{ report: 'a', file: 'a.txt', title, article: title, section: null, paragraph: 3, page: null },
    ...{ date: '2031-01', period: null, isDoubtful: false, isInUncertainTable: false },
    setting: { place: null, year: null, isYearInferred: false },
  }
  assert.equal(sourceLine({ ...source, distinction: '港务局' }, 'zh'), `${title} · 港务局 · 第 3 段 · 2031-01`)
  assert.equal(sourceLine({ ...source, distinction: '2031-01' }, 'zh'), `${title} · 第 3 段 · 2031-01`)
  assert.equal(sourceLine(source, 'zh'), `${title} · 第 3 段 · 2031-01`)
  assert.match(furtherSourcesLine([{ ...source, distinction: '港务局' }], 'zh'), /2031年区级部门预算\(港务局\)/)
})
