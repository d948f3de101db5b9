import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingOf } from '../../src/answer/setting.ts'
import { sourceHead, sourceLine } from '../../src/answer/sourceLine.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import { quoteOf } from '../support/testBot.ts'

const lines = (metadata: Metadata) => {
  const { source } = quoteOf('码头更换灯泡九盏。', '九盏', { title: metadata.title })
  const whole = { ...source, setting: settingOf({ metadata }), date: metadata.date ?? null }
  return [sourceHead(whole, 'zh'), sourceHead(whole, 'en')]
}

test('the place and the year that a title leaves open stand before it', () => {
  assert.deepEqual(lines({ title: '政府工作报告', district: '临港市', date: '2031-01-08' }), [
    '临港市 2031年 · 政府工作报告',
    '临港市 2031 · 政府工作报告',
  ])
})

test('a title that says both stays as it is, also where it leaves out the end of the place', () => {
  const title = '2031年临港国民经济和社会发展统计公报'
  assert.deepEqual(lines({ title, district: '临港市', publisher: '统计局', date: '2032-03' }), [title, title])
})

test('an office stands for a place that is not known, and an inferred year is marked', () => {
  const inferredYear = { year: 2031, evidence: '到2030年底' }
  assert.deepEqual(lines({ title: '部门预算', publisher: '港务局', inferredYear }), [
    '港务局 约2031年 · 部门预算',
    '港务局 c. 2031 · 部门预算',
  ])
})

test('a short source line leaves out article and section', () => {
  const { source } = quoteOf('码头更换灯泡九盏。', '九盏', { article: '港口', section: '码头', page: 4 })
  assert.equal(sourceLine(source, 'zh'), '工作报告 · 港口 › 码头 · 第 2 段 · 第 4 页')
  assert.equal(sourceLine(source, 'zh', true), '工作报告 · 第 2 段 · 第 4 页')
})
