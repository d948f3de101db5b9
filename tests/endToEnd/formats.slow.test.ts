import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as xlsx from '@e965/xlsx'
import * as word from 'docx'
import sharp from 'sharp'
import { sourceLine } from '../../src/answer/sourceLine.ts'
import type { Quote } from '../../src/answer/types.ts'
import { bare } from '../../src/text/normalize.ts'
import { distance } from '../fixtures/accuracy.ts'
import { pictureOf, pictures, type Sample, townReport, twoColumns } from '../fixtures/documents.ts'
import { encode, webPage } from '../fixtures/office.ts'
import { type IndexedFolder, indexedFolder } from '../support/indexedFolder.ts'

/** One document of each format in one folder, with the real model: each question is answered from the right one. */

const pick = (...numbers: number[]) => numbers.map((number) => townReport[number]!)
let folder: IndexedFolder
let printed: Sample
let scanned: Sample

async function wordFile(): Promise<Uint8Array> {
  const texts = ['东湖区住房保障工作总结', '东湖区去年更换老旧电梯86部,惠及居民9700户。']
  const children = texts.map((text) => new word.Paragraph({ text }))
  return word.Packer.toBuffer(new word.Document({ sections: [{ children }] }))
}

function workbook(): Uint8Array {
  const rows = [
    ['云岭县财政收支表'],
    [null, null, null, null, '单位:亿元'],
    ['项目', '2019年', null, '2020年', null],
    [null, '预算数', '决算数', '预算数', '决算数'],
    ['税收收入', '8', '8.25', '9', '9.56'],
    ['非税收入', '2.1', '2.07', '2.5', '3.19'],
  ]
  const sheet = xlsx.utils.aoa_to_sheet(rows)
  const merge = (r: number, c: number, r2: number, c2: number) => ({ s: { r, c }, e: { r: r2, c: c2 } })
  sheet['!merges'] = [merge(0, 0, 0, 4), merge(2, 0, 3, 0), merge(2, 1, 2, 2), merge(2, 3, 2, 4)]
  const book = xlsx.utils.book_new()
  xlsx.utils.book_append_sheet(book, sheet, '财政')
  return xlsx.write(book, { type: 'buffer', bookType: 'xlsx' })
}

before(async () => {
  printed = await twoColumns(pick(0, 1, 3, 5, 9), 26)
  scanned = await twoColumns(pick(6, 8, 11, 10), 16)
  const scans = await Promise.all([1, 2].map((page) => pictureOf(scanned.bytes, page)))
  // The rest of the page is empty.
  const blurred = await sharp(await pictureOf((await twoColumns(pick(7), 10)).bytes))
    .extract({ left: 0, top: 0, width: 1654, height: 700 })
    .blur(3.4)
    .jpeg()
    .toBuffer()
  folder = await indexedFolder({
    'a.txt': encode('柳河县农业工作报告\n\n柳河县全年新建冷库27座,可储存苹果3.6万吨。\n', 'gb18030'),
    'b.md': '# 石桥乡养老工作\n\n石桥乡建成养老驿站14个,服务老人5200名。\n',
    'c.html': webPage(),
    'd.docx': await wordFile(),
    'e.xlsx': workbook(),
    'f.csv': '镇名,粮食产量(吨),茶园面积(亩)\n白沙镇,48210,1370\n红枫镇,39655,2846\n',
    'g.pdf': printed.bytes,
    'h.pdf': await pictures(scans),
    'i.jpg': blurred,
  })
})
after(() => folder.remove())

const quoteFor = (question: string, file: string): Promise<Quote> => folder.quoteFor(question, file)

/** The page on which a sample's paragraph was printed, where all of it stands on one. */
function pageOf({ paragraphs, pageOf }: Sample, words: string): number {
  return pageOf[paragraphs.findIndex((paragraph) => paragraph.includes(words))]!
}

describe('a folder of every format', { timeout: 300_000 }, () => {
  for (const [question, file, fact] of [
    ['柳河县新建了多少座冷库?', 'a.txt', '新建冷库27座'],
    ['石桥乡建成了几个养老驿站?', 'b.md', '养老驿站14个'],
    ['青石镇村口种下了多少棵香樟树?', 'c.html', '一千棵香樟树'],
    ['东湖区更换了多少部老旧电梯?', 'd.docx', '老旧电梯86部'],
  ] as const) {
    test(`${file}: ${question}`, async () => {
      const quote = await quoteFor(question, file)
      assert.ok(quote.text.includes(fact), quote.text)
      assert.equal(quote.source.page, null)
    })
  }

  test('a cell is found by its row and its column, and quoted with its headings and its unit', async () => {
    const quote = await quoteFor('云岭县2020年税收收入决算数是多少?', 'e.xlsx')
    for (const part of ['税收收入', '2020年', '决算数', '9.56', '亿元'])
      assert.ok(quote.text.includes(part), quote.text)
    assert.ok(!quote.text.includes('3.19'), 'no other row')
    const row = await quoteFor('红枫镇的茶园面积有多少亩?', 'f.csv')
    assert.match(row.text, /红枫镇[\s\S]*茶园面积\(亩\)\s2846/u)
  })

  test('a PDF of several pages in two columns: the page is told', async () => {
    assert.ok(printed.pageOf.at(-1)! >= 3, 'the fixture has three pages and more')
    for (const [question, fact] of [
      ['一般公共预算收入上半年完成了多少?', '预算收入1.2亿元'],
      ['2016年以来重点组织实施了几个项目的拆迁?', '6个项目的拆迁'],
      ['湖心国考断面总磷平均浓度是多少?', '总磷平均浓度0.054mg/L'],
    ] as const) {
      const { text, source } = await quoteFor(question, 'g.pdf')
      assert.ok(bare(text).includes(fact), text)
      assert.ok([0, 1].includes(source.page! - pageOf(printed, fact)), `${fact} on ${source.page}`)
    }
  })

  test('a scanned PDF: its second page is read and told', async () => {
    assert.deepEqual(new Set(scanned.pageOf), new Set([1, 2]))
    const { text, source } = await quoteFor('配齐了多少名专职网格员?', 'h.pdf')
    assert.match(text, /96名专职/u)
    assert.equal(source.page, 2)
    assert.equal((await quoteFor('宝龙社区有多少户居民住宅?', 'h.pdf')).source.page, 1)
  })

  test('a bad scan is quoted with a mark of doubt', async () => {
    const { source } = await quoteFor('政务一体机对商户有用吗?', 'i.jpg')
    assert.ok(source.isDoubtful)
    assert.match(sourceLine(source, 'zh'), /⚠️ 扫描件,文字可能有误/u)
    assert.match(sourceLine(source, 'en'), /⚠️ scan, may be misread/u)
    assert.doesNotMatch(sourceLine((await quoteFor('柳河县新建了多少座冷库?', 'a.txt')).source, 'zh'), /⚠️/u)
  })

  test('hardly a character is misread', async (context) => {
    for (const [file, sample, most] of [
      ['g.pdf', printed, 0],
      ['h.pdf', scanned, 0.03],
    ] as const) {
      const folded = (text: string) => text.normalize('NFKC').replaceAll(/\s/gu, '')
      const { articles } = await folder.reportOf(file)
      const found = folded(articles.flatMap(({ paragraphs }) => paragraphs.map(({ text }) => text)).join(''))
      const expected = folded(sample.paragraphs.join(''))
      const rate = distance(found, expected) / expected.length
      context.diagnostic(`character errors, ${file}: ${(rate * 100).toFixed(2)} %`)
      assert.ok(rate <= most, `${file}: ${rate}`)
    }
  })
})
