import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manuscriptOf } from '../../src/reports/formats/text.ts'
import { understand } from '../../src/reports/loadReport.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import { outline, paragraphs } from '../support/reportOutline.ts'

const light = '码头的灯塔换了新灯，夜里十里之外也能看见，渔船返航安全了许多，渔民都很满意。'

const known = (text: string, stated: Partial<Metadata> = {}) =>
  understand(manuscriptOf(text), { file: 'a.md', id: 'a', format: 'markdown', stated }).metadata

test('front matter states title, date and publisher, and is no text', () => {
  const matter = [
    '---',
    'title: "灯塔修缮纪要"',
    "date: '2031-05-06'",
    'author: 青石县港务局',
    'tags:',
    '  - 灯塔',
    '---',
  ]
  const text = [...matter, '', '# 灯塔修缮', '', light].join('\n')
  assert.deepEqual(known(text), {
    ...{ title: '灯塔修缮纪要', publisher: '青石县港务局', district: '青石县', date: '2031-05-06' },
  })
  assert.deepEqual(paragraphs(text), [light])
  assert.deepEqual(
    outline(text).dropped.map(({ reason }) => reason),
    matter.map(() => 'front matter'),
  )
})

test('dates of front matter in several forms', () => {
  for (const [value, date] of [
    ['2031-05-06T09:30:00+08:00', '2031-05-06'],
    ['2031年5月6日', '2031-05-06'],
    ['2031-05', '2031-05'],
    ['2031', '2031'],
    ['去年', undefined],
  ] as const) {
    assert.equal(known(`---\ntitle: 灯塔\ndate: ${value}\n---\n${light}`).date, date, value)
  }
})

test('a publisher goes before a source, and a source before an author', () => {
  const publisher = (...lines: string[]) => known(['---', ...lines, '---', light].join('\n')).publisher
  assert.equal(publisher('author: 林远山', 'source: 青石日报', 'publisher: 青石县港务局'), '青石县港务局')
  assert.equal(publisher('author: 林远山', '来源: 青石日报'), '青石日报')
})

test('the sidecar goes before the front matter, and that before the text', () => {
  const text = `---\ndate: 2031-05-06\n---\n# 灯塔修缮总结\n\n发布日期：2031-07-08\n\n${light}`
  assert.equal(known(text).date, '2031-05-06')
  assert.equal(known(text, { date: '2031-09' }).date, '2031-09')
  assert.equal(known(text).title, '灯塔修缮总结', 'what the front matter does not state')
})

test('a line of dashes that opens no front matter is a stray mark, and what follows is text', () => {
  for (const text of [
    `---\n${light}\n---\n${light}`,
    `---\ntitle: 灯塔\n${light}`,
    `${light}\n---\ntitle: 灯塔\n---\n${light}`,
  ]) {
    assert.ok(!outline(text).dropped.some(({ reason }) => reason === 'front matter'), text)
  }
})
