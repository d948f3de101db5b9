import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportEntry } from '../../../src/indexes/types.ts'
import { type Inputs, inputNames } from '../../../src/search/ranking/inputs.ts'
import { reportsWithSisters, sisterWorth } from '../../../src/search/ranking/sisters.ts'

const entry = (id: string, title: string): ReportEntry => ({
  id,
  file: `${id}.txt`,
  format: 'text',
  metadata: { title },
  contentSha256: '',
  passages: 1,
  opening: '',
  definitions: [],
})
const none = Object.fromEntries(inputNames.map((name) => [name, 0])) as Inputs

test('reports whose titles differ in years only are sisters', () => {
  const found = reportsWithSisters([
    entry('a', '2019年青石镇工作报告'),
    entry('b', '2020年青石镇工作报告'),
    entry('c', '二〇二一年青石镇工作报告'),
    entry('d', '2019年白石镇工作报告'),
    entry('e', '灯塔月报'),
  ])
  assert.deepEqual([...found], ['a', 'b', 'c'])
  assert.deepEqual([...reportsWithSisters([])], [])
})

test('between sisters the year asked for counts for a passage, and another against it', () => {
  assert.equal(sisterWorth(none), 0, 'no year is asked for')
  const own = sisterWorth({ ...none, year: 1, yearText: 1, yearSentence: 1 })
  const stated = sisterWorth({ ...none, year: 1 })
  const other = sisterWorth({ ...none, yearWrong: 1, yearOther: 1 })
  assert.ok(own > stated && stated > 0 && other < 0, `${own} ${stated} ${other}`)
})
