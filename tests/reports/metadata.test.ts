import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manuscriptOf } from '../../src/reports/formats/text.ts'
import { understand } from '../../src/reports/loadReport.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'

const body = [
  '全年修好三座百年老桥，石料都从北山运来，工期比去年短了两个月，沿河的居民出行方便了许多，来往的车辆也不再绕道。',
  '码头的灯塔换了新灯，夜里十里之外也能看见，渔船返航安全了许多，全年没有发生一起触礁事故，渔民都很满意。',
  '粮站收购新粮，价格与上年持平，仓容足够，农户当天就能拿到货款，排队的时间也比往年短。',
  '学校添了两间教室，孩子们不用再到邻村上课，家长们也放心了，来年还要修一条通往学校的路。',
].join('\n')

/** What is known of a text that begins with `head` and ends with `tail`. */
function known(head: string, tail = '', stated: Partial<Metadata> = {}): Metadata {
  const text = [head, body, tail].filter(Boolean).join('\n')
  return understand(manuscriptOf(text), { file: 'a.txt', id: 'a', format: 'text', stated }).metadata
}

const dateOf = (head: string, tail?: string) => known(head, tail).date

test('a text that states nothing of itself tells nothing but its headline', () => {
  assert.deepEqual(known('北山修好老桥'), { title: '北山修好老桥' })
})

test('a date behind its label', () => {
  for (const [line, date] of [
    ['发布日期：2021-01-20', '2021-01-20'],
    ['发布时间: 2021年1月20日 10:32', '2021-01-20'],
    ['来源：青石镇 发布时间：2021/1/20 浏览次数：12', '2021-01-20'],
    ['印发日期：二〇二一年一月二十日', '2021-01-20'],
    ['公开日期：２０２１．１．２０', '2021-01-20'],
    ['成文日期:2021年1月', '2021-01'],
    ['日期：2020-02-29', '2020-02-29'],
  ] as const) {
    assert.equal(dateOf(`北山修好老桥\n${line}`), date, line)
    assert.equal(dateOf('北山修好老桥', line), date, `${line} below the text`)
  }
})

test('a line that is nothing but a date, near the head or below the text', () => {
  for (const [line, date] of [
    ['2021年1月20日', '2021-01-20'],
    ['（2021年1月20日）', '2021-01-20'],
    ['2021 年 1 月 20 日', '2021-01-20'],
    ['二○二一年十月三十一日', '2021-10-31'],
    ['二〇二一年十二月', '2021-12'],
    ['2021-01-20', '2021-01-20'],
  ] as const) {
    assert.equal(dateOf(`北山修好老桥\n${line}`), date, line)
    assert.equal(dateOf('北山修好老桥', `青石镇人民政府\n${line}`), date, `${line} below the text`)
  }
})

test('the day of the meeting that a work report was given at, and whose meeting it was', () => {
  const head = '政府工作报告\n——2021年1月20日在青石县第十七届人民代表大会第五次会议上\n县长 林远山'
  assert.deepEqual(known(head), { title: '政府工作报告', district: '青石县', date: '2021-01-20' })
  assert.equal(dateOf('政府工作报告\n（2021年1月20日在青石县第十七届人民代表大会第五次会议上）'), '2021-01-20')
  assert.equal(dateOf('修桥条例\n（2021年1月20日青石县第十七届人民代表大会第五次会议通过）'), '2021-01-20')
})

test('a masthead tells date and paper where its day of the week is right', () => {
  const told = known('青石日报 2021年1月20日 星期三\n北山修好老桥')
  assert.deepEqual(told, { title: '北山修好老桥', publisher: '青石日报', date: '2021-01-20' })
  assert.equal(dateOf('2021年1月20日 农历庚子年十二月初八 星期三 第3版\n北山修好老桥'), '2021-01-20')
  assert.equal(dateOf('青石日报 2021年1月20日 星期四\n北山修好老桥'), undefined, 'a digit was misread')
})

test('what is no statement on the report tells no date', () => {
  for (const line of [
    '2021年1月20日，北山的老桥通车。',
    '2021年',
    '2021年13月1日',
    '发布日期：2021-02-29',
    '时间：2021年1月20日（星期三）上午九时',
    '到2021年1月20日为止的桥',
    '编号2021-01-20017',
  ]) {
    assert.equal(dateOf(`北山修好老桥\n${line}`), undefined, line)
  }
  assert.equal(dateOf('', `${body}\n截至2021年1月20日，石料已全部到位。`), undefined)
  const alone = understand(manuscriptOf('2021年1月20日'), { file: 'a.txt', id: 'a', format: 'text', stated: {} })
  assert.deepEqual(alone.metadata, { title: 'a' }, 'a text that is nothing but a date')
})

test('of dates that contradict each other what they share is told, and nothing where that is nothing', () => {
  assert.equal(dateOf('修桥工作报告\n（2021年1月20日在全镇大会上）', '青石镇\n2021年1月28日'), '2021-01')
  assert.equal(dateOf('修桥工作报告\n（2021年1月20日在全镇大会上）', '青石镇\n2021年2月1日'), '2021')
  assert.equal(dateOf('修桥工作报告\n（2020年12月30日在全镇大会上）', '青石镇\n2021年1月1日'), undefined)
  assert.equal(dateOf('修桥工作报告\n2021年1月', '青石镇\n2021年1月20日'), '2021-01-20', 'no contradiction')
  const diary = `2020年1月3日\n${body}\n2021年4月5日\n${body}\n2022年6月7日\n${body}`
  assert.equal(dateOf(`修桥日记\n${diary}`), undefined)
})

test('the day of publication goes before the day of writing', () => {
  assert.equal(dateOf('修桥通知\n成文日期：2020-12-28\n发布日期：2021-01-20'), '2021-01-20')
  assert.equal(dateOf('修桥通知\n发布日期：2021-01-20', '青石镇人民政府\n2020年12月28日'), '2021-01-20')
})

test('the publisher: by its label, by the signature over the date', () => {
  for (const [head, tail, publisher] of [
    ['来源：青石镇人民政府', '', '青石镇人民政府'],
    ['发布机构：青石县统计局 发布日期：2021-01-20', '', '青石县统计局'],
    ['来源：青石日报 发布机构：青石县统计局', '', '青石县统计局'],
    ['', '青石县人民政府办公室\n2021年1月20日', '青石县人民政府办公室'],
    ['', '青石县财政局 2021年1月20日', '青石县财政局'],
    ['', '林远山\n2021年1月20日', undefined],
    ['', '青石县人民政府办公室', undefined],
    ['资金来源：财政拨款', '', undefined],
    ['来源：财政拨款120万元', '', undefined],
    ['来源：青石日报\n来源：北山晚报', '', undefined],
  ] as const) {
    assert.equal(known(`北山修好老桥\n${head}`, tail).publisher, publisher, `${head} … ${tail}`)
  }
})

test('the district that title or publisher begins with, by its form', () => {
  for (const [title, district] of [
    ['青石县2020年国民经济和社会发展统计公报', '青石县'],
    ['2020年武进区政府工作报告', '武进区'],
    ['常州市金坛区西城街道2020年工作总结', '金坛区'],
    ['西城街道2020年工作总结', '西城街道'],
    ['关于青石县2020年预算执行情况的报告', '青石县'],
    ['中共青石县委2020年工作要点', '青石县'],
    ['盐城市教育局2020年工作总结', '盐城市'],
    ['恩施土家族苗族自治州2020年工作总结', '恩施土家族苗族自治州'],
    ['北山修好老桥', undefined],
    ['区委常委会集体调研西城街道工作', undefined],
    ['上海市场监管工作报告', undefined],
    ['农村市场发展报告', undefined],
    ['中国城市发展报告', undefined],
    ['社区工作总结', undefined],
    ['老旧小区工作总结', undefined],
    ['经济开发区2020年工作总结', undefined],
    ['我县2020年工作总结', undefined],
    ['城市管理局工作总结', undefined],
    ['宝山镇 (凤城市)', undefined],
    ['南宁市第二中学', undefined],
    ['武进区', undefined],
  ] as const) {
    assert.equal(known(title).district, district, title)
  }
  assert.equal(known('修桥通报\n来源：青石县统计局').district, '青石县')
  assert.equal(known('修桥通报', '西城街道\n2021年1月20日').district, '西城街道')
})

test('the period is what the title says, in its words', () => {
  for (const [title, period] of [
    ['青石县2020年工作总结', '2020年'],
    ['青石县2020年度工作总结', '2020年度'],
    ['2016—2020年工作回顾', '2016—2020年'],
    ['2020年工作总结和2021年工作安排', '2020年工作总结和2021年工作安排'],
    ['青石县“十三五”工作回顾', '“十三五”'],
    ['青石县十四五规划纲要', '十四五'],
    ['2020年上半年工作总结', '2020年上半年'],
    ['2020年3月份工作简报', '2020年3月份'],
    ['二〇二〇年工作总结', '二〇二〇年'],
    ['2020年以来的工作', undefined],
    ['2021年1月20日会议纪要', undefined],
    ['北山修好老桥', undefined],
  ] as const) {
    assert.equal(known(title).period, period, title)
  }
})

test('the title loses the marks around a title, and is no masthead, date or label', () => {
  assert.equal(known('《2020年政府工作报告》').title, '2020年政府工作报告')
  assert.equal(known('2021年1月20日\n北山修好老桥').title, '北山修好老桥')
})

test('the sidecar goes before the text, and the text before the file’s properties', () => {
  const understood = (properties: Partial<Metadata>, stated: Partial<Metadata> = {}, head = '') => {
    const manuscript = { ...manuscriptOf(`青石县2020年工作总结\n${head}\n${body}`), stated: properties }
    return understand(manuscript, { file: 'a.txt', id: 'a', format: 'text', stated }).metadata
  }
  const properties = { title: '北山文印社', date: '2021-02-03', publisher: '北山文印社' }
  const labels = '发布日期：2021-01-20\n来源：青石县统计局'
  assert.deepEqual(understood(properties, { date: '2021-03', title: '通报' }, labels), {
    ...{ title: '通报', publisher: '青石县统计局', district: '青石县', date: '2021-03' },
  })
  const { title, publisher, date } = understood(properties, {}, labels)
  assert.deepEqual([title, publisher, date], ['青石县2020年工作总结', '青石县统计局', '2021-01-20'])
  const silent = understood(properties)
  assert.deepEqual([silent.publisher, silent.date], ['北山文印社', '2021-02-03'], 'what the page does not say')
  assert.equal(understood({ date: '2021-01-20' }, {}, '发布日期：2021年1月').date, '2021-01-20', 'the day of a month')
})
