import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createAnswerer } from '../../src/answer/answerer.ts'
import { QuestionError } from '../../src/errors.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import type { Report } from '../../src/reports/types.ts'
import { questionInput } from '../../src/search/question/question.ts'
import { narrow, takeTags } from '../../src/search/question/tags.ts'
import { candidateFinder } from '../../src/search/retrieval/candidates.ts'
import { createSearcher } from '../../src/search/search.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, report, workshop } from '../support/testIndex.ts'
import { smallIndex } from './smallIndex.ts'

function reportOf(id: string, metadata: Partial<Metadata> = {}): Report {
  const rest = { format: 'text', pages: [], doubtful: [], uncertainTables: [], notes: [], text: '' } as const
  const none = { articles: [], dropped: [] }
  return { id, file: `${id}.txt`, metadata: { title: id, ...metadata }, ...rest, ...none }
}

const bridges = reportOf('bridges', { title: '青石县2020年工作总结', district: '青石县', publisher: '青石县统计局' })
const lights = reportOf('lights', { title: '灯塔通报', district: '北山区', date: '2021-03-05', publisher: '港务局' })
const plans = reportOf('plans', { title: '北山规划', district: '北山区', period: '2019—2021年' })
const tides = reportOf('sub/Tides', { title: '潮汐“观测”记' })
const all = [bridges, lights, plans, tides]
const ids = (tags: readonly string[]) => narrow(all, tags).reports.map(({ id }) => id)

test('tags are taken out of the text, wherever they stand', () => {
  for (const [text, rest, tags] of [
    ['#2020 修了几座桥?', '修了几座桥?', ['2020']],
    ['修了几座桥? #2020 #青石县', '修了几座桥?', ['2020', '青石县']],
    ['修了几座桥?＃２０２０', '修了几座桥?', ['２０２０']],
    ['修了几座桥#2020', '修了几座桥', ['2020']],
    ['#2020修了几座桥', '修了几座桥', ['2020']],
    ['#2020年修了几座桥', '修了几座桥', ['2020']],
    ['#2016-2020 修桥', '修桥', ['2016-2020']],
    ['#2020#2021 修桥', '修桥', ['2020', '2021']],
    ['#2020, 修桥', ', 修桥', ['2020']],
    ['(#2020) 修桥', '( ) 修桥', ['2020']],
    ['#2020。修桥', '。修桥', ['2020']],
    ['#“十三五” 修桥', '修桥', ['“十三五”']],
    ['#2020 #2020 修桥', '修桥', ['2020']],
    ['3#楼和C#有什么不同', '3#楼和C#有什么不同', []],
    ['# 标题', '# 标题', []],
    ['##', '##', []],
    ['没有标签', '没有标签', []],
  ] as const) {
    const taken = takeTags(text)
    assert.deepEqual([taken.text.replace(/\s+/gu, ' ').trim(), taken.tags], [rest, tags], text)
  }
})

test('a question is read without its tags', () => {
  assert.deepEqual(questionInput({ text: '#2020 ＃青石县 修了几座桥？' }), {
    text: '修了几座桥?',
    typed: '修了几座桥？',
    from: 0,
    excluded: '',
    tags: ['2020', '青石县'],
  })
  assert.equal(questionInput({ text: `${'桥'.repeat(500)} #2020` }).text.length, 500, 'tags do not count')
})

test('a question of tags only is refused, and told to add words', () => {
  for (const text of ['#2020', ' ＃2020 #青石县 ', '#2020 ?'])
    assert.throws(
      () => questionInput({ text }),
      (error) => {
        assert.ok(error instanceof QuestionError)
        assert.match(error.text.zh, /只有标签.*例如:#2020 /u)
        assert.match(error.text.en, /only tags.*for example: #2020 /)
        return true
      },
    )
})

test('a follow-up keeps the tags of the question before, unless it has tags of its own', () => {
  const previous = '#2020 #青石县 修了几座桥?'
  assert.deepEqual(questionInput({ text: '那灯塔呢?', previous }).tags, ['2020', '青石县'])
  assert.deepEqual(questionInput({ text: '那灯塔呢? #2021', previous }).tags, ['2021'])
  assert.deepEqual(questionInput({ text: '那灯塔呢?', previous }).text, '修了几座桥? 那灯塔呢?')
  assert.deepEqual(questionInput({ text: '那灯塔呢?', previous: '修了几座桥?' }).tags, [])
})

test('a follow-up of nothing but tags asks the same of other reports', () => {
  assert.deepEqual(questionInput({ text: '#2021', previous: '#2020 修了几座桥?' }), {
    text: '修了几座桥?',
    typed: '修了几座桥?',
    from: 0,
    excluded: '',
    tags: ['2021'],
  })
  assert.throws(() => questionInput({ text: '#2021', previous: '#2020' }), /only tags/)
})

test('a report has a tag by its year, district, publisher, title or id', () => {
  for (const [tag, found] of [
    ['2020', ['bridges', 'plans']],
    ['2020年', ['bridges', 'plans']],
    ['2021', ['lights', 'plans']],
    ['２０２１', ['lights', 'plans']],
    ['2018-2019', ['plans']],
    ['2021-03', ['lights']],
    ['青石县', ['bridges']],
    ['北山', ['lights', 'plans']],
    ['统计局', ['bridges']],
    ['灯塔', ['lights']],
    ['tides', ['sub/Tides']],
    ['ＴＩＤＥＳ', ['sub/Tides']],
    ['"观测"', ['sub/Tides']],
    ['潮汐观测', ['sub/Tides']],
  ] as const) {
    assert.deepEqual(ids([tag]), found, tag)
    assert.deepEqual(ids([`#${tag}`]), found, `#${tag}`)
  }
  assert.deepEqual(ids([]), ['bridges', 'lights', 'plans', 'sub/Tides'])
})

test('all tags must hold, of several years or several districts one', () => {
  assert.deepEqual(ids(['2021', '北山区']), ['lights', 'plans'])
  assert.deepEqual(ids(['2021', '北山区', '规划']), ['plans'])
  assert.deepEqual(ids(['2020', '2021']), ['bridges', 'lights', 'plans'])
  assert.deepEqual(ids(['青石县', '北山区']), ['bridges', 'lights', 'plans'])
  assert.deepEqual(ids(['青石县', '北山区', '2020']), ['bridges', 'plans'])
  assert.deepEqual(ids(['统计局', '港务局']), ['bridges', 'lights'])
})

test('a tag that no report has is named, with some that exist', () => {
  for (const [tags, named, other] of [
    [['2035'], '#2035', null],
    [['2020', '火星'], '#火星', '#2020'],
    [['灯塔', '规划'], '#灯塔 #规划', null],
    [['长'.repeat(3_000)], `#${'长'.repeat(29)}…`, null],
  ] as const)
    assert.throws(
      () => narrow(all, tags),
      (error) => {
        assert.ok(error instanceof QuestionError)
        const [zh, en] = [error.text.zh.split('。'), error.text.en.split('. ')]
        assert.equal(zh[0], `没有报告符合标签 ${named}`)
        assert.ok(en[0]!.endsWith(` ${named}`), en[0])
        if (other) assert.ok(!zh[0]!.includes(other))
        assert.equal(zh[1], '可用的标签有:#2021 #2020 #2019 #北山区 #青石县')
        assert.ok(error.text.zh.length < 300)
        return true
      },
    )
})

test('ten tags are looked up, eleven are refused', () => {
  const tags = Array.from({ length: 10 }, (_, i) => `${2011 + i}-2021`)
  assert.deepEqual(ids(tags), ['bridges', 'lights', 'plans'])
  assert.throws(() => narrow(all, [...tags, '2021']), /at most 10, found 11/)
})

test('facets narrow: the most frequent first, none that all have, none of a kind that a tag is of', () => {
  const facets = (tags: readonly string[]) =>
    narrow(all, tags).facets.map(({ tag, kind, reports }) => [tag, kind, reports])
  assert.deepEqual(facets([]), [
    ['2021', 'year', 2],
    ['2020', 'year', 2],
    ['北山区', 'district', 2],
    ['2019', 'year', 1],
    ['青石县', 'district', 1],
  ])
  assert.deepEqual(facets(['北山']), [
    ['2020', 'year', 1],
    ['2019', 'year', 1],
  ])
  assert.deepEqual(facets(['2020']), [
    ['青石县', 'district', 1],
    ['北山区', 'district', 1],
  ])
  for (const { tag, kind, reports } of narrow(all, []).facets)
    assert.equal(narrow(all, [tag]).reports.length, reports, `${kind} ${tag}`)
})

test('candidates come from the reports that are told, and are measured against each other', async () => {
  const small = smallIndex([
    { text: '灯塔灯塔灯塔亮了。' },
    { text: '灯塔修好了。', report: 'a' },
    { text: '渔船返航,灯塔很远很远,看不见。', report: 'b', metadata: { title: '2016年' } },
    { text: '老桥。', report: 'c', metadata: { title: '2016年' } },
  ])
  const question = '2016年灯塔'
  const found = await candidateFinder(small.index)(small.read(question), small.vector(question), new Set(['a', 'b']))
  assert.deepEqual(found.map(({ position }) => position).sort(), [1, 2], 'nor another of the year asked for')
  assert.equal(Math.max(...found.map(({ bm25, bestBm25 }) => bm25 / bestBm25)), 1)
})

const sentence = '全年新建公园三座,改造老旧小区十二个。'

/** Three reports that say the same, of two years and two districts. */
async function answererOf(t: TestContext) {
  const embedder = fakeEmbedder({ dimensions: 64 })
  const places = await workshop(t, {
    'a.txt': report('青石县2020年工作总结', [sentence]),
    'b.txt': report('北山区2020年工作总结', [sentence]),
    'c.txt': report('北山区2021年工作总结', [sentence, '安置房交付四百套,群众满意。']),
  })
  await build(places, embedder)
  const index = await openBuilt(places, embedder)
  const searcher = createSearcher(index, embedder)
  const { report: reportOf, find } = index
  const indexedFile = async () => assert.fail('no page is drawn')
  return createAnswerer({
    searcher,
    report: reportOf,
    find,
    isUnchanged: async () => true,
    indexedFile,
    minConfidence: null,
  })
}

test('a year that only a tag names is the year asked for', () => {
  const { read } = smallIndex([{ text: '灯塔亮了。' }])
  const yearsOf = (text: string) => [...read(text).years]
  assert.deepEqual(yearsOf('修了几座桥? #2020'), [2020])
  assert.deepEqual(yearsOf('修了几座桥? #2019-2020 #青石县'), [2019, 2020])
  assert.deepEqual(yearsOf('2018年修了几座桥? #2020'), [2018])
  assert.deepEqual(yearsOf('修了几座桥?'), [])
})

test('an answer comes from the reports that have the tags', async (t) => {
  const answerer = await answererOf(t)
  const filesOf = async (text: string, previous?: string) => {
    const { quotes } = await answerer.answer({ text, ...(previous !== undefined && { previous }) })
    return [...new Set(quotes.map(({ source }) => source.file))].sort()
  }
  assert.deepEqual(await filesOf('新建公园几座?'), ['a.txt', 'b.txt', 'c.txt'])
  assert.deepEqual(await filesOf('新建公园几座? #2020'), ['a.txt', 'b.txt'])
  assert.deepEqual(await filesOf('#2020 #北山区 新建公园几座?'), ['b.txt'])
  assert.deepEqual(await filesOf('那老旧小区呢?', '#2021 新建公园几座?'), ['c.txt'])
  assert.deepEqual(await filesOf('#青石县', '#2021 新建公园几座?'), ['a.txt'])
  await assert.rejects(answerer.answer({ text: '#2035 新建公园几座?' }), /No report has the tag #2035/)
})

test('what the tagged reports do not hold is not answered from them with confidence', async (t) => {
  const answerer = await answererOf(t)
  const held = await answerer.answer({ text: '安置房交付四百套 #2021' })
  const absent = await answerer.answer({ text: '安置房交付四百套 #2020' })
  assert.ok(held.answered)
  assert.ok(absent.confidence < held.confidence / 2, `${absent.confidence} against ${held.confidence}`)
})

test('the faces narrow the list of reports as a question is narrowed', async (t) => {
  const answerer = await answererOf(t)
  const { reports, facets } = answerer.reportsMatching(['2020'])
  assert.deepEqual(
    reports.map(({ file }) => file),
    ['a.txt', 'b.txt'],
  )
  assert.deepEqual(new Set(facets.map(({ tag }) => tag)), new Set(['青石县', '北山区']))
  assert.throws(() => answerer.reportsMatching(['2035']), QuestionError)
})

test('the mark itself, in quotation marks, is no tag', () => {
  for (const text of ['公报里的“#”这个符号啥意思', '公报里的"#"这个符号啥意思'])
    assert.deepEqual(questionInput({ text }).tags, [], text)
})
