import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline } from '../support/reportOutline.ts'

const bridge = '全年修好三座百年老桥，石料都从北山运来，工期比去年短了两个月，沿河的居民出行方便了许多。'
const light = '码头的灯塔换了新灯，夜里十里之外也能看见，渔船返航安全了许多，渔民都很满意。'

const contents = (text: string) =>
  outline(text).dropped.flatMap((part) => (part.reason === 'contents' ? [part.text] : []))
const sections = (text: string) => outline(text).articles.flatMap((article) => article.sections)

test('a contents page with leaders and page numbers is left out', () => {
  for (const [bridges, lights] of [
    ['一、修桥………………3', '二、灯塔………………12'],
    ['一、修桥........3', '二、灯塔........12'],
    ['一、修桥 · · · · · 3', '二、灯塔 · · · · · 12'],
    ['一、修桥 3', '二、灯塔 12'],
    ['一、修桥……（3）', '二、灯塔……（12）'],
  ]) {
    const text = `青石县工作总结\n\n目　录\n${bridges}\n${lights}\n\n一、修桥\n\n${bridge}\n\n二、灯塔\n\n${light}`
    assert.deepEqual(contents(text), ['目　录', bridges, lights])
    assert.deepEqual(sections(text), ['一、修桥', '二、灯塔'])
  }
})

test('a contents page without page numbers is told by its headings, which come again', () => {
  const entries = ['第一部分 概况', '一、职能', '二、机构', '第二部分 决算']
  const text = [
    '青石县港务决算',
    '目录',
    ...entries,
    '第一部分 概况',
    '一、职能',
    bridge,
    '二、机构',
    light,
    '第二部分 决算',
    bridge,
  ]
  assert.deepEqual(contents(text.join('\n')), ['目录', ...entries])
  assert.deepEqual(sections(text.join('\n')), ['第一部分 概况 › 一、职能', '第一部分 概况 › 二、机构', '第二部分 决算'])
})

test('an entry that is worded otherwise in the text is left out with its neighbours', () => {
  const text = ['目录', '一、修桥', '二、灯塔', '三、其他事项', '一、修桥', bridge, '二、灯塔', light].join('\n')
  assert.deepEqual(contents(text), ['目录', '一、修桥', '二、灯塔', '三、其他事项'])
})

test('entries with leaders are a contents page without a heading, too', () => {
  const entries = ['修桥………3', '灯塔………12', '渔业………20']
  assert.deepEqual(contents([...entries, bridge, light].join('\n')), entries)
})

test('numbered lines that head their text are no contents page', () => {
  for (const text of [
    `目录管理办法\n一、修桥\n${bridge}\n二、灯塔\n${light}`,
    `一、修桥\n${bridge}\n二、灯塔\n${light}`,
    `目录\n${bridge}\n一、修桥\n${light}`,
    `修桥...\n灯塔...\n渔业...\n${bridge}`,
  ]) {
    assert.deepEqual(contents(text), [], text)
  }
})
