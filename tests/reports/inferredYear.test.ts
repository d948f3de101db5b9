import assert from 'node:assert/strict'
import { test } from 'node:test'
import { yearOfIssue } from '../../src/reports/years.ts'
import { inspectionText } from '../../src/terminal/inspection.ts'
import { reportOf } from '../support/reportOutline.ts'

const bridge = '全年修好三座百年老桥，石料都从北山运来，工期比去年短了两个月。'

const inferred = (text: string) => reportOf(text).metadata.inferredYear

test('a report that plans a coming year is of that year', () => {
  const report = reportOf(`港务工作报告\n\n${bridge}\n\n2031年工作回顾\n\n${bridge}\n\n2032年重点工作安排\n\n${bridge}`)
  assert.deepEqual(report.metadata.inferredYear, { year: 2032, evidence: '2032年重点工作安排' })
  assert.equal(yearOfIssue(report), 2032)
})

test('a scheme for a year is of that year', () => {
  const text = `灯塔修缮\n\n根据《2031年度灯塔修缮资金分配方案》，现安排如下。\n\n${bridge}`
  assert.deepEqual(inferred(text), { year: 2031, evidence: '2031年度灯塔修缮资金分配方案' })
})

test('the last year of which many events are told', () => {
  const events = [
    '2030年3月桥成。',
    '2031年4月5日灯塔换灯。',
    '2031年6月渔港开港。',
    '２０３１年9月学校开学。',
    '到2035年12月桥全部修好。',
  ]
  assert.deepEqual(inferred(`港务纪事\n\n${events.join('\n\n')}`)?.year, 2031)
})

test('nothing is inferred where the report states its year, or where few words tell it', () => {
  const plan = `2032年重点工作安排\n\n${bridge}`
  assert.equal(inferred(`2031年港务工作总结\n\n${bridge}\n\n${plan}`), undefined)
  assert.equal(inferred(`港务工作总结\n发布日期：2031-12-20\n\n${bridge}\n\n${plan}`), undefined)
  assert.equal(inferred(`港务工作总结\n\n灯塔建于1931年4月。${bridge}`), undefined)
})

test('an inspection marks the year as inferred and shows the words', () => {
  const report = reportOf(`港务工作报告\n\n${bridge}\n\n2032年重点工作安排\n\n${bridge}`)
  const shown = (language: 'zh' | 'en') => inspectionText(report, language, (_, text) => text)
  assert.match(shown('zh'), /年份: 2032\(推断,依据「2032年重点工作安排」\)/)
  assert.match(shown('en'), /year: 2032 \(inferred, from “2032年重点工作安排”\)/)
})
