import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdsAnswerType } from '../../../src/search/question/answerType.ts'
import { type Highlight, highlightOf } from '../../../src/search/ranking/highlight.ts'
import { normalize } from '../../../src/text/normalize.ts'
import fc from '../../laws.ts'
import { type Given, smallIndex } from '../smallIndex.ts'

function highlighted(question: string, given: Given): Highlight {
  const { facts, tokens, read, interaction } = smallIndex([given, { text: '渔船返航。', report: 'other' }])
  return highlightOf(read(question), facts(0), interaction(question)(tokens(0)), tokens(0).starts)
}

/** What is marked of `text`. */
function marked(question: string, text: string, given: Omit<Given, 'text'> = {}): string[] {
  return highlighted(question, { text, ...given }).highlights.map((range) => text.slice(...range))
}

/** The figures given of `text`. */
function figures(question: string, text: string): string[] {
  return highlighted(question, { text }).figures.map((range) => text.slice(...range))
}

/** 77 characters, more than are marked whole. */
const long =
  '入冬以后港务处对东岸的老栈桥作了检修,更换灯泡9盏,粉刷塔身1200平方米,随后又对西岸各个渔船泊位的缆桩逐一作了加固,并且清理了航道里沉积多年的淤泥和杂物。'

test('of a passage the sentence that answers is marked, a short one whole', () => {
  const text = '渔船返航了。灯塔更换灯泡9盏,粉刷了塔身。航道清理了。'
  assert.deepEqual(marked('灯塔更换了多少盏灯泡', text), ['灯塔更换灯泡9盏,粉刷了塔身。'])
})

test('a sentence of 48 characters is short, one of 49 is not', () => {
  const sentence = (length: number) => `更换灯泡9盏,${'风'.repeat(length - 8)}。`
  assert.equal(sentence(48).length, 48)
  assert.deepEqual(marked('更换灯泡多少盏', sentence(48)), [sentence(48)])
  assert.deepEqual(marked('更换灯泡多少盏', sentence(49)), ['更换灯泡9盏,'])
})

test('a question for a figure gets the shortest run of clauses that holds it', () => {
  assert.deepEqual(marked('更换灯泡多少盏', long), ['更换灯泡9盏,'])
  assert.deepEqual(marked('粉刷塔身多少平方米', long), ['粉刷塔身1200平方米,'])
})

test('the run must hold the figure, though another clause matches more', () => {
  const text = `渔港的老灯塔和老码头在这一年里,终于${'修'.repeat(40)}好了,共3座。`
  const [found] = marked('渔港的老灯塔和老码头多少座', text)
  assert.ok(found?.includes('3座'), found)
  assert.ok(found?.includes('老灯塔'), 'and what most of the question speaks of')
})

test('a question for no single fact gets the whole sentence, however long', () => {
  for (const question of ['为什么对老栈桥作了检修', '老栈桥的检修']) assert.deepEqual(marked(question, long), [long])
})

test('a question for a list named by a quoted word marks every clause with it', () => {
  const text = '港务处提出“不超载”是底线，“不夜航”是规矩;“不酒驾”是本分。渔民都同意。'
  assert.deepEqual(marked('哪三个“不”', text), ['港务处提出“不超载”是底线，', '“不夜航”是规矩;', '“不酒驾”是本分。'])
})

test('a list of which only one item is here is no list', () => {
  const text = '港务处提出“不超载”。渔民都同意。'
  assert.deepEqual(marked('哪三个“不超载”', text), ['港务处提出“不超载”。'])
})

test('of a long sentence the clauses that list what is asked for are marked', () => {
  const text = `入冬以后港务处召集全体渔民开会,会上定下的守则是看灯、看门、看风,随后${'大家又把栈桥修好了,'.repeat(3)}回了家。`
  assert.deepEqual(marked('守则有哪些', text), ['会上定下的守则是看灯、看门、看风,'])
  const after = text.replace('看灯、看门、看风', '为了平安,要看灯、看门、看风')
  assert.deepEqual(marked('守则有哪些', after), ['会上定下的守则是为了平安,要看灯、看门、看风,'], 'up to the list')
})

test('every numbered item of a list is marked, in one sentence or in several', () => {
  assert.deepEqual(marked('守则有哪些', '守则如下:一是灯要亮;二是门要锁;三是风要报。渔民都同意。'), [
    ...['一是灯要亮;', '二是门要锁;', '三是风要报。'],
  ])
  assert.deepEqual(marked('守则有哪些', '守则如下。第一、灯要亮。第二、门要锁。第三、风要报。'), [
    ...['第一、灯要亮。', '第二、门要锁。', '第三、风要报。'],
  ])
  assert.deepEqual(marked('守则有哪些', '守则如下：\n1.灯要亮\n2.门要锁\n3.风要报'), [
    '1.灯要亮',
    '2.门要锁',
    '3.风要报',
  ])
  assert.deepEqual(marked('守则有哪些', '守则：（一）灯要亮；（二）门要锁；（三）风要报。'), [
    ...['（一）灯要亮；', '（二）门要锁；', '（三）风要报。'],
  ])
})

test('of a long item its first clause is marked', () => {
  const text = '守则如下:一是看紧灯,油要满;二是看紧门,锁要牢;三是看紧风,报要快。'
  assert.deepEqual(marked('守则有哪些', text), ['一是看紧灯,', '二是看紧门,', '三是看紧风,'])
})

test('amounts with decimals are not numbered items', () => {
  const text = '运来的有:1.5吨盐;2.5吨沙;3.5吨石。'
  assert.deepEqual(marked('运来的有哪些', text), [text])
})

test('clauses that begin alike are a list, from two characters or three clauses on', () => {
  assert.deepEqual(marked('守则有哪些', '守则如下:要看灯;要看门;要看风。渔民都同意。'), [
    '要看灯;',
    '要看门;',
    '要看风。',
  ])
  const two = '守则如下:要看灯;要看门;渔船返航。'
  assert.deepEqual(marked('守则有哪些', two), [two], 'two may do so by chance')
  const one = '守则如下:看灯;看门;看风。'
  assert.deepEqual(marked('守则有哪些', one), [one], 'in one character too')
})

test('as many clauses as are asked for are a list though they begin alike in one character', () => {
  const text = '守则如下:看灯;看门;看风。渔民都同意。'
  assert.deepEqual(marked('守则有哪三条', text), ['看灯;', '看门;', '看风。'])
  for (const question of ['守则有哪四条', '守则有哪两条', '守则有哪些'])
    assert.deepEqual(marked(question, text), ['守则如下:看灯;看门;看风。'], question)
  const four = '守则如下:看灯;看门;看风;看船。'
  assert.deepEqual(marked('守则有哪三条', four), [four], 'one too many')
})

test('of several groups of clauses the one of the size asked for is marked', () => {
  const text = '守则如下:要看灯;要看门;要看风;不超载;不夜航;不酒驾;不抛锚。'
  assert.deepEqual(marked('守则有哪三条', text), ['要看灯;', '要看门;', '要看风;'])
  assert.deepEqual(marked('守则有哪四条', text), ['不超载;', '不夜航;', '不酒驾;', '不抛锚。'])
})

test('what begins alike before the sentence that leads in is no item', () => {
  const text = '看海。看潮。守则如下:看灯;看门;看风。'
  assert.deepEqual(marked('守则有哪三条', text), ['看灯;', '看门;', '看风。'])
})

test('parallel clauses are a list only where one is asked for', () => {
  const text = '守则如下:一是看灯;二是看门;三是看风。'
  for (const question of ['守则是谁定的', '守则', '为什么要守则'])
    assert.deepEqual(marked(question, text), [text], question)
})

test('the figure asked for is given inside the highlight, as it is written', () => {
  assert.deepEqual(figures('粉刷塔身多少平方米', long), ['1200平方米'])
  assert.deepEqual(figures('产盐多少吨', '盐场产盐２００吨。'), ['２００吨'])
  assert.deepEqual(figures('产盐多少吨', '渔船返航了。盐场产盐三百吨,渔船返航。'), ['三百吨'])
  assert.deepEqual(figures('产盐多少吨', '盐场产盐300吨、运盐200吨。'), ['300吨', '200吨'])
})

test('a figure in another unit is not given', () => {
  assert.deepEqual(figures('产盐多少吨', '盐场用船30艘产盐300吨,花了9万元。'), ['300吨'])
  assert.deepEqual(figures('产盐多少吨', '盐场产盐,用船30艘。'), [])
})

test('of several clauses with figures the one that matches best gives them', () => {
  const text = '东岸粉刷塔身300平方米,西岸加固栈桥500平方米。'
  assert.deepEqual(figures('粉刷塔身多少平方米', text), ['300平方米'])
  assert.deepEqual(figures('加固栈桥多少平方米', text), ['500平方米'])
  assert.deepEqual(
    figures('产盐多少平方米', '盐场产盐,共500平方米。'),
    ['500平方米'],
    'none in the clause that matches best',
  )
})

test('a figure outside the highlight is not given, though its clause matches better', () => {
  const text = `望潮渔港的老灯塔、老码头、老栈桥今年修好了,共3座,${'风'.repeat(30)},冬天另有5座。`
  const question = '望潮渔港的老灯塔、老码头、老栈桥,冬天,多少座'
  assert.deepEqual(marked(question, text), ['望潮渔港的老灯塔、老码头、老栈桥今年修好了,共3座,'])
  assert.deepEqual(figures(question, text), ['3座'])
})

test('the date asked for is given', () => {
  assert.deepEqual(figures('灯塔哪年建成', '灯塔用灯9盏,二〇一六年建成。'), ['二〇一六年'])
  assert.deepEqual(figures('渔船什么时候返航', '渔船５月３日返航,渔民300人。'), ['５月３日'])
})

test('where no figure or date is asked for none is given', () => {
  const text = '2016年3月陈大海产盐300吨、运盐200吨、晒盐100吨。'
  for (const question of ['谁产盐', '盐场在哪里', '为什么产盐', '产盐有哪些', '产盐'])
    assert.deepEqual(figures(question, text), [])
  const written = highlighted('哪年的稿子,作者是谁', { text, byline: '陈大海' })
  assert.deepEqual(written.figures, [], 'beside the byline')
})

test('a question for the writers marks the byline and nothing else', () => {
  const text = '港报讯(海生 潮平)灯塔亮了,渔民都来看。'
  assert.deepEqual(marked('灯塔这篇稿子的作者是谁', text, { byline: '海生 潮平' }), ['海生 潮平'])
  assert.deepEqual(marked('灯塔怎么了', text, { byline: '海生 潮平' }), [text])
  assert.deepEqual(marked('灯塔这篇稿子的作者是谁', text), [text], 'no byline: the sentence')
})

test('a question that matches nothing still marks one sentence', () => {
  assert.deepEqual(marked('lobster', '灯塔亮了。渔民来了。'), ['灯塔亮了。'])
})

const piece = fc.constantFrom(
  ...[
    '灯塔更换灯泡9盏',
    '“不夜航”',
    '“不超载”是底线',
    '渔船３０艘',
    '2016年',
    '粉刷塔身1200平方米',
    '由于风大',
    '海生',
  ],
  ...[
    '５月３日',
    '㋄',
    '产盐百分之三',
    '50％',
    '300㎡',
    '二〇一六年',
    '一是',
    '第二、',
    '（三）',
    '要看灯',
    '要看门',
    '看风',
  ],
  ...['，', ',', ';', '；', '。', '！', '：', '\n', ' ', '、', '”', '…', '航道里沉积多年的淤泥清理了'],
)
const passage = fc.array(piece, { minLength: 1, maxLength: 24 }).map((pieces) => pieces.join(''))
const question = fc.constantFrom(
  ...['灯塔更换了多少盏灯泡', '粉刷了多少平方米', '哪三个“不”', '哪一年', '谁写的', '为什么', '灯塔', '有几艘渔船'],
  ...['产盐率是多少', '渔船哪天返航', '守则有哪三条', '守则有哪些', '什么时候粉刷塔身'],
)
const byline = (text: string) => (text.includes('海生') ? { byline: '海生' } : {})

test('law: highlights lie in the text, in order, apart, and are not empty', () => {
  fc.assert(
    fc.property(question, passage, (asked, text) => {
      fc.pre(text.trim() !== '')
      const { highlights } = highlighted(asked, { text, ...byline(text) })
      assert.ok(highlights.length > 0)
      let before = 0
      for (const [start, end] of highlights) {
        assert.ok(before <= start && start < end && end <= text.length, JSON.stringify(highlights))
        before = end
      }
    }),
    { numRuns: 200 },
  )
})

test('law: figures lie inside the highlights, in order, apart, and hold what is asked for', () => {
  const { read } = smallIndex([{ text: '灯塔。' }])
  const point = fc.constantFrom(
    ...[
      '粉刷了多少平方米',
      '有几艘渔船',
      '产盐多少',
      '产盐率是多少',
      '哪一年',
      '什么时候粉刷塔身',
      '灯塔有哪些',
      '灯塔',
    ],
  )
  fc.assert(
    fc.property(point, passage, (asked, text) => {
      fc.pre(text.trim() !== '')
      const { highlights, figures } = highlighted(asked, { text, ...byline(text) })
      const { answerType: kind, unit } = read(asked)
      assert.ok(figures.length === 0 || kind === 'number' || kind === 'date')
      let before = 0
      for (const [start, end] of figures) {
        assert.ok(before <= start && start < end, JSON.stringify(figures))
        assert.ok(highlights.some(([from, to]) => from <= start && end <= to), JSON.stringify({ highlights, figures })) // biome-ignore format: one line
        assert.ok(holdsAnswerType(normalize(text.slice(start, end)).text, kind, unit), text.slice(start, end))
        before = end
      }
    }),
    { numRuns: 400 },
  )
})

test('law: the figure asked for is given whatever stands around it', () => {
  const around = fc.constantFrom('', '灯塔亮了。', '渔船返航,', '陈大海说,', '航道里沉积多年的淤泥清理了,')
  const number = fc.integer({ min: 1, max: 99_999 })
  fc.assert(
    fc.property(around, number, fc.constantFrom('平方米', '亩'), around, (front, amount, unit, back) => {
      const figure = `${amount}${unit}`
      assert.deepEqual(figures('粉刷塔身多少平方米', `${front}粉刷塔身${figure},${back}`), [figure])
    }),
    { numRuns: 100 },
  )
})

test('law: of a list every item is marked, as many as are asked for', () => {
  const bodies = fc.shuffledSubarray(['灯', '门', '风', '船', '盐', '网', '桥', '潮'], { minLength: 3 })
  const begin = fc.constantFrom('看', '要看', '一定要看')
  const mark = fc.constantFrom('；', ';', '。', '\n')
  fc.assert(
    fc.property(bodies, begin, mark, (words, start, between) => {
      const items = words.map((word) => `${start}紧${word}`)
      const text = `守则如下：${items.join(between)}。渔民都同意。`
      const bare = (question: string) => marked(question, text).map((item) => item.replace(/[；;。]$/u, ''))
      const numeral = (size: number) => '零一二三四五六七八九'[size]
      assert.deepEqual(bare(`守则有哪${numeral(words.length)}条`), items)
      assert.equal(bare(`守则有哪${numeral(words.length + 1)}条`).length, 1)
    }),
    { numRuns: 100 },
  )
})
