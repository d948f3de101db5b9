import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherValueFinder, statementsIn } from '../../../src/search/ranking/otherValues.ts'
import { type Given, smallIndex } from '../smallIndex.ts'

const titled = (year: number, text: string, section = '工作回顾'): Given => ({
  text,
  section,
  report: `${year}`,
  metadata: { title: `${year}年临港市工作报告`, date: `${year}-01-08` },
})

/** The other values for the figure of the first passage, as years with their clauses. */
async function found(...given: Given[]): Promise<string[]> {
  const { index, facts } = smallIndex(given)
  const { passage, report } = facts(0)
  const [statement] = statementsIn(passage, report)
  assert.ok(statement, given[0]!.text)
  const find = otherValueFinder(index, [...index.reports.values()])
  const values = await find(passage, { highlights: [statement.range], figures: [statement.figure] })
  return values.map(({ year, passage, highlight }) => `${year} ${passage.text.slice(...highlight.highlights[0]!)}`)
}

const now = titled(2031, '全市盐场总产量达到52万吨。')

test('the value of the same thing in the report of another year is found, newest first', async () => {
  const before = titled(2030, '去年全市盐场总产量完成48万吨,创下新高。')
  const earlier = titled(2029, '全市盐场总产量为45万吨。')
  assert.deepEqual(await found(now, earlier, before), [
    '2030 去年全市盐场总产量完成48万吨,',
    '2029 全市盐场总产量为45万吨。',
  ])
})

test('nothing is said where the other report gives two values, or the same one', async () => {
  const twice = titled(2030, '全市盐场总产量为48万吨。全市盐场总产量为49万吨。')
  assert.deepEqual(await found(now, twice), [])
  assert.deepEqual(await found(now, titled(2030, '全市盐场总产量为52万吨。')), [])
})

test('a plan is not held against a result, nor another thing, another unit, or a sum of several years', async () => {
  for (const other of [
    titled(2030, '全市盐场总产量力争达到58万吨。', '2030年工作安排'),
    titled(2030, '全市渔场总产量达到48万吨。'),
    titled(2030, '全市盐场总产量达到48亿元。'),
    titled(2030, '五年来,全市盐场总产量累计48万吨。'),
    titled(2030, '全市盐场总产量达到252万吨。'),
  ])
    assert.deepEqual(await found(now, other), [], other.text)
})

test('reports of other titles and of the same year give no other value', async () => {
  const same = { ...titled(2031, '全市盐场总产量为48万吨。'), report: 'copy' }
  const foreign = { ...titled(2030, '全市盐场总产量为48万吨。'), metadata: { title: '2030年海西市工作报告' } }
  assert.deepEqual(await found(now, same, foreign), [])
})
