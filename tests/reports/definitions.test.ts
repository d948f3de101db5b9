import assert from 'node:assert/strict'
import { test } from 'node:test'
import { definitionsIn } from '../../src/reports/definitions.ts'

test('a short name is kept with the part of the long name that it stands for', () => {
  assert.deepEqual(definitionsIn('第十二届双湾灯塔与航标博览会（以下简称“灯博会”）昨日开幕。'), [
    { short: '灯博会', long: '灯塔与航标博览会' },
  ])
  assert.deepEqual(definitionsIn('盐岭海盐有限公司(以下简称：盐岭海盐)与海鸥港务集团(下称"海鸥港集团")签约。'), [
    { short: '盐岭海盐', long: '盐岭海盐有限公司' },
    { short: '海鸥港集团', long: '海鸥港务集团' },
  ])
})

test('a definition that a line tears is one', () => {
  assert.deepEqual(definitionsIn('双湾镇守灯人互助协\n会（以下简称“守灯\n人协会”）'), [
    { short: '守灯人协会', long: '守灯人互助协会' },
  ])
})

test('a short name that is a common word, or no part of the long one, defines nothing', () => {
  assert.deepEqual(definitionsIn('双湾海盐有限公司（以下简称“公司”）'), [])
  assert.deepEqual(definitionsIn('全市一般公共预算收入预计（以下简称完成数）'), [])
  assert.deepEqual(definitionsIn('本刊简称月报，由协会编印。'), [])
})
