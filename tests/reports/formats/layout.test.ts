import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layOut, type PageOfWords, type Word } from '../../../src/reports/formats/layout.ts'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { ManuscriptWriter } from '../../../src/reports/formats/writer.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { restore } from '../../../src/reports/restore.ts'
import { paragraphsOf } from '../../fixtures/accuracy.ts'
import { english } from '../../fixtures/documents.ts'
import { notEmbedded } from '../../fixtures/handwrittenPdf.ts'

const reading = { file: 'a.pdf', limits: defaultLimits }

/** Words of ten-unit type, `gap` units between them. */
function line(texts: readonly string[], left: number, top: number, gap = 0): Word[] {
  const words: Word[] = []
  let x = left
  for (const text of texts) {
    const width = [...text].reduce((sum, character) => sum + (character > '\u2e80' ? 10 : 5), 0)
    words.push({ text, left: x, right: x + width, top, bottom: top + 10, size: 10, bold: false })
    x += width + gap
  }
  return words
}

function laid(...pages: Word[][]) {
  const writer = new ManuscriptWriter()
  const all = pages.map((words): PageOfWords => ({ width: 600, height: 800, words }))
  const { doubtful } = layOut(all, writer)
  return { writer, doubtful, text: writer.text, lines: writer.lines }
}

test('spaces that only spread a line vanish, those between words stay', () => {
  assert.equal(laid(line([...'经济发展稳中向好'], 50, 100, 5)).text, '经济发展稳中向好')
  assert.equal(laid(line(['The', 'council', 'met'], 50, 100, 6)).text, 'The council met')
  assert.equal(
    laid(line(['本报讯(记者 张三 李四)昨天全部老桥都已经完工'], 50, 100)).text,
    '本报讯(记者 张三 李四)昨天全部老桥都已经完工',
  )
})

test('a paragraph goes on while lines are full and ends where one is short, the next stands in or lies apart', () => {
  const full = '镇里修好了三座百年老桥石料都是从北山运来的大家'
  const { lines } = laid([
    ...line([full.slice(2)], 70, 100),
    ...line([full], 50, 116),
    ...line(['运来的。'], 50, 132),
    ...line(['村口种下了一千棵香樟树。'], 50, 148),
    ...line([full.slice(2)], 70, 164),
    ...line([`${full.slice(1)}。`], 50, 180),
    ...line([full], 50, 230),
  ])
  assert.deepEqual(
    lines.map((one) => one.continues),
    [false, true, true, false, false, true, false],
  )
})

test('a paragraph goes on over a page, whose running head and number stand aside', () => {
  const full = '镇里修好了三座百年老桥石料都是从北山运来的大家'
  const page = (number: number, first: number) => [
    ...line(['青石镇年报'], 50, 30),
    ...line([first === 0 ? full.slice(2) : full], first === 0 ? 70 : 50, 100),
    ...[116, 132, 148, 164].flatMap((top) => line([full], 50, top)),
    ...line([String(number)], 300, 770),
  ]
  const { lines, text, writer } = laid(page(1, 0), page(2, 1))
  assert.equal(paragraphsOf({ text, lines, pages: [], doubtful: [], stated: {}, notes: [] }).length, 1)
  const furniture = lines.map((one) => one.furniture ?? '')
  assert.deepEqual(furniture.filter(Boolean), ['header or footer', 'page number', 'header or footer', 'page number'])
  assert.equal(text.slice(writer.pages[1]).startsWith('青石镇年报'), true)
})

test('cells of a table are read row by row, not column by column', () => {
  const rows = [
    ['镇', '户数', '收入'],
    ['青石镇', '1913', '1.2亿元'],
    ['北山镇', '2826', '0.8亿元'],
    ['南湖镇', '328', '2.5亿元'],
  ]
  const words = rows.flatMap((cells, i) => cells.flatMap((cell, j) => line([cell], 50 + j * 150, 100 + i * 16)))
  assert.equal(laid(words).text, rows.map((cells) => cells.join('\t')).join('\n'))
})

test('doubtful words make their whole line doubtful', () => {
  const words = [...line(['镇里修好了三座老桥。'], 50, 100), ...line(['村口种了树。'], 50, 130)]
  const { doubtful, text } = laid(words.map((word, i) => ({ ...word, doubtful: i === 1 })))
  assert.deepEqual(
    doubtful.map(([start, end]) => text.slice(start, end)),
    ['村口种了树。'],
  )
})

test('an English report in justified columns keeps its spaces and paragraphs', async () => {
  const sample = await english()
  const { text, lines } = await readPdf(sample.bytes, reading)
  const { articles } = restore(text, lines)
  assert.deepEqual(
    articles.flatMap((article) => article.paragraphs.map((paragraph) => paragraph.text)),
    sample.paragraphs,
  )
  assert.deepEqual([articles[0]!.headline?.text], sample.headlines)
})

test('vertical and turned lines are read in their order', async () => {
  const lines = ['青石镇修好了三座百年老桥,石料都是从', '北山运来的。', '村口种下了一千棵香樟树。']
  const vertical = notEmbedded('UniGB-UCS2-V', lines, (i) => `1 0 0 1 ${500 - i * 20} 760`)
  const turned = notEmbedded('GBK-EUC-H', lines, (i) => `0 1 -1 0 ${100 + i * 20} 100`)
  for (const bytes of [vertical, turned]) {
    const { text } = await readPdf(bytes, reading)
    assert.equal(text.normalize('NFKC'), lines.join('\n'))
  }
})

test('a mark in the margin stands by itself and tears no paragraph', () => {
  const full = '镇里修好了三座百年老桥石料都是从北山运来的大家'
  const rows = [
    ...line([full.slice(2)], 120, 100),
    ...line([full], 100, 116),
    ...line(['14(I)'], 40, 116),
    ...line([full], 100, 132),
    ...line([full], 100, 148),
    ...line(['运来的。'], 100, 164),
  ]
  const { lines } = laid(rows)
  assert.deepEqual(
    lines.map(({ continues, isRow }) => [continues, isRow ?? false]),
    [
      [false, false],
      [true, false],
      [true, false],
      [true, false],
      [true, false],
      [undefined, true],
    ],
  )
  assert.equal(lines.at(-1)!.content.text, '14(I)')
})

test('the number of an item that hangs beside its text is no mark in the margin', () => {
  const full = '镇里修好了三座百年老桥石料都是从北山运来的大家'
  const { text } = laid([...line(['1.'], 40, 100), ...[100, 116, 132].flatMap((top) => line([full], 60, top))])
  assert.ok(text.startsWith('1.'), text)
})

test('a ragged line in Latin letters goes on where the next begins with a small one', () => {
  const { lines } = laid([
    ...line(['The harbour handled more freight than in any year before'], 50, 100),
    ...line(['although the new'], 50, 116),
    ...line(['quay was closed.'], 50, 132),
    ...line(['Two cranes had to be repaired.'], 50, 148),
  ])
  assert.deepEqual(
    lines.map(({ continues }) => continues),
    [false, true, true, false],
  )
})

test('exponents set smaller and higher stay exponents, and note marks touch no figure', () => {
  const raised = (text: string, left: number): Word => {
    return { text, left, right: left + 3 * text.length, top: 100, bottom: 106, size: 6, bold: false }
  }
  const [ten] = line(['面积2.6×10'], 50, 100) as [Word]
  assert.equal(
    laid([ten, raised('6', ten.right), ...line(['平方米。'], ten.right + 3, 100)]).lines[0]!.content.text,
    '面积2.6×10⁶平方米。',
  )
  const [guests] = line(['接待45'], 50, 100) as [Word]
  const shown = laid([guests, raised('3', guests.right), ...line(['万人次。'], guests.right + 3, 100)]).lines[0]!
    .content.text
  assert.doesNotMatch(shown, /453|45³/u)
})
