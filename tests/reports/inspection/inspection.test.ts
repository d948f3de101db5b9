import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { inspectionHtml } from '../../../src/reports/inspection/html.ts'
import { pageAt, pagesOf, partsOf, segmentsOf } from '../../../src/reports/inspection/parts.ts'
import { inspectionText } from '../../../src/reports/inspection/text.ts'
import { readLines } from '../../../src/reports/lines.ts'
import type { Manuscript } from '../../../src/reports/manuscript.ts'
import { understand } from '../../../src/reports/read.ts'
import type { Report } from '../../../src/reports/types.ts'
import fc from '../../laws.ts'
import { anyText } from '../../text/arbitraries.ts'
import { anyDocument } from '../documents.ts'
import { reportOf } from '../outline.ts'

const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const scan = [
  `青石镇修桥种树办学堂\n\n本报讯(林一)${half}（下转第三版）\n\n两所学校秋天开学\n\n本报讯(王三)${half}。\n`,
  '香樟树都活了。\n\n修桥种树办学堂（上接第一版）\n\n香樟树，还办了两所学校。\n\n12',
].join('\f')

function scanned(text = scan, more: Partial<Manuscript> = {}): Report {
  const at = text.indexOf('一千棵')
  const manuscript: Manuscript = {
    ...{ format: 'pdf', text, lines: readLines(text), pages: [0, text.indexOf('\f') + 1] },
    ...{ doubtful: [[at, at + 3]], stated: {}, notes: [{ zh: '第 3 页无法识别。', en: 'Page 3 cannot be read.' }] },
    ...more,
  }
  return understand(manuscript, { file: 'scan.pdf', id: 'scan', stated: { title: '<script>alert(1)</script>"&' } })
}

const plain = (_: string, text: string) => text

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#13': '\r' }

/** The text of all elements of the class `text`, as a browser reads it. */
function shown(html: string): string {
  const texts = [...html.matchAll(/<div class="text">([\s\S]*?)<\/div>/gu)].map((found) => found[1]!)
  return texts
    .join('')
    .replace(/<[^>]*>/gu, '')
    .replace(/&(#?\w+);/gu, (_, name: string) => entities[name]!)
}

/** Every element is closed in the order in which it was opened; every id is there once, every link leads to one. */
function assertWellFormed(html: string): void {
  const open: string[] = []
  const body = html.replace(/<(style|script)>[\s\S]*?<\/\1>/gu, '').replace(/^<!doctype html>/u, '')
  for (const [, end, name] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s+[a-z-]+(?:="[^"<>]*")?)*>/gu)) {
    if (end === '/') assert.equal(open.pop(), name)
    else if (name !== 'meta') open.push(name!)
  }
  assert.deepEqual(open, [])
  assert.equal(body.replace(/<\/?[a-z][a-z0-9]*(?:\s+[a-z-]+(?:="[^"<>]*")?)*>/gu, '').includes('<'), false)
  const ids = [...body.matchAll(/ id="([^"]*)"/gu)].map((found) => found[1])
  assert.equal(new Set(ids).size, ids.length)
  for (const [, target] of body.matchAll(/href="#([^"]*)"/gu)) assert.ok(ids.includes(target), target)
}

test('the page shows every character of the canonical text once and in order, and is well formed', () => {
  fc.assert(
    fc.property(fc.oneof(anyDocument, anyText), fc.string(), (text, title) => {
      const understood = reportOf(`${text}\n\n三座老桥全部完工。<b>&amp;"`)
      const html = inspectionHtml([{ ...understood, metadata: { title } }], 'en')
      assert.equal(shown(html), understood.text)
      assertWellFormed(html)
    }),
  )
})

test('the page of each of the five reports shows its text, and all of them fit on one page', async () => {
  const folder = new URL('../../../reports/', import.meta.url)
  const names = ['000_9a12ab7794ed2978', '001_fd68bde13d4caed7', '003_cd2e6cbcf113aa53']
  const reports = await Promise.all(
    names.map(async (name) => reportOf(await readFile(new URL(`${name}.txt`, folder), 'utf8'), name)),
  )
  const html = inspectionHtml(reports, 'zh')
  assert.equal(shown(html), reports.map(({ text }) => text).join(''))
  assertWellFormed(html)
})

test('the stretches of a text follow each other without gap, whatever lies over them', () => {
  const spots = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 1, max: 20 })), { maxLength: 6 })
  fc.assert(
    fc.property(anyDocument, spots, (text, found) => {
      const report = reportOf(`${text}\n\n三座老桥全部完工。`)
      const doubtful = found
        .map(([start, size]): [number, number] => [start, Math.min(start + size, report.text.length)])
        .filter(([start, end]) => start < end)
      const segments = segmentsOf({ ...report, doubtful }, partsOf(report))
      assert.equal(segments.map(({ range }) => report.text.slice(...range)).join(''), report.text)
    }),
  )
})

test('what a report says stays text: nothing in it becomes markup', () => {
  const html = inspectionHtml([scanned(scan.replace('香樟树', '<img src=x onerror=alert(1)>'))], 'en')
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;'))
  assert.ok(!html.includes('<script>alert') && !html.includes('<img'))
})

test('the page asks nobody for anything', () => {
  const html = inspectionHtml([scanned()], 'zh')
  assert.doesNotMatch(html, /https?:|\bsrc=|<link|@import|url\(/u)
  assert.match(html, /default-src 'none'/u)
})

test('its one script is the one that its policy allows', () => {
  const html = inspectionHtml([scanned()], 'zh')
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/gu)].map((found) => found[1]!)
  assert.equal(scripts.length, 1)
  assert.ok(html.includes(`script-src 'sha256-${createHash('sha256').update(scripts[0]!).digest('base64')}'`))
})

test('paragraphs side by side differ in colour, also where a story goes on between others', () => {
  const html = inspectionHtml([scanned()], 'en')
  const pieces = [...html.matchAll(/class="paragraph (c\d)[^"]*" data-p="(\w+)"/gu)].map(([, colour, id]) => ({
    colour,
    id,
  }))
  assert.ok(new Set(pieces.map(({ id }) => id)).size > 2)
  for (const [i, { colour, id }] of pieces.slice(1).entries())
    assert.equal(pieces[i]!.colour === colour, pieces[i]!.id === id)
})

test('pages, doubt, seams, furniture and numbers are shown in the person’s language', () => {
  const report = scanned()
  const [zh, en] = [inspectionHtml([report], 'zh'), inspectionHtml([report], 'en')]
  for (const [html, ...words] of [
    [
      zh,
      'lang="zh-CN"',
      '<h2>第 2 页</h2>',
      '第 3 页无法识别。',
      '识别存疑',
      'data-reason="转版提示"',
      '文章 1 · 第 1 段',
    ],
    [en, 'lang="en"', '<h2>page 2</h2>', 'Page 3 cannot be read.', 'read with doubt', 'data-reason="jump line"'],
  ] as const) {
    for (const word of words) assert.ok(html.includes(word), word)
  }
  assert.match(en, /<span class="paragraph c0 doubtful seam-after" data-p="r0a0p1"[^>]*>一千棵<\/span>/u)
  assert.match(en, /<span class="paragraph c0 seam-before" data-p="r0a0p1"[^>]*>香樟树，还办了两所学校。<\/span>/u)
  assert.match(en, /data-n="1\.1"/u)
  assert.match(en, /<a href="#r0a1h">两所学校秋天开学<\/a>/u)
})

test('the text form tells format, pages, notes, doubt, seams and what was left out', () => {
  const report = scanned()
  const text = inspectionText(report, 'en', plain)
  for (const line of [
    ...['  format: PDF, 2 pages', '  note: Page 3 cannot be read.', '  — page 1 —', '  page number: 12'],
    `  ¶ 1  本报讯(林一)${half.slice(0, -3)}⟨一千棵?⟩⁀香樟树，还办了两所学校。`,
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`)
  }
  assert.match(inspectionText(report, 'zh', plain), /^ {2}格式: PDF, 2 页\n {2}说明: 第 3 页无法识别。$/mu)
})

test('a row of a table keeps its lines and has no seams; its column’s heading belongs to every row', () => {
  const text = '地区\t产值\n城东\t12\n城西\t30'
  const cell = (word: string): [number, number] => [text.indexOf(word), text.indexOf(word) + word.length]
  const row = (name: string, figure: string) => {
    const parts = [`${name}\n`, '产值', ` ${figure}`]
    const at = [0, name.length + 1, name.length + 4]
    const pieces = [name, '产值', figure].map((word, i) => ({ at: at[i]!, range: cell(word) }))
    const range: [number, number] = [cell(name)[0], cell(figure)[1]]
    return {
      range,
      content: { text: parts.join(''), pieces },
      level: 0,
      bold: false,
      indented: false,
      blanksBefore: 0,
      jumps: [],
      isRow: true,
    }
  }
  const report = scanned(text, { lines: [row('城东', '12'), row('城西', '30')], pages: [], doubtful: [] })
  assert.match(inspectionText(report, 'en', plain), /¶ 2 {2}城西\n {7}产值 30/u)
  const html = inspectionHtml([report], 'en')
  assert.match(html, /data-p="r0a0p1 r0a0p2"[^>]*>产值</u)
  assert.doesNotMatch(html.replace(/<style>[\s\S]*<\/style>/u, ''), /seam-/u)
})

test('every place is on a page', () => {
  const report = scanned()
  assert.deepEqual(
    pagesOf(report)
      .map(([start, end]) => report.text.slice(start, end))
      .join(''),
    report.text,
  )
  assert.deepEqual(
    [0, report.pages[1]! - 1, report.pages[1]!].map((at) => pageAt(report, at)),
    [1, 1, 2],
  )
  assert.equal(pageAt(reportOf('三座老桥全部完工。'), 0), null)
})
