import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restore } from '../../src/reports/restore.ts'
import fc from '../laws.ts'
import { outline } from '../support/reportOutline.ts'

/** Stories that a newspaper begins on one page and ends on another. */

const bridge = '昨天，镇里修好了三座百年老桥，石料都是从北山运来的，桥栏也换了新的。'
const half = '上半年青石镇修好了三座百年老桥，清理了两条河道，给沿河四个村子都装上了路灯，又在各村村口种下了一千棵'
const rest = '香樟树，还办了两所学校。'
const after = '镇里的老人说，这样的年景从前没有见过，孩子们也都高兴。'
const school = '两所学校都在秋天开学，请来了八位老师，收了三百名学生。'
const market = '集市搬到了河东，摊位从三十个添到八十个，逢五逢十开市。'

const story = (headline: string, ...text: string[]) => [headline, ...text].join('\n\n')
const bridges = (end: string) => story('青石镇修桥种树办学堂', `本报讯(林一)${bridge}`, `${half}${end}`)
const schools = story('两所学校秋天开学', `本报讯(王三)${school}`)
const markets = story('河东集市开张迎客', `本报讯(钱五)${market}`)
const shape = (text: string) =>
  outline(text).articles.map(({ headline, paragraphs }) => [headline, ...paragraphs] as const)

const joined = ['青石镇修桥种树办学堂', `本报讯(林一)${bridge}`, `${half}${rest}`, after] as const
const between = ['两所学校秋天开学', `本报讯(王三)${school}`] as const
const behind = ['河东集市开张迎客', `本报讯(钱五)${market}`] as const

test('a story continued behind another one is one article, the torn sentence one paragraph', () => {
  for (const [on, back] of [
    ['（下转第三版）', '（上接第一版）'],
    ['(下转第3版)', '(上接01版)'],
    ['【下转A03版】', '【上接A01版】'],
    ['〔转三版〕', '〔接一版〕'],
    ['\n\n下转第三版', '上接第一版\n\n'],
    ['\n\n▶下转第三版', '▶上接第一版\n\n'],
    ['\n\n**（转第 3 版）**', '**（接第 1 版）**\n\n'],
    ['（下转第三版《青石镇修桥种树办学堂》）', '（上接第一版《青石镇修桥种树办学堂》）'],
  ] as const) {
    const page = [bridges(on), schools, `${back}${rest}`, after].join('\n\n')
    assert.deepEqual(shape(page), [joined, between], `${on} ${back}`)
  }
})

test('the headline may be repeated or shortened, above, below or beside the jump line', () => {
  for (const head of [
    '青石镇修桥种树办学堂（上接第一版）\n\n',
    '（上接第一版）青石镇修桥种树办学堂\n\n',
    '青石镇修桥种树办学堂\n\n（上接第一版）\n\n',
    '青石镇修桥种树办学堂\n\n（上接第一版）',
    '（上接第一版）\n\n青石镇修桥种树办学堂\n\n',
    '## 青石镇修桥种树办学堂（上接第一版）\n\n',
    '青石镇修桥…（上接第一版）\n\n',
    '修桥种树办学堂（上接第一版）\n\n',
    '青石镇修桥\n种树办学堂（上接第一版）\n\n',
  ]) {
    const page = [bridges('（下转第三版）'), schools, `${head}${rest}`, after, markets].join('\n\n')
    assert.deepEqual(shape(page), [joined, between, behind], head)
    const repeated = outline(page).dropped.filter(({ reason }) => reason === 'repeated heading')
    assert.equal(repeated.map(({ text }) => text).join(''), head.replace(/（.*?）|[\s#]/gu, ''), head)
  }
})

test('the headline of two lines may be repeated in part', () => {
  const first = story('青石镇政府\n修桥种树办学堂', `本报讯(林一)${bridge}`, `${half}（下转第三版）`)
  const page = [first, schools, '青石镇修桥种树（上接第一版）', rest].join('\n\n')
  const { articles } = outline(page)
  assert.deepEqual([articles[0]?.kicker, articles[0]?.headline], ['青石镇政府', '修桥种树办学堂'])
  assert.deepEqual([articles[0]?.paragraphs, articles[0]?.sections], [joined.slice(1, 3), ['', '']])
})

test('a second half’s own headline is a section, and the torn sentence still one paragraph', () => {
  const page = [bridges('（下转第三版）'), schools, '今年还要修水渠（上接第一版）', rest, after, markets].join('\n\n')
  assert.deepEqual(shape(page), [joined, between, behind])
  assert.deepEqual(outline(page).articles[0]?.sections, ['', '', '今年还要修水渠'])
})

test('a whole sentence before the jump line stays a paragraph of its own', () => {
  const first = story('青石镇修桥种树办学堂', `本报讯(林一)${bridge}（下转第三版）`)
  const page = [first, schools, `（上接第一版）${after}`, after].join('\n\n')
  assert.deepEqual(shape(page), [['青石镇修桥种树办学堂', `本报讯(林一)${bridge}`, after, after], between])
})

test('a torn sentence is joined where both halves are indented', () => {
  const indent = (text: string) => text.replace(/^(?=.{30})/gmu, '\u3000\u3000')
  const page = indent([bridges('（下转第三版）'), schools, `（上接第一版）${rest}`, after].join('\n'))
  assert.deepEqual(shape(page), [joined, between])
})

test('the writers are kept from whichever half names them', () => {
  const plain = (byline: string, end: string) =>
    [story('青石镇修桥种树办学堂', ...(byline ? [byline] : []), bridge, `${half}（下转第三版）`), end].join('\n\n')
  const second = (byline: string) => `青石镇修桥种树办学堂（上接第一版）\n\n${byline}${rest}`
  for (const page of [
    plain('□ 记者 林一', [schools, second('')].join('\n\n')),
    plain('', [schools, second('□ 记者 林一\n\n')].join('\n\n')),
    plain('□ 记者 林一', [schools, second('□ 记者 林一\n\n')].join('\n\n')),
    plain('', ['□ 记者 林一', schools, second('')].join('\n\n')),
  ]) {
    const [first, other] = outline(page).articles
    assert.equal(first?.byline, '□ 记者 林一', page)
    assert.deepEqual(first?.paragraphs, [bridge, `${half}${rest}`])
    assert.equal(other?.byline, '王三')
  }
  const closing = outline(plain('', [schools, `（上接第一版）${rest}林一`].join('\n\n')))
  assert.equal(closing.articles[0]?.byline, '林一')
})

test('a headline without dateline below the jump line opens its own story', () => {
  const page = [bridges('（下转第三版）'), '河东集市开张迎客', market, `（上接第一版）${rest}`].join('\n\n')
  assert.deepEqual(shape(page), [joined.slice(0, 3), ['河东集市开张迎客', market]])
})

const otherHalf = '为了把河东的集市办好，镇里平整了二十亩地，铺了石板，搭了棚子，装了水电，还请来了外镇的商户，摊位添到'
const otherRest = '八十个，逢五逢十开市。'
const torn = (end: string) => story('河东集市开张迎客', `本报讯(钱五)${market}`, `${otherHalf}${end}`)
const otherJoined = ['河东集市开张迎客', `本报讯(钱五)${market}`, `${otherHalf}${otherRest}`] as const

test('two stories that jump to one page get each its own half, told by the headline', () => {
  const page = [
    ...[bridges('（下转第三版）'), torn('（下转第三版）'), '第三版', schools],
    ...[`集市开张迎客（上接第一版）\n\n${otherRest}`, `修桥种树办学堂（上接第一版）\n\n${rest}`, after],
  ].join('\n\n')
  assert.deepEqual(shape(page), [joined, otherJoined, between])
})

test('… one by its headline, the other because no other is left', () => {
  const page = [
    ...[bridges('（下转第三版）'), torn('（下转第三版）'), '第三版', schools],
    ...[`（上接第一版）${otherRest}`, `修桥种树办学堂（上接第一版）\n\n${rest}`, after],
  ].join('\n\n')
  assert.deepEqual(shape(page), [joined, otherJoined, between])
})

test('… or none, where nothing tells them apart', () => {
  const page = [
    ...[bridges('（下转第三版）'), torn('（下转第三版）'), '第三版', schools],
    ...[`（上接第一版）${otherRest}`, `（上接第一版）${rest}`],
  ].join('\n\n')
  const separate = page.replaceAll(/（.*?版）/gu, '')
  assert.deepEqual(shape(page), shape(separate))
  const one = [bridges('（下转第三版）'), torn('（下转第三版）'), '第三版', schools, `（上接第一版）${rest}`].join(
    '\n\n',
  )
  assert.deepEqual(shape(one), shape(one.replaceAll(/（.*?版）/gu, '')))
})

test('stories that jump to different pages are told apart by printed page names, at the head or foot of the page', () => {
  const sheets = [
    `${bridges('（下转第三版）')}\n\n${torn('（下转A02版）')}`,
    `${schools}\n\n（上接第一版）${otherRest}`,
    `${story('种树要趁早', `本报讯 ${market}`)}\n\n（上接1版）${rest}\n\n${after}`,
  ]
  const names = ['第一版', 'A2版', '青石镇报 2023年12月19日 星期二 第三版']
  const expected = [joined, otherJoined, between, ['种树要趁早', `本报讯 ${market}`]]
  const atHead = sheets.map((sheet, i) => `${names[i]}\n\n${sheet}`).join('\n\n')
  const atFoot = sheets.map((sheet, i) => `${sheet}\n\n${names[i]}`).join('\n\n')
  const parted = sheets.map((sheet, i) => (i === 1 ? sheet : `${names[i]}\n\n${sheet}`)).join('\f')
  for (const page of [atHead, atFoot, parted]) assert.deepEqual(shape(page), expected, page)
})

test('where pages bear no names, their count tells', () => {
  const sheets = [
    `${bridges('（下转第三版）')}\n\n${torn('（下转第二版）')}`,
    `${schools}\n\n（上接第一版）${otherRest}`,
    `（上接第一版）${rest}\n\n${after}`,
  ]
  assert.deepEqual(shape(sheets.join('\f')), [joined, otherJoined, between])
})

test('a second half on a page that the first one does not name is left alone', () => {
  const page = ['第一版', bridges('（下转第三版）'), '第四版', schools, `（上接第一版）${rest}`].join('\n\n')
  assert.deepEqual(shape(page), [
    [joined[0], joined[1], half],
    [...between, rest],
  ])
  for (const [on, back] of [
    ['（下转第三版《别的文章讲什么》）', '修桥种树办学堂（上接第一版）\n\n'],
    ['（下转第三版）', '（上接第一版《河道清淤全部完成》）'],
    ['（下转第三版）', '（上接第三版）'],
  ] as const) {
    const other = [bridges(on), schools, `${back}${rest}`].join('\n\n')
    assert.equal(outline(other).articles[0]?.paragraphs.at(-1), half, `${on} ${back}`)
  }
})

test('one half without the other is left alone', () => {
  for (const page of [
    [bridges('（下转第三版）'), schools],
    [schools, `（上接第一版）${rest}`, after],
  ]) {
    const text = page.join('\n\n')
    assert.deepEqual(shape(text), shape(text.replaceAll(/（.*?版）/gu, '')))
  }
})

test('a story on three pages is one article', () => {
  const middle = '香樟树和银杏树，还在镇东头和镇西头一共办了两所学校，请来了八位老师，收了三百名学生，又在河边修了一条'
  const page = [
    ...[
      '第一版',
      bridges('（下转第二版）'),
      '第二版',
      schools,
      `修桥种树办学堂（上接第一版）\n\n${middle}（下转第三版）`,
    ],
    ...['第三版', markets, `修桥种树办学堂（上接第二版）\n\n石板路。`, after],
  ].join('\n\n')
  assert.deepEqual(shape(page), [[...joined.slice(0, 2), `${half}${middle}石板路。`, after], between, behind])
})

test('each issue of a paper keeps its own halves', () => {
  const issue = (headline: string, end: string) =>
    ['第一版', story(headline, `本报讯 ${half}（下转第三版）`), '第三版', schools, `（上接第一版）${end}`].join('\n\n')
  const page = [issue('老桥修好了', '香樟树。'), issue('新树种下了', '银杏树。')].join('\n\n')
  assert.deepEqual(shape(page), [
    ['老桥修好了', `本报讯 ${half}香樟树。`],
    between,
    ['新树种下了', `本报讯 ${half}银杏树。`],
    between,
  ])
})

test('a page printed before the first one still gives its half, told by the headline', () => {
  const page = [schools, `修桥种树办学堂（上接第一版）\n\n${rest}`, after, bridges('（下转第四版）'), markets].join(
    '\n\n',
  )
  assert.deepEqual(shape(page), [between, joined, behind])
})

test('a reader’s own page starts are used', () => {
  const sheets = [`${bridges('（下转第三版）')}\n`, `${schools}\n`, `（上接第一版）${rest}\n\n${after}`]
  const pages = [0, sheets[0]!.length, sheets[0]!.length + sheets[1]!.length]
  const { articles } = restore(sheets.join(''), undefined, pages)
  assert.deepEqual(
    articles.map(({ headline }) => headline?.text),
    [joined[0], between[0]],
  )
})

test('however stories of a page are torn and their halves mixed, each comes out whole', () => {
  const headlines = [
    '青石镇修好三座老桥',
    '两所学校秋天开学',
    '河东集市开张迎客',
    '沿河步道装上路灯',
    '北山果园喜获丰收',
  ]
  const paragraphs = [half, otherHalf].map((text) => `${text}八十个，今年还要再添。`)
  const stories = fc.uniqueArray(fc.nat(headlines.length - 1), { minLength: 1 })
  const cuts = fc.array(fc.record({ at: fc.integer({ min: 45, max: 58 }), isTorn: fc.boolean(), order: fc.nat() }), {
    minLength: headlines.length,
    maxLength: headlines.length,
  })
  fc.assert(
    fc.property(stories, cuts, (numbers, cuts) => {
      const whole = numbers.map((n) => [headlines[n]!, `本报讯(林一)${bridge}`, paragraphs[n % 2]!, after])
      const first = whole.map(([headline, lead, text, last], i) => {
        const { at, isTorn } = cuts[i]!
        return [headline, lead, ...(isTorn ? [`${text!.slice(0, at)}（下转第三版）`] : [text, last])].join('\n\n')
      })
      const second = whole
        .map(([headline, , text, last], i) => ({
          ...cuts[i]!,
          text: `${headline!.slice(2)}（上接第一版）\n\n${text!.slice(cuts[i]!.at)}\n\n${last}`,
        }))
        .filter(({ isTorn }) => isTorn)
        .sort((a, b) => a.order - b.order)
      const page = ['第一版', ...first, '第三版', ...second.map(({ text }) => text)].join('\n\n')
      assert.deepEqual(shape(page), whole)
    }),
  )
})
