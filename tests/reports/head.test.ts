import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manuscriptOf } from '../../src/reports/formats/text.ts'
import { readLines } from '../../src/reports/lines.ts'
import { understand } from '../../src/reports/loadReport.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import { restore } from '../../src/reports/restore.ts'
import { outline } from '../support/reportOutline.ts'

const bridge =
  '全年修好三座百年老桥，石料都从北山运来，工期比去年短了两个月，沿河的居民出行方便了许多，来往的车辆也不再绕道。'
const light = '码头的灯塔换了新灯，夜里十里之外也能看见，渔船返航安全了许多，全年没有发生一起触礁事故，渔民都很满意。'
const body = [bridge, light].join('\n')

function known(text: string): Metadata {
  return understand(manuscriptOf(text), { file: 'a.txt', id: 'a', format: 'text', stated: {} }).metadata
}

const titleOf = (head: string) => known(`${head}\n${body}`).title
const dropped = (text: string, reason: string) =>
  outline(text).dropped.flatMap((part) => (part.reason === reason ? [part.text] : []))

test('a title in several lines is one, without a blank between Chinese characters', () => {
  for (const [head, title] of [
    ['青石市北山区规划和自然\n资源局\n2031年度部门决算', '青石市北山区规划和自然资源局2031年度部门决算'],
    ['青石市北山区\n海事和港务管理局\n2031年度部门决算', '青石市北山区海事和港务管理局2031年度部门决算'],
    [
      '   关于青石县2031年预算执行情况\n   和2032年预算草案的报告',
      '关于青石县2031年预算执行情况和2032年预算草案的报告',
    ],
    ['2031年青石县\n国民经济和社会发展统计公报[1]', '2031年青石县国民经济和社会发展统计公报'],
    ['青石县港务局\n关于印发灯塔管理办法的通知', '青石县港务局关于印发灯塔管理办法的通知'],
    ['灯塔港务股份有限公司\n2031年年度报告摘要', '灯塔港务股份有限公司2031年年度报告摘要'],
    ['青石县 2031 年港务工作总结', '青石县2031年港务工作总结'],
    ['灯 塔 管 理 办 法', '灯塔管理办法'],
    [
      '青石县\n灯塔建设三年行动计划\n（2031—2033年）\n（征求意见稿）',
      '青石县灯塔建设三年行动计划（2031—2033年）（征求意见稿）',
    ],
    ['青石县“十四五”\n港务发展规划', '青石县“十四五”港务发展规划'],
    ['青石县国民经济和社会发展\n第十四个五年规划\n纲要', '青石县国民经济和社会发展第十四个五年规划纲要'],
    ['2031年度\n青石县港务局\n部门决算', '2031年度青石县港务局部门决算'],
    ['青石县港务局\n关于印发\n《灯塔管理实施细\n则》的通知', '青石县港务局关于印发《灯塔管理实施细则》的通知'],
  ] as const) {
    assert.equal(titleOf(head), title, head)
    const { articles } = outline(`${head}\n${body}`)
    assert.equal(articles.length, 1, head)
    assert.deepEqual(articles[0]?.sections.filter(Boolean), [], head)
  }
})

test('two issuers, and two titles in one, keep the blank between them', () => {
  assert.equal(
    titleOf('中共青石县委 青石县人民政府\n关于加快渔业发展的实施意见'),
    '中共青石县委 青石县人民政府关于加快渔业发展的实施意见',
  )
  assert.equal(titleOf('2031年工作总结 2032年工作计划'), '2031年工作总结 2032年工作计划')
})

test('a masthead or a menu above a whole title is no part of it', () => {
  assert.equal(titleOf('青石港务\n青石县2031年港务工作总结'), '青石县2031年港务工作总结')
  assert.equal(titleOf('首页\n政务公开\n魅力青石\n【打印】\n青石县2031年港务工作总结'), '青石县2031年港务工作总结')
})

test('numbers of securities, papers and letters are no titles', () => {
  for (const line of [
    '证券代码：600001 证券简称：灯塔港务 公告编号：2032-005',
    '青石县人民政府文件\n青政发〔2032〕5号',
    '索引号：719776475/2032-00014',
    '2032年1月14日',
  ]) {
    assert.equal(titleOf(`${line}\n青石县2031年港务工作总结`), '青石县2031年港务工作总结', line)
  }
})

test('the title that a label states is the one that stands above the text', () => {
  const head = [
    ...['索 引 号：', '719776475/2032-00014', '发文机关', '青石县人民政府办公室', '成文日期', '2032年03月02日'],
    ...['标　　题：', '青石县人民政府办公室关于印发灯塔管理办法的通知', '发布日期', '2032年03月05日'],
  ]
  const text = [...head, '青石县人民政府办公室关于印发', '灯塔管理办法的通知', '各镇人民政府：', body].join('\n')
  assert.deepEqual(known(text), {
    ...{ title: '青石县人民政府办公室关于印发灯塔管理办法的通知', publisher: '青石县人民政府办公室' },
    ...{ district: '青石县', date: '2032-03-05' },
  })
  assert.deepEqual(dropped(text, 'repeated heading'), ['青石县人民政府办公室关于印发灯塔管理办法的通知'])
  assert.ok(outline(text).articles[0]?.paragraphs.includes('成文日期 2032年03月02日'), 'a label with its value')
})

test('a dating line torn in two is one, with who speaks behind it, and heads nothing', () => {
  for (const [lines, whole] of [
    [
      '（2032年1月14日在青石县第十八届\n人民代表大会第二次会议上）\n青石县财政局局长  林远山',
      '（2032年1月14日在青石县第十八届人民代表大会第二次会议上） 青石县财政局局长  林远山',
    ],
    [
      '——2032年1月14日在青石县第十八届人民代表大会第二次会议上\n青石县财政局',
      '——2032年1月14日在青石县第十八届人民代表大会第二次会议上 青石县财政局',
    ],
  ] as const) {
    const text = `关于青石县2031年预算执行情况的报告\n${lines}\n各位代表：\n${body}`
    const { articles } = outline(text)
    assert.deepEqual(articles[0]?.paragraphs, [whole, '各位代表：', bridge, light])
    assert.deepEqual(articles[0]?.sections.filter(Boolean), [])
    const { date, publisher, district } = known(text)
    assert.deepEqual([date, publisher, district], ['2032-01-14', '青石县财政局', '青石县'])
  }
})

test('the day of a meeting is told in many ways', () => {
  for (const line of [
    '——2032年1月14日林远山县长在青石县第十八届人民代表大会第二次会议的政府工作报告',
    '2032年1月14日在青石县第十八届人民代表大会第二次会议上县长林远山作政府工作报告。',
    '——2032年1月14日县长 林远山在青石县第十八届人民代表大会第二次会议上的讲话',
    '(2032年1月14日青石县第十八届人民代表大会第二次会议通过)',
  ]) {
    const text = `青石县政府工作报告\n${line}\n来源：青石日报\n时间：2032-01-20\n各位代表：\n${body}`
    assert.equal(known(text).date, '2032-01-14', line)
    assert.deepEqual(outline(text).articles[0]?.sections.filter(Boolean), [], line)
  }
  const bracketed = '关于青石县2031年预算执行情况的报告（2032年1月14日在青石县第十八届人民代表大会第二次会议上）'
  const { title, date } = known(`${bracketed}\n${body}`)
  assert.deepEqual([title, date], ['关于青石县2031年预算执行情况的报告', '2032-01-14'])
})

test('who makes a budget publishes it, whatever the label', () => {
  for (const line of [
    '预算主管部门：青石县港务局。',
    '编制部门：青石县港务局',
    '编制单位\n青石县港务局',
    '发布机构：青石县港务局',
    '主管部门：青石县港务局',
    '责任部门： 青石县港务局',
  ]) {
    assert.equal(known(`青石县2031年区级部门预算\n${line}\n${body}`).publisher, '青石县港务局', line)
  }
})

test('who publishes: the issuer under the title before the source, the source before the speaker’s office', () => {
  const title = '2031年青石县渔业统计公报'
  assert.equal(
    known(`${title}\n来源：青石日报\n青石县统计局\n青石县渔业局\n2032年3月1日\n${body}`).publisher,
    '青石县统计局',
  )
  assert.equal(known(`${title}\n来源：青石日报\n青石县统计局局长 林远山\n各位代表：\n${body}`).publisher, '青石日报')
  assert.equal(known(`${title}\n来源：本网\n青石县统计局局长 林远山\n各位代表：\n${body}`).publisher, '青石县统计局')
  assert.equal(known(`${title}\n来源：综合科\n${body}`).publisher, undefined)
})

test('buttons and ways of a saved web page are left out, each of them listed', () => {
  const controls = ['下载', '打印', '【字号：', '加大', '减小', '】', '当前位置：首页 > 政务公开 > 财政信息']
  const foot = ['【打印】', '关闭', '扫一扫在手机打开当前页']
  const text = [...controls, '2031年青石县政府工作报告', '【字体：大 中 小】 打印 分享 关闭', body, ...foot].join('\n')
  assert.deepEqual(dropped(text, 'page control'), [...controls, '【字体：大 中 小】 打印 分享 关闭', ...foot])
  assert.deepEqual(outline(text).articles[0]?.paragraphs, [bridge, light])
})

test('a way that is written a step a line is left out, and the title that stands twice is kept once', () => {
  const way = ['首页', '>', '政务公开', '>', '统计公报']
  const title = '2031年青石县渔业统计公报'
  const text = [...way, title, '浏览次数：12 次', title, '发布时间：2032-03-26', body].join('\n')
  assert.deepEqual(dropped(text, 'page control'), [...way, '浏览次数：12 次'])
  assert.deepEqual(dropped(text, 'repeated heading'), [title])
  assert.equal(outline(text).articles.length, 1)
})

test('a headline of a page stands over its date, even where it is called nothing', () => {
  const text = `首页\n打印\n青石渔港去年迎来九千艘渔船 创十年新高\n2032-03-26 09:12:00\n来源：青石发布\n${body}`
  const { title, date } = known(text)
  assert.deepEqual([title, date], ['青石渔港去年迎来九千艘渔船 创十年新高', '2032-03-26'])
})

test('without other controls beside them words of the text are no buttons', () => {
  for (const word of ['大', '评论', '收藏', '登录']) {
    const text = `青石县工作报告\n${bridge}\n${word}\n${light}`
    assert.deepEqual(outline(text).dropped, [], word)
  }
})

test('a document shown years later was published when it was written', () => {
  const dates = (written: string, published: string) =>
    known(`成文日期：${written}\n发布日期：${published}\n青石县灯塔管理办法\n${body}`).date
  assert.equal(dates('2025年6月11日', '2038年12月3日'), '2025-06-11')
  assert.equal(dates('2031年12月28日', '2032年1月3日'), '2032-01-03')
})

test('a signature in mid-document is one paragraph and heads no annex', () => {
  const text = `关于修缮灯塔的通知\n各镇：\n${body}\n青石县港务局\n青石县财政局\n2032年3月1日\n灯塔修缮办法\n${bridge}`
  const { articles } = outline(text)
  assert.ok(articles[0]?.paragraphs.includes('青石县港务局 青石县财政局 2032年3月1日'))
  assert.equal(articles[0]?.sections.at(-1), '灯塔修缮办法')
})

test('a speaker’s name above the salutation heads nothing', () => {
  const { articles } = outline(`林远山\n\n各位代表：\n${body}`)
  assert.deepEqual([articles[0]?.headline, ...(articles[0]?.sections ?? [])].filter(Boolean), [])
})

test('words of running text that a layout breaks behind the word for a kind of document are no title', () => {
  const words = ['灯塔全年亮灯三百六十五夜,', '湖心水质优于', '湖库标准', '(0.05mg/L),渔获因此增加两成。']
  const text = words.join('\n')
  const lines = readLines(text).map((line, i) => ({ ...line, continues: i > 0 }))
  const { articles } = restore(text, lines)
  assert.deepEqual(
    articles.map(({ headline, paragraphs }) => [headline, paragraphs.length]),
    [[null, 1]],
  )
})
