import assert from 'node:assert/strict'
import { test } from 'node:test'
import { annotationsOf, segmentsOf } from '../../src/reports/annotations.ts'
import { readLines } from '../../src/reports/lines.ts'
import { understand } from '../../src/reports/loadReport.ts'
import type { Manuscript } from '../../src/reports/manuscript.ts'
import type { Report } from '../../src/reports/types.ts'
import { inspectionText } from '../../src/terminal/inspection.ts'

const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const scan = [
  `青石镇修桥种树办学堂\n\n本报讯(林一)${half}（下转第三版）\n\n两所学校秋天开学\n\n本报讯(王三)${half}。\n`,
  '香樟树都活了。\n\n修桥种树办学堂（上接第一版）\n\n香樟树，还办了两所学校。\n\n12',
].join('\f')

function scanned(text = scan, more: Partial<Manuscript> = {}): Report {
  const at = text.indexOf('一千棵')
  const manuscript: Manuscript = {
    ...{ text, lines: readLines(text), pages: [0, text.indexOf('\f') + 1] },
    ...{ doubtful: [[at, at + 3]], stated: {}, notes: [{ zh: '第 3 页无法识别。', en: 'Page 3 cannot be read.' }] },
    ...more,
  }
  return understand(manuscript, { file: 'scan.pdf', id: 'scan', format: 'pdf', stated: { title: '青石镇' } })
}

const plain = (_: string, text: string) => text

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
  const segments = segmentsOf(report, annotationsOf(report))
  const shared = segments.find(({ range }) => report.text.slice(...range) === '产值')
  assert.deepEqual(
    shared?.annotations.map(({ id }) => id),
    ['a0p1', 'a0p2'],
  )
  assert.ok(segments.every(({ seamBefore, seamAfter }) => !seamBefore && !seamAfter))
})
