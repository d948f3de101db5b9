import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { isVerbatim, makeQuote } from '../../src/answer/quote.ts'
import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { maxPassageCharacters } from '../../src/reports/manuscript.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import type { Report } from '../../src/reports/types.ts'

/** What a person finds in the five reports of the corpus, each statement read off the files. */

const folder = new URL('../../reports/', import.meta.url)
let reports: Report[] = []
before(async () => {
  const { files, faults } = await listReports(folder.pathname)
  assert.equal(faults.size, 0)
  reports = await Promise.all(files.map((file) => loadReport(file)))
})

const report = (number: number) => reports[number]!
const headlines = (number: number) => report(number).articles.map((article) => article.headline?.text ?? null)
const bylines = (number: number) => report(number).articles.map((article) => article.byline?.cutting.text ?? null)
const counts = (number: number) => report(number).articles.map((article) => article.paragraphs.length)
const dropped = (number: number) =>
  report(number).dropped.map(({ range, reason }) => `${reason}: ${report(number).text.slice(...range)}`)

/** Where paragraphs were joined over line ends: article.paragraph and the characters at the seam. */
function seams({ text, articles }: Report): string[] {
  return articles.flatMap(({ paragraphs }, i) =>
    paragraphs.flatMap((paragraph) =>
      paragraph.pieces.slice(1).flatMap((piece, j) => {
        const isTear = text.slice(paragraph.pieces[j]!.range[1], piece.range[0]).includes('\n')
        const around = `${paragraph.text.slice(piece.at - 3, piece.at)}|${paragraph.text.slice(piece.at, piece.at + 3)}`
        return isTear ? [`${i + 1}.${paragraph.number} ${around}`] : []
      }),
    ),
  )
}

test('the canonical text is the file to the letter', async () => {
  assert.equal(reports.length, 5)
  for (const { text, file } of reports) assert.equal(text, await readFile(new URL(file, folder), 'utf8'))
})

test('000: a page of five stories, the fifth opened by an editor’s note', () => {
  assert.deepEqual(headlines(0), [
    '区委常委会集体调研西城街道工作 服务大局 服务发展 服务民生 以超常的业绩体现中心和重心',
    '区十七届人大五次会议 准备工作就绪',
    '我区发布《关于进一步加强疫情防控工作的通知》 倡导减少出行、减少聚会、科学防护',
    '西城街道： 有力推进“三服务” 全面发展城市经济',
    '放大格局 奋进苏南发展第一方阵',
  ])
  assert.deepEqual(bylines(0), ['唐晓海', '何卓瑜', '师杰', null, null])
  assert.deepEqual(counts(0), [11, 3, 5, 2, 4])
  assert.match(report(0).articles[4]!.paragraphs[0]!.text, /^编者按:/)
  assert.deepEqual(dropped(0), [
    'slogan: **践行嘱托开新局',
    'slogan: ——争当表率、争做示范、走在前列**',
    'jump line: (下转第三版)',
    'jump line: (下转第三版)',
    'slogan: **区委十三届十次全会精神系列解读**',
  ])
})

test('001: one work report of twelve paragraphs in two parts', () => {
  assert.deepEqual(headlines(1), ['西城街道： 全力打造“宜居、和美、幸福”新西城'])
  assert.deepEqual(bylines(1), [null])
  const sections = report(1).articles[0]!.paragraphs.map(({ sections }) => sections.map(({ text }) => text).join(' › '))
  const [past, next] = ['2020年及“十三五”工作回顾', '2021年重点工作安排']
  assert.deepEqual(sections, [
    '',
    `${past} › 全力服务项目建设 协同保障扎实有力`,
    `${past} › 全力培育市场主体 城市经济加快发展`,
    `${past} › 全力抓好城乡治理 人居环境显著提升`,
    `${past} › 全力深化社区建设 民生事业持续改善`,
    `${past} › 全力保障社会稳定 基层治理不断深化`,
    next,
    `${next} › 一、盘活资产资源,挖掘发展新空间。`,
    `${next} › 二、发展城市经济,拓展税源新渠道。`,
    `${next} › 三、深化环境整治,展示城乡新面貌。`,
    `${next} › 四、增进民生福祉,回应人民新关切。`,
    `${next} › 五、强化平安建设,打造和谐新西城`,
  ])
  assert.deepEqual(dropped(1), [])
})

test('002: a page of three stories', () => {
  assert.deepEqual(headlines(2), ['做好岁末工作 冲刺年度目标', '明年工作在五个方面争先奋进', '争先奋进 扬帆启航'])
  assert.equal(report(2).articles[1]!.kicker?.text, '区委十二届十次全会强调——')
  assert.deepEqual(bylines(2), ['记者 鞠燎原 徐维庆', '□ 记者 徐维庆', '□ 本报评论员'])
  assert.deepEqual(counts(2), [6, 6, 8])
  assert.deepEqual(dropped(2), [])
})

test('003: a page of nine stories', () => {
  assert.deepEqual(headlines(3), [
    '区委常委会主题教育调研成果交流会召开',
    '沈东讲授主题教育专题党课',
    '区委常委会集体调研各板块',
    '在一线研究问题、解决问题 为经济发展增动能、添实效',
    '区政府召开专题会议 听取城中村改造工作情况汇报',
    '以雪为令',
    '邹区人民医院 血液透析中心获省级荣誉',
    '“融创益家”:北港“破题”商居融合',
    '为群租房上好“安全锁”',
  ])
  assert.equal(report(3).articles[1]!.kicker?.text, '树牢正确政绩观 求真务实促发展')
  assert.deepEqual(bylines(3), [
    ...['田雨婷', '田雨婷', '薛暮焱 田雨婷', '薛暮焱', '田雨婷 臧赫赫', null, '伍浩', '□王淑君 臧素雅', '谈磊 姜云峰'],
  ])
  assert.deepEqual(counts(3), [7, 2, 5, 3, 2, 2, 2, 9, 3])
  assert.deepEqual(dropped(3), ['repeated heading: 区委常委会集体调研各板块'])
  const [first, ...others] = ['整合资源,构筑共建治理联盟', '场景拓展,打造便民服务站', '项目驱动,促进商居融合发展']
  assert.deepEqual(
    report(3).articles[7]!.paragraphs.map((paragraph) => paragraph.sections.map((section) => section.text).join(' › ')),
    ['', first, first, first, others[0], others[0], others[0], others[1], others[1]],
  )
})

test('003: the story that the page breaks off stays broken off', () => {
  // `钟楼区城管局提` goes on in no other column; what follows is the headline of the hospital's story.
  assert.match(report(3).articles[5]!.paragraphs.at(-1)!.text, /一道风景。钟楼区城管局提$/)
})

test('004: one report without headline, its five headings at the head of their paragraphs', () => {
  assert.deepEqual(headlines(4), [null])
  assert.deepEqual(counts(4), [6])
  const paragraphs = report(4).articles[0]!.paragraphs
  assert.deepEqual(
    paragraphs.map((paragraph) => paragraph.sections.map((section) => section.text).join(' › ')),
    [
      ...['', '一、坚持项目牵引,推动经济发展。', '二、强化统筹协调,促进融合发展。', '三、加强长效管护,提升环境质量。'],
      ...['四、聚焦基层治理,增进民生福祉。', '五、突出党的建设,强化政治保障。'],
    ],
  )
  for (const { text, sections } of paragraphs.slice(1)) assert.ok(text.startsWith(sections[0]!.text))
  assert.deepEqual(dropped(4), ['stray mark: |'])
})

test('what the columns tore is joined, and nothing else', () => {
  assert.deepEqual(reports.map(seams), [
    [
      ...['1.6 经济,|带动居', '1.8 坚的原|则,有', '1.9 实事、|班子建', '2.2 、会务|安排以', '3.2 疫情防|控,对'],
      ...['4.1 幸福”|新城建', '4.1 尧尧介|绍说,', '5.3 要增长|极”的', '5.3 与先发|地区同'],
    ],
    ['1.5 康菜市|场”1'],
    [
      ...['1.3 。冲刺|年度目', '1.4 点项目|和高质', '1.5 品、烟|花爆竹', '1.5 社会矛|盾,确', '2.3 及行业|龙头企'],
      ...['2.5 当前可|承受、', '3.4 水平有|待进一'],
    ],
    [
      ...['1.4 强区夯|基工程', '1.6 作战、|统合各', '3.2 任的干|部队伍', '3.3 文章;|有序启', '3.4 动摇,|加强统'],
      ...['4.3 增效”|“危污', '5.2 展和民|生双赢', '7.2 委确认|为“江', '8.2 人员结|构复杂', '8.4 ,引导|商居内'],
      '9.2 个房间|内安装',
    ],
    [],
  ])
})

test('every passage is verbatim and within the limit', () => {
  for (const report of reports) {
    for (const passage of passagesOf(report)) {
      assert.ok(passage.text.length <= maxPassageCharacters, `${passage.id}: ${passage.text.length}`)
      assert.ok(isVerbatim(makeQuote(report, passage, { highlights: [], figures: [] }, 0), report.text))
    }
  }
})

test('passages are whole sentences, but for sentences over half the limit and what the page leaves without an end', () => {
  const unfinished = reports.flatMap((report) =>
    passagesOf(report).filter(({ kind, text }) => kind === 'body' && !/[。！!？…][”’」』)）]*$/u.test(text)),
  )
  assert.deepEqual(
    unfinished.map((passage) => `${passage.report.slice(0, 3)} ${passage.text.slice(-5)}`).sort(),
    [
      ...['000 心。唐晓海', '000 功。何卓瑜', '000 态。 师杰'], // the writer's name after the last full stop
      ...['002 怀、温暖;', '002 一步激发;', '003 民积极性;', '004 6.4%;'], // parted at a semicolon
      '003 区城管局提', // broken off by the page
    ].sort(),
  )
})

test('ids are unique over all reports and the same at a second reading', async () => {
  const ids = reports.flatMap((report) => passagesOf(report).map((passage) => passage.id))
  assert.equal(new Set(ids).size, ids.length)
  const again = await Promise.all((await listReports(folder.pathname)).files.map((file) => loadReport(file)))
  assert.deepEqual(
    again.flatMap((report) => passagesOf(report).map((passage) => passage.id)),
    ids,
  )
})
