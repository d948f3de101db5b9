import assert from 'node:assert/strict'
import { test } from 'node:test'
import { statedYears, yearOfIssue } from '../../../src/reports/years.ts'
import { bestSentence } from '../../../src/search/ranking/bestSentence.ts'
import { type Features, featureNames, featuresOf } from '../../../src/search/ranking/features.ts'
import { passageCache } from '../../../src/search/ranking/passageCache.ts'
import { type Given, smallIndex } from '../smallIndex.ts'

const sorted = (values: Iterable<number>) => [...values].sort()
const facts = (...given: Given[]) => smallIndex(given).facts(0)
const near = (found: number, expected: number, why = '') =>
  assert.ok(Math.abs(found - expected) < 1e-3, `${found}, not ${expected} ${why}`)

/** The features of the first passage given; the others only make its words rare. */
function features(question: string, ...given: Given[]): Features {
  const small = smallIndex([...given, { text: '渔船返航。', report: 'other' }])
  const asked = small.read(question)
  const own = small.facts(0)
  const scores = small.scores(asked.terms)
  return featuresOf(asked, {
    facts: own,
    statedYears: statedYears(own.report),
    matches: small.interaction(question)(small.tokens(0)),
    cosine: small.similarity(small.vector(question), 0),
    bm25: scores[0]!,
    bestBm25: Math.max(...scores) || 1,
  })
}

/** The number of the sentence chosen in `text`. */
function chosen(question: string, text: string, given: Omit<Given, 'text'> = {}): number {
  const { read, facts, tokens, interaction } = smallIndex([
    { text, ...given },
    { text: '渔船返航。', report: 'other' },
  ])
  return bestSentence(read(question), facts(0), interaction(question)(tokens(0))).index
}

test('a sentence’s facts point at its text and at its tokens', () => {
  const text = '２０１６年 亮灯。灯塔有3盏灯！'
  const found = facts({ text, headline: '守灯记' })
  assert.deepEqual(
    found.sentences.map(({ range, text: own, tokens }) => [text.slice(...range), own, tokens]),
    [
      // The headline’s three tokens come first; the space is no token.
      ['２０１６年 亮灯。', '2016年 亮灯。', [3, 11]],
      ['灯塔有3盏灯！', '灯塔有3盏灯!', [11, 18]],
    ],
  )
  assert.ok(found.contextTerms.has('灯记') && !found.terms.has('灯记'), 'the headline is context, not text')
  assert.deepEqual([...found.figures], ['3'])
})

test('passages are read once', async () => {
  const small = smallIndex([{ text: '灯塔亮了。' }, { text: '渔船返航。', report: 'other' }])
  const read = passageCache(small.index)
  const at = async (...positions: number[]) => (await read(positions)).map(({ facts }) => facts)
  const [lamp] = await at(0)
  const [boat, again, twice] = await at(1, 0, 0)
  assert.deepEqual([lamp, boat], [small.facts(0), small.facts(1)])
  assert.ok(again === lamp && twice === lamp)
  assert.deepEqual(await at(), [])
})

test('the years that a report states are those of its title, date and period', () => {
  const { report } = facts({
    text: '灯。',
    metadata: { title: '2016年港务年报', date: '2017-03-01', period: '“十四五”' },
  })
  assert.deepEqual(sorted(statedYears(report)), [2016, 2017, 2021, 2022, 2023, 2024, 2025])
})

test('a report is issued in the year of its date, else in the only year of its title', () => {
  const issued = (title: string, date?: string) =>
    yearOfIssue(facts({ text: '灯。', metadata: { title, ...(date ? { date } : {}) } }).report)
  assert.equal(issued('2016年港务年报', '2017-03-01'), 2017)
  assert.equal(issued('2016年港务年报', '2017'), 2017)
  assert.equal(issued('2016年港务年报'), 2016)
  assert.equal(issued('2015年和2016年港务'), null, 'which of them is not known')
  assert.equal(issued('港务年报'), null)
})

test('今年, 去年 and 明年 are counted from the year of issue', () => {
  const spoken = (text: string, date?: string) =>
    facts({ text, metadata: date ? { date } : {} }).sentences.map(({ years }) => sorted(years))
  const text = '今年修灯。去年造船。明年清港。2012年建塔。'
  assert.deepEqual(spoken(text, '2017-03-01'), [[2017], [2016], [2018], [2012]])
  assert.deepEqual(spoken(text), [[], [], [], [2012]], 'unknown where the report states no year')
})

test('writers are found where the passage holds the byline', () => {
  const found = facts({ text: '(海生 报道)灯塔亮了。', byline: '海生' })
  assert.deepEqual(found.writers, [1, 3])
  assert.equal(facts({ text: '灯塔亮了。' }).writers, null)
})

test('a word-for-word passage has every similarity at its most', () => {
  const found = features('灯塔亮了', { text: '灯塔亮了' })
  for (const name of ['late', 'cosine', 'worstWord', 'worstInSentence', 'wordsMatched'] as const)
    near(found[name], 1, name)
  for (const name of ['words', 'coveredAll', 'coveredSentence'] as const) near(found[name], 1, name)
})

test('what stands only in the headline counts for the whole, not for the sentence', () => {
  const found = features('灯塔', { text: '一共三盏。', headline: '灯塔' })
  near(found.late, 1)
  near(found.worstWord, 1)
  near(found.worstInSentence, 0, 'no character of it in the sentence')
  assert.deepEqual([found.coveredAll, found.coveredSentence], [1, 0])
})

test('the word that nothing speaks of shows in the worst word', () => {
  const found = features('灯塔、鲸鱼', { text: '灯塔亮了。' })
  near(found.worstWord, 0)
  near(found.late, 0.4, 'two of five tokens, 、 included')
  assert.ok(found.wordsMatched > 0 && found.wordsMatched < 0.5, '鲸鱼 is rarer and counts more')
})

test('the year asked for is agreed with, contradicted, or not spoken of', () => {
  const shown = (question: string, text: string, title = '港务年报') => {
    const { year, yearText, yearWrong, yearSentence, yearOther } = features(question, { text, metadata: { title } })
    return [year, yearText, yearWrong, yearSentence, yearOther]
  }
  const question = '2016年灯塔亮了几天'
  assert.deepEqual(shown(question, '2016年灯塔亮了9天。'), [0, 1, 0, 1, 0])
  assert.deepEqual(shown(question, '2015年灯塔亮了9天。'), [0, 0, 1, 0, 1], 'contradicted in the sentence')
  assert.deepEqual(shown(question, '灯塔亮了9天。'), [0, 0, 1, 0, 0], 'no year at all')
  assert.deepEqual(shown(question, '灯塔亮了9天。', '2016年港务年报'), [1, 0, 0, 0, 0], 'the report states it')
  assert.deepEqual(shown(question, '今年灯塔亮了9天。', '2016年港务年报'), [1, 1, 0, 1, 0], 'relative, and agreed with')
  assert.deepEqual(
    shown(question, '去年灯塔亮了9天。', '2016年港务年报'),
    [1, 0, 0, 0, 1],
    'relative, and contradicted',
  )
  assert.deepEqual(shown('灯塔亮了几天', '2015年灯塔亮了9天。'), [0, 0, 0, 0, 0], 'no year asked for')
  assert.deepEqual(shown('2015年和2016年灯塔亮了几天', '2016年灯塔亮了9天。')[1], 0.5, 'one of two')
})

test('figures and places asked for and not there are counted', () => {
  assert.equal(features('98%是什么', { text: '返航率百分之九十八。' }).figuresMissing, 0)
  assert.equal(features('98%是什么', { text: '返航率97%。' }).figuresMissing, 1)
  assert.equal(features('海南省有灯塔吗', { text: '海南的灯塔。' }).placesMissing, 0)
  assert.equal(features('海南省有灯塔吗', { text: '灯塔。', metadata: { district: '海南' } }).placesMissing, 0)
  assert.equal(features('海南省有灯塔吗', { text: '浙江的灯塔。' }).placesMissing, 1)
})

test('ordinals asked for and not there are counted, however they are written', () => {
  const missing = (question: string, given: Given) => features(question, given).ordinalsMissing
  assert.equal(missing('第三批渔船', { text: '第３批渔船返航。' }), 0)
  assert.equal(missing('第3批渔船', { text: '第三批渔船返航。' }), 0)
  assert.equal(missing('第三批渔船', { text: '第四批渔船返航。' }), 1)
  assert.equal(missing('第三批渔船', { text: '第三届渔船赛。' }), 1, 'another thing is counted')
  assert.equal(missing('第三批渔船', { text: '三艘渔船返航。' }), 1, 'not an ordinal')
  assert.equal(missing('第三批和第四批渔船', { text: '第三批渔船返航。' }), 0.5, 'one of two')
  assert.equal(missing('渔船', { text: '第三批渔船返航。' }), 0, 'none asked for')
})

test('an ordinal may stand in the headings or in what is stated of the report', () => {
  const text = '渔船返航。'
  assert.equal(features('第三批渔船', { text, headline: '第三批渔船' }).ordinalsMissing, 0)
  assert.equal(features('第三批渔船', { text, section: '第三批渔船' }).ordinalsMissing, 0)
  assert.equal(features('第三批渔船', { text, metadata: { title: '第3批渔船' } }).ordinalsMissing, 0)
  assert.equal(features('第三批渔船', { text, metadata: { title: '第4批渔船' } }).ordinalsMissing, 1)
})

test('whether the best sentence holds the kind of thing asked for, in its unit', () => {
  const kind = (question: string, text: string) => features(question, { text }).kindSentence
  assert.equal(kind('灯塔用了多少吨钢', '灯塔用钢9吨。'), 1)
  assert.equal(kind('灯塔用了多少吨钢', '灯塔用钢9批。'), 0, 'another unit')
  assert.equal(kind('灯塔用了多少吨钢', '灯塔用钢。盐场产盐9吨。'), 0, 'another sentence')
  assert.equal(kind('灯塔哪天亮灯', '灯塔5月3日亮灯。'), 1)
  assert.equal(kind('灯塔哪天亮灯', '灯塔5月亮灯。'), 0, 'a month is no day')
  assert.equal(kind('灯塔的守则', '灯塔。'), 1, 'nothing that leaves a mark is asked for')
})

test('writers count only if they are asked for, and headings are known as such', () => {
  const given = { text: '海生报道灯塔。', byline: '海生' }
  assert.equal(features('灯塔的作者', given).writers, 1)
  assert.equal(features('灯塔有几盏灯', given).writers, 0)
  assert.equal(features('灯塔的作者', { text: '灯塔。' }).writers, 0)
  assert.deepEqual(
    [features('灯塔', { text: '灯塔', kind: 'heading' }).heading, features('灯塔', given).heading],
    [1, 0],
  )
})

test('every feature is a finite number, also for a passage without tokens in common or a question without content', () => {
  for (const question of ['lobster', '什么', '2016年', '的']) {
    const found = features(question, { text: '灯塔亮了。' })
    assert.deepEqual(Object.keys(found).sort(), [...featureNames].sort())
    for (const name of featureNames) assert.ok(Number.isFinite(found[name]), `${question}: ${name}`)
  }
})

test('the sentence with the kind of thing asked for wins over one that only shares the words', () => {
  const text = '灯塔的灯换了。灯塔的灯换了9盏。'
  assert.equal(chosen('灯塔换了多少灯', text), 1)
  assert.equal(chosen('灯塔的灯', text), 0, 'no figure asked for: the first of equals')
})

test('a subject said before carries over to the sentence that answers', () => {
  // No sentence with a figure names the lighthouse; what stands before it does.
  assert.equal(chosen('灯塔高度多少米', '灯塔建成了。高度为39米。'), 1)
  assert.equal(chosen('灯塔高度多少米', '高度为39米。灯塔建成了。'), 0)
  assert.equal(
    chosen('灯塔高度多少米', '高度为12米。灯塔建成了。高度为39米。'),
    2,
    'before the subject it is another’s height',
  )
})

test('the rarest word that a passage misses counts most', () => {
  const given = [{ text: '码头的水井干了。' }, { text: '码头关了。', report: 'b' }, { text: '码头开了。', report: 'c' }]
  assert.equal(features('码头的水井', ...given).rarestMissing, 0)
  assert.equal(features('码头的企鹅', ...given).rarestMissing, 1, 'nothing speaks of penguins')
  const common = features('码头的水井', { text: '水井干了。' }, ...given.slice(1)).rarestMissing
  assert.ok(common > 0 && common < 1, `${common}`)
})

test('what a question does not want is seen in the best sentence', () => {
  const wanted = { text: '全港产盐三吨。' }
  assert.equal(features('产盐几吨,不是东港', wanted).excluded, 0)
  assert.equal(features('产盐几吨,不是东港', { text: '东港产盐三吨。' }).excluded, 1)
  assert.equal(features('产盐几吨', { text: '东港产盐三吨。' }).excluded, 0)
})

test('the best clause is the one that shares most with the question', () => {
  const { coveredClause, kindClause } = features('灯塔有几盏灯', { text: '盐场关了,灯塔有3盏灯,渔船返航。' })
  near(coveredClause, features('灯塔有几盏灯', { text: '灯塔有3盏灯。' }).coveredClause)
  assert.equal(kindClause, 1)
  assert.equal(features('灯塔有几盏灯', { text: '盐场有3口井,灯塔有灯。' }).kindClause, 0)
})

test('the items of a list count up to eight, and only where a list is asked for', () => {
  const text = '港口有灯塔、盐场、码头、船坞、鱼市。'
  assert.equal(features('港口有哪些设施', { text }).items, 0.5)
  assert.equal(features('港口有设施吗', { text }).items, 0)
})

test('a title line is made of the words of headings and of the report’s names', () => {
  const metadata = { title: '港口守则' }
  assert.equal(features('守则', { text: '港口守则', metadata }).framed, 1)
  assert.ok(features('守则', { text: '渔船须慢行。', metadata }).framed < 0.5)
})

test('a sentence without a year carries the year of the one before it, or else of its section', () => {
  const carried = (question: string, given: Given) => {
    const { yearCarried, yearCarriedOther } = features(question, given)
    return [yearCarried, yearCarriedOther]
  }
  const two = { text: '2016年修海堤。灯塔建成三座。' }
  assert.deepEqual(carried('2016年灯塔建成几座', two), [1, 0])
  assert.deepEqual(carried('2017年灯塔建成几座', two), [0, 1])
  assert.deepEqual(carried('灯塔建成几座', two), [0, 0], 'no year is asked for')
  const headed = { text: '灯塔建成三座。', section: '一、2015年工作回顾' }
  assert.deepEqual(carried('2015年灯塔建成几座', headed), [1, 0])
  assert.deepEqual(
    carried('2015年灯塔建成几座', { text: '2016年灯塔建成三座。', section: '2015年' }),
    [0, 0],
    'it names one',
  )
})

test('a plan is told from a result, as the question asks for one of them', () => {
  const stage = (question: string, text: string) => {
    const { planAsked, planUnasked } = features(question, { text })
    return [planAsked, planUnasked]
  }
  assert.deepEqual(stage('灯塔计划建几座', '力争建灯塔三座。'), [1, 0])
  assert.deepEqual(stage('灯塔计划建几座', '灯塔建成三座。'), [0, 0])
  assert.deepEqual(stage('灯塔建成了几座', '力争建灯塔三座。'), [0, 1])
  assert.deepEqual(stage('灯塔有几座', '力争建灯塔三座。'), [0, 0])
})

test('a name that the report defines counts as the other one', () => {
  const text = '灯博会有三千人参观。'
  const definition = { text: '双湾灯塔与航标博览会（以下简称“灯博会”）开幕。' }
  const [with_, without] = [[{ text }, definition], [{ text }]].map((given) =>
    features('航标博览会有多少人参观', ...given),
  )
  assert.equal(with_!.worstWord, 1)
  assert.ok(without!.worstWord < 1 && without!.coveredSentence < with_!.coveredSentence)
})

test('a person is told by a title that the question names, and a list by its size', () => {
  assert.equal(features('双湾镇的镇长是谁', { text: '双湾镇镇长林望海，负责灯塔。' }).titledName, 1)
  assert.equal(features('双湾镇的镇长是谁', { text: '双湾镇镇长负责灯塔的修缮和渔港的管理工作。' }).titledName, 0)
  assert.equal(features('双湾镇有多少灯塔', { text: '双湾镇镇长林望海，负责灯塔。' }).titledName, 0)
  const few = { text: '灯塔有三项职责:亮灯、瞭望。' }
  assert.equal(features('灯塔有哪三项职责', few).itemsEnough, 0)
  assert.equal(features('灯塔有哪两项职责', few).itemsEnough, 1)
})
