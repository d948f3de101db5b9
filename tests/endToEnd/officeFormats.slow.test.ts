import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { archiveOf } from '../fixtures/archives.ts'
import { webArchive } from '../fixtures/mail.ts'
import { column, line, ofdOf } from '../fixtures/ofd.ts'
import { type IndexedFolder, indexedFolder } from '../support/indexedFolder.ts'

/** Files as offices keep them in one folder, with the real model: each question is answered from the right file and page. */

const corpus = new URL('../fixtures/corpus/', import.meta.url)
const fromCorpus = (name: string) => readFile(new URL(name, corpus))

let folder: IndexedFolder

/** Two pages, each with a headline and a paragraph. */
async function ofdReport(): Promise<Uint8Array> {
  const page = (title: string, text: string) => line(title, 50, 30, { size: 7 }) + column([text], { y: 60 }).content
  return ofdOf({
    pages: [
      page('松涛区城市管理工作总结', '松涛区去年建成口袋公园38个,新增绿地21.5公顷,受到群众好评。'),
      page('松涛区公共交通工作总结', '松涛区去年新开公交线路9条,更换新能源公交车126辆。'),
    ],
  })
}

before(async () => {
  folder = await indexedFolder({
    'forest.pptx': await fromCorpus('packages/slides-report.pptx'),
    'yearbook.epub': await fromCorpus('packages/book-yearbook.epub'),
    'minutes.doc': await fromCorpus('minutes.doc'),
    'library.rtf': await fromCorpus('traditional.rtf'),
    'city.ofd': await ofdReport(),
    'page.mht': webArchive('gbk'),
    'old.zip': archiveOf({ '农业/cold.txt': '柳河县农业工作报告\n\n柳河县全年新建冷库27座,可储存苹果3.6万吨。\n' }),
  })
})
after(() => folder.remove())

describe('a folder of office files', { timeout: 300_000 }, () => {
  for (const [question, file, page, fact] of [
    ['云栖县全县完成造林多少万亩?', 'forest.pptx', 2, '造林3.7万亩'],
    ['云栖县明年计划争取多少省级补助?', 'forest.pptx', 3, '省级补助860万元'],
    ['云栖县2023年全县生产总值达到多少亿元?', 'yearbook.epub', null, '128.6亿元'],
    ['镇长办公会议同意拨款多少用于修缮中心小学食堂?', 'minutes.doc', null, '四十五万元'],
    ['臺灣地區圖書館本年度館藏圖書有多少冊?', 'library.rtf', null, '十二萬三千冊'],
    ['松涛区去年建成多少个口袋公园?', 'city.ofd', 1, '口袋公园38个'],
    ['松涛区去年新开几条公交线路?', 'city.ofd', 2, '公交线路9条'],
    ['青石镇村口种下了多少棵香樟树?', 'page.mht', null, '一千棵香樟树'],
    ['柳河县新建了多少座冷库?', 'old.zip/农业/cold.txt', null, '冷库27座'],
  ] as const) {
    test(`${file}: ${question}`, async () => {
      const { text, source } = await folder.quoteFor(question, file)
      assert.equal(source.page, page, text)
      assert.ok(text.includes(fact), text)
    })
  }
})
