import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outline } from '../support/reportOutline.ts'

const bridge = '昨天，镇里修好了三座百年老桥，石料都是从北山运来的。'
const trees = '村口种下了一千棵香樟树，成活的有九百多棵。'
const school = '两所学校都在秋天开学，请来了八位老师。'

test('a page of several stories gives as many articles, each with its headline and writer', () => {
  const page = [
    ...['青石镇修好三座老桥', `本报讯(记者 林一 周二)${bridge}`, trees],
    ...['两所学校秋天开学', '□ 记者 王三', school],
    ...['种树要趁早', `本报讯 ${trees} 赵四`],
  ].join('\n\n')
  assert.deepEqual(outline(page).articles, [
    {
      headline: '青石镇修好三座老桥',
      kicker: null,
      byline: '记者 林一 周二',
      paragraphs: [`本报讯(记者 林一 周二)${bridge}`, trees],
      sections: ['', ''],
    },
    { headline: '两所学校秋天开学', kicker: null, byline: '□ 记者 王三', paragraphs: [school], sections: [''] },
    { headline: '种树要趁早', kicker: null, byline: '赵四', paragraphs: [`本报讯 ${trees} 赵四`], sections: [''] },
  ])
})

test('the lesser headline above a headline is its kicker', () => {
  const { articles } = outline(`镇政府召开专题会议\n\n三座老桥年内修好\n\n本报讯(林一)${bridge}`)
  assert.equal(articles[0]?.kicker, '镇政府召开专题会议')
  assert.equal(articles[0]?.headline, '三座老桥年内修好')
})

test('a line that ends in a dash or colon is a kicker too where a byline does not follow', () => {
  const { articles } = outline(`镇政府工作会议强调——\n\n三座老桥年内修好\n\n${bridge}`)
  assert.equal(articles[0]?.kicker, '镇政府工作会议强调——')
  assert.equal(articles[0]?.headline, '三座老桥年内修好')
})

test('writers on a line of their own are no text, whatever sign stands in front', () => {
  for (const byline of [
    '□ 记者 王三',
    '□王三 林一',
    '■ 本报评论员',
    '记者 王三',
    '本报记者 王三',
    '文/图 王三',
    '通讯员 王三',
  ]) {
    const { articles } = outline(`两所学校秋天开学\n\n${byline}\n\n${school}`)
    assert.equal(articles[0]?.byline, byline)
    assert.deepEqual(articles[0]?.paragraphs, [school])
  }
})

test('writers on two lines are all kept', () => {
  const { articles } = outline(`两所学校秋天开学\n\n记者 王三\n\n通讯员 林一\n\n${school}`)
  assert.match(articles[0]?.byline ?? '', /王三/)
  assert.match(articles[0]?.byline ?? '', /林一/)
})

test('the name after the last full stop is the writer and stays in the text', () => {
  for (const [end, name] of [
    ['赵四', '赵四'],
    [' 赵四 钱五', '赵四 钱五'],
    ['(赵四)', '赵四'],
    [' （欧阳小六、钱五）', '欧阳小六、钱五'],
  ] as const) {
    const { articles } = outline(`种树要趁早\n\n本报讯 ${trees}${end}`)
    assert.equal(articles[0]?.byline, name)
    assert.deepEqual(articles[0]?.paragraphs, [`本报讯 ${trees}${end}`])
  }
})

test('a story without a writer has no byline', () => {
  assert.equal(outline(`种树要趁早\n\n本报讯 ${trees}`).articles[0]?.byline, null)
})

test('headlines inside a story are its sections, those above a dateline open the next', () => {
  const page = [
    ...['学校办起来了', '□ 记者 王三', school, '请来老师，学生高兴', trees],
    ...['三座老桥修好了', `本报讯(林一)${bridge}`],
  ].join('\n\n')
  const { articles } = outline(page)
  assert.deepEqual(
    articles.map((article) => [article.headline, article.sections]),
    [
      ['学校办起来了', ['', '请来老师，学生高兴']],
      ['三座老桥修好了', ['']],
    ],
  )
})

test('on a newspaper page a wide gap opens a story without a dateline', () => {
  const page = `三座老桥修好了\n\n本报讯(林一)${bridge}\n\n\n\n\n以桥为令\n\n${trees}`
  assert.deepEqual(
    outline(page).articles.map((article) => article.headline),
    ['三座老桥修好了', '以桥为令'],
  )
})

test("an editor's note opens the story whose headline follows it", () => {
  const page = `# 三座老桥修好了\n\n本报讯(林一)${bridge}\n\n**编者按:**今年镇里办了三件实事，本报逐一解读。\n\n# 种树要趁早\n\n本报讯 ${trees}`
  const { articles } = outline(page)
  assert.deepEqual(
    articles.map((article) => article.headline),
    ['三座老桥修好了', '种树要趁早'],
  )
  assert.deepEqual(articles[1]?.paragraphs, ['编者按:今年镇里办了三件实事，本报逐一解读。', `本报讯 ${trees}`])
})

test('a story torn by the headline of the next column keeps its own text together', () => {
  const half = '有了桥，去镇上就近了；有了树，夏天就凉快了，村里的老人孩子都愿意出来走一走，说的都是'
  const page = `三座老桥修好了\n\n本报讯(林一)${bridge}${half}\n\n三座老桥修好了\n\n这样的话。\n\n种树要趁早\n\n本报讯 ${trees}`
  const { articles, dropped } = outline(page)
  assert.deepEqual(
    articles.map((article) => article.paragraphs),
    [[`本报讯(林一)${bridge}${half}这样的话。`], [`本报讯 ${trees}`]],
  )
  assert.deepEqual(dropped, [{ text: '三座老桥修好了', reason: 'repeated heading' }])
})
