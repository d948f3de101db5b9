import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline } from '../support/reportOutline.ts'

const bridge = '镇里修好了三座百年老桥，石料都是从北山运来的。'
const trees = '村口种下了一千棵香樟树，成活的有九百多棵。'
const school = '两所学校都在秋天开学，请来了八位老师。'

/** The paragraphs of a text in one article, each after the sections above it. */
function sectioned(text: string): string[] {
  const { articles } = outline(text)
  assert.equal(articles.length, 1)
  return articles[0]!.paragraphs.map((paragraph, i) => `${articles[0]!.sections[i]} ¶ ${paragraph}`)
}

test('a short first line without a mark is the headline', () => {
  const { articles } = outline(`青石镇： 修桥种树办学堂\n\n${bridge}`)
  assert.equal(articles[0]?.headline, '青石镇： 修桥种树办学堂')
  assert.deepEqual(articles[0]?.paragraphs, [bridge])
})

test('a text without any headline is one article without one', () => {
  const { articles } = outline(`${bridge}\n\n${trees}`)
  assert.deepEqual(articles, [
    { headline: null, kicker: null, byline: null, paragraphs: [bridge, trees], sections: ['', ''] },
  ])
})

test('a text without words has no articles', () => {
  for (const text of ['', '\n\n', ' \u3000\t', '……\n|\n', '**']) assert.deepEqual(outline(text).articles, [])
})

test('numbered lines of their own are headings, with a full stop or without', () => {
  const text = `青石镇工作报告\n\n${school}\n\n一、修好老桥\n\n${bridge}\n\n二、种好树木,美化村庄。\n\n${trees}`
  assert.deepEqual(sectioned(text), [` ¶ ${school}`, `一、修好老桥 ¶ ${bridge}`, `二、种好树木,美化村庄。 ¶ ${trees}`])
})

test('numbered headings nest by their kind and close what they follow', () => {
  const text = [
    ...['青石镇工作报告', '第一章 去年', '一、桥', bridge, '（一）树', trees, '（二）学校', school],
    ...['二、其他', bridge, '第二章 今年', trees],
  ].join('\n\n')
  assert.deepEqual(sectioned(text), [
    `第一章 去年 › 一、桥 ¶ ${bridge}`,
    `第一章 去年 › 一、桥 › （一）树 ¶ ${trees}`,
    `第一章 去年 › 一、桥 › （二）学校 ¶ ${school}`,
    `第一章 去年 › 二、其他 ¶ ${bridge}`,
    `第二章 今年 ¶ ${trees}`,
  ])
})

test('a numbered heading at the head of its own paragraph names the section and stays in the text', () => {
  const text = `青石镇工作报告\n\n一、修好老桥,方便出行。${bridge}\n\n二、种好树木。${trees}`
  assert.deepEqual(sectioned(text), [
    `一、修好老桥,方便出行。 ¶ 一、修好老桥,方便出行。${bridge}`,
    `二、种好树木。 ¶ 二、种好树木。${trees}`,
  ])
  const [first] = sectioned(`一、修好老桥。${bridge}`)
  assert.equal(first, `一、修好老桥。 ¶ 一、修好老桥。${bridge}`, 'also where nothing stands above it')
})

test('text numbered like the heading above stands beside that, not under it, and so does what follows', () => {
  const wordy = '（二）全村老少一齐上山种下香樟、银杏、乌桕、水杉四种树木，三年里没有一棵枯死，山头从此绿了。'
  const text = ['青石镇工作报告', '一、去年', bridge, '（一）修好老桥。石料来自北山。', school, wordy, trees].join(
    '\n\n',
  )
  assert.deepEqual(sectioned(text), [
    `一、去年 ¶ ${bridge}`,
    '一、去年 › （一）修好老桥。 ¶ （一）修好老桥。石料来自北山。',
    `一、去年 › （一）修好老桥。 ¶ ${school}`,
    `一、去年 ¶ ${wordy}`,
    `一、去年 ¶ ${trees}`,
  ])
  const outer = `${wordy.replace('（二）', '二、')}`
  assert.deepEqual(sectioned(`${text}\n\n${outer}\n\n${school}`).slice(-2), [` ¶ ${outer}`, ` ¶ ${school}`])
})

test('a list numbered by digits stays inside its section, whatever number that has', () => {
  const items = ['1.修桥花了三万元，全部完工。', '2.种树花了两万元，全部成活。']
  const text = ['青石镇工作报告', school, '3.去年的工作', bridge, ...items, trees].join('\n\n')
  const below = [bridge, ...items, trees]
  assert.deepEqual(
    sectioned(text).slice(1),
    below.map((paragraph) => `3.去年的工作 ¶ ${paragraph}`),
  )
})

test('numbered sentences are items of a list, not headings', () => {
  const items = ['今年办了三件事。', '1.修桥花了三万元，全部完工。', '2.种树花了两万元，全部成活。', trees]
  assert.deepEqual(sectioned(items.join('\n\n')), items.map((item) => ` ¶ ${item}`)) // biome-ignore format: one line
})

test('short numbered items in a row are a list, and its last item ends there', () => {
  const items = ['今年办了三件事。', '1.修桥', '2.种树', '3.办学', trees]
  assert.deepEqual(sectioned(items.join('\n\n')), items.map((item) => ` ¶ ${item}`)) // biome-ignore format: one line
})

test('headlines inside a work report are sections, those of two clauses inside those of one', () => {
  const text = [
    ...['青石镇：修桥种树办学堂', school, '2020年工作回顾', '全力修好老桥 出行更加方便', bridge],
    ...['全力种好树木 村庄更加美丽', trees, '2021年工作安排', school],
  ].join('\n\n')
  assert.deepEqual(sectioned(text), [
    ` ¶ ${school}`,
    `2020年工作回顾 › 全力修好老桥 出行更加方便 ¶ ${bridge}`,
    `2020年工作回顾 › 全力种好树木 村庄更加美丽 ¶ ${trees}`,
    `2021年工作安排 ¶ ${school}`,
  ])
})

test('Markdown headings nest by their level', () => {
  const text = `# 工作报告\n\n${school}\n\n## 桥\n\n${bridge}\n\n### 树\n\n${trees}\n\n## 学校\n\n${school}`
  assert.deepEqual(sectioned(text), [` ¶ ${school}`, `桥 ¶ ${bridge}`, `桥 › 树 ¶ ${trees}`, `学校 ¶ ${school}`])
  assert.equal(outline(text).articles[0]?.headline, '工作报告', 'without its mark')
})

test('a Markdown heading with nothing but further headings under it is kept above them', () => {
  const text = `# 工作报告\n\n## 去年\n\n### 桥\n\n${bridge}\n\n### 树\n\n${trees}`
  assert.deepEqual(sectioned(text), [`去年 › 桥 ¶ ${bridge}`, `去年 › 树 ¶ ${trees}`])
})

test('bold lines are headings where text follows', () => {
  const text = `青石镇工作报告\n\n${school}\n\n**修好老桥**\n\n${bridge}\n\n**种好树木**\n\n${trees}`
  assert.deepEqual(sectioned(text), [` ¶ ${school}`, `修好老桥 ¶ ${bridge}`, `种好树木 ¶ ${trees}`])
})

test('Markdown marks inside a line are left out of the text', () => {
  assert.deepEqual(sectioned(`**本镇** 今年**修桥**三座，请来了 **stone**masons 两位。`), [
    ' ¶ 本镇 今年修桥三座，请来了 stone masons 两位。',
  ])
})

test('slogans in bold between stories are taken out and listed', () => {
  const text = `# 青石镇修桥\n\n${bridge}\n\n**修桥铺路开新局  \n——人人动手**\n\n# 青石镇种树\n\n${trees}\n\n**报告系列解读**`
  const { articles, dropped } = outline(text)
  assert.deepEqual(
    articles.flatMap((article) => article.paragraphs),
    [bridge, trees],
  )
  assert.deepEqual(dropped, [
    { text: '**修桥铺路开新局', reason: 'slogan' },
    { text: '——人人动手**', reason: 'slogan' },
    { text: '**报告系列解读**', reason: 'slogan' },
  ])
})

test('whole sentences in bold are no slogans', () => {
  const text = `# 青石镇修桥\n\n${bridge}\n\n**${trees}**\n\n# 青石镇种树\n\n${school}`
  assert.deepEqual(outline(text).dropped, [])
  assert.ok(outline(text).articles[0]?.paragraphs.includes(trees))
})

test('signature lines at the end head nothing', () => {
  const { articles } = outline(`青石镇工作报告\n\n${bridge}\n\n青石镇人民政府\n\n2021年1月5日`)
  assert.equal(articles.length, 1)
  assert.deepEqual(articles[0]?.sections.filter(Boolean), [])
  assert.match(articles[0]?.paragraphs.slice(1).join('') ?? '', /^青石镇人民政府 2021年1月5日$/)
})

test('items of a Markdown list are text, each for itself', () => {
  const items = ['- 新建学校3所', '- 改造医院2家']
  const { articles } = outline(`# 工作报告\n\n主要成绩:\n\n${items.join('\n')}\n\n${bridge}`)
  assert.deepEqual(articles[0]?.paragraphs, ['主要成绩:', ...items, bridge])
})

test('rows of a Markdown table are text, each for itself', () => {
  const rows = ['| 指标 | 数值 |', '| 收入 | 3亿元 |', '| 支出 | 2亿元 |']
  const { articles } = outline(
    `# 工作报告\n\n${bridge}\n\n${[rows[0], '|---|---|', ...rows.slice(1)].join('\n')}\n\n${trees}`,
  )
  assert.deepEqual(articles[0]?.paragraphs, [bridge, ...rows, trees])
})

test('what somebody says in minutes is no heading, be it a question or a few words', () => {
  const speech = [
    '林镇长：我们会尽快修好灯塔。',
    '周议员：什么时候开工？',
    '林镇长：下个月',
    '周议员：那么学校呢？',
    '林镇长：已经开学。',
  ]
  assert.deepEqual(sectioned(`青石镇议会会议纪录\n\n${speech.join('\n')}`), speech.map((line) => ` ¶ ${line}`)) // biome-ignore format: one line
})

test('a headline with a colon stays one where nobody speaks twice', () => {
  assert.equal(outline(`青石镇： 修桥种树\n\n${bridge}`).articles[0]?.headline, '青石镇： 修桥种树')
})

test('a short line between dashes is an item of a list, not a heading, and goes on with nothing', () => {
  const lines = ['——灯塔建设持续推进', bridge, '——渔业发展', trees]
  assert.deepEqual(sectioned(`青石镇工作总结\n\n${school}\n\n${lines.join('\n\n')}`), [
    ` ¶ ${school}`,
    ...lines.map((line) => ` ¶ ${line}`),
  ])
})

test('a numbered heading of a later chapter is no repetition, though a line above it breaks off', () => {
  const open =
    '镇里修好了三座百年老桥，石料都是从北山运来的，工期比去年短了两个月，沿河四个村子也都装上了路灯，树也种了'
  const text = ['青石镇工作总结', '第一部分 去年', '（一）基本情况', open, '第二部分 今年', '（一）基本情况', trees]
  assert.deepEqual(sectioned(text.join('\n\n')), [
    `第一部分 去年 › （一）基本情况 ¶ ${open}`,
    `第二部分 今年 › （一）基本情况 ¶ ${trees}`,
  ])
})

test('a lone short line without a mark does not head the chapters below it', () => {
  const text = ['青石镇工作总结', school, '老桥的事', bridge, '一、修桥', bridge, '二、种树', trees].join('\n\n')
  assert.deepEqual(sectioned(text), [
    ...[` ¶ ${school}`, `老桥的事 ¶ ${bridge}`, `一、修桥 ¶ ${bridge}`, `二、种树 ¶ ${trees}`],
  ])
})

test('in text broken at an edge a line as wide as the others is no heading, whatever it ends in', () => {
  const width = 30
  const words =
    '二〇三一年镇里修好了三座百年老桥又在村口种下了一千棵香樟树并且清理了两条河道给沿河四个村子都装上了路灯和长椅还在镇东头和镇西头办了两所学校请来了八位老师收了三百名学生。'
  const lines = words.match(new RegExp(`.{1,${width}}`, 'gu'))!
  const text = Array.from({ length: 6 }, () => lines.join('\n')).join('\n')
  assert.deepEqual(sectioned(`青石镇工作总结\n${text}`), Array.from({ length: 6 }, () => ` ¶ ${words}`)) // biome-ignore format: one line
  const numbered = text.replace('二〇三一年', '2、镇里的人们')
  assert.ok(!sectioned(`青石镇工作总结\n${numbered}`)[0]?.includes('› '), 'nor is it when it is numbered')
})

test('a line that ends in a figure without its unit goes on below', () => {
  for (const [above, below] of [
    ['全年鱼产量达到 9300', '吨，比上年增长两成。'],
    ['全年修桥支出196', '.9 万元，种树支出三万元。'],
    ['渔船总数增长 12', '%，灯塔总数持平。'],
  ] as const) {
    assert.deepEqual(sectioned(`青石镇工作总结\n\n${school}\n${above}\n${below}`)[1], ` ¶ ${above}${below}`)
  }
})

test('a number above the section of another chapter is a name on a drawing', () => {
  const text = ['青石镇工作总结', school, '2. 北码头', '1.1 渔船', bridge].join('\n\n')
  assert.ok(!sectioned(text).some((line) => line.startsWith('2. 北码头 ')), sectioned(text).join('\n'))
})
