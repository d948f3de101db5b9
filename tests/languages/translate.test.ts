import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadDictionary } from '../../src/languages/dictionary.ts'
import { isEnglish } from '../../src/languages/english.ts'
import { officialTerms } from '../../src/languages/officialTerms.ts'
import { conceptsOf, type Vocabulary } from '../../src/languages/translate.ts'
import fc from '../laws.ts'

const dictionary = await loadDictionary()

/** A vocabulary of reports that hold some strings, and nothing else. */
function holding(strings: readonly string[], names: Readonly<Record<string, string>> = {}): Vocabulary {
  return {
    frequency: (text) => strings.filter((string) => string.includes(text)).length,
    names: (name) => (names[name] === undefined ? [] : [{ word: names[name], weight: 1 }]),
  }
}

/** Each concept's wording with its best translation. */
const read = (question: string, vocabulary: Vocabulary) =>
  conceptsOf(question, dictionary, vocabulary).map(({ source, alternatives: [best] }) => [source, best?.word ?? null])

test('a phrase comes before its words', () => {
  const vocabulary = holding(['财政收入', '财政', '收入', '长三角', '三角'])
  assert.deepEqual(read('fiscal revenue of the Yangtze River Delta', vocabulary), [
    ['fiscal revenue', '财政收入'],
    ['Yangtze River Delta', '长三角'],
  ])
})

test('an official term wins over a figure or ordinal in it where it is longer', () => {
  const held = [
    '上半年',
    '下半年',
    '第一书记',
    '第一季度',
    '二十大',
    '三年来',
    '重阳',
    '新冠',
    '今年',
    '3年',
    '第三次',
    'PM2.5',
  ]
  const vocabulary = holding([...held, '2016年', '规模以上工业'])
  for (const [question, expected] of [
    ['the first half of 2016', ['上半年', '2016年']],
    ['in the second half of the year', ['下半年']],
    ['the first secretary', ['第一书记']],
    ['in the past three years', ['三年']],
    ['the 20th party congress', ['二十大']],
    ['the Double Ninth Festival', ['重阳']],
    ['covid 19', ['新冠']],
    ['PM2.5', ['PM2.5']],
    ['this year', ['今年']],
    ['above designated size industry', ['规模以上工业']],
    ['the third session', ['第三次']],
    ['for three years', ['3年']],
  ] as const)
    assert.deepEqual(
      read(question, vocabulary).map(([, best]) => best),
      expected,
      question,
    )
})

test('a figure in a unit that reports do not use is not searched for', () => {
  assert.deepEqual(read('50 feet', holding(['50', '五十', '英尺'])), [])
})

test('only words that the reports hold are taken', () => {
  assert.deepEqual(read('the lighthouse', holding(['灯塔'])), [['lighthouse', '灯塔']])
  assert.deepEqual(read('the lighthouse', holding(['码头'])), [['lighthouse', null]])
})

test('function words are no concepts, and generic ones count little', () => {
  const concepts = conceptsOf(
    'How many people are there at the harbour?',
    dictionary,
    holding(['港口', '人口', '人民']),
  )
  assert.ok(!concepts.some(({ source }) => /^(?:how|many|are|there|at|the)$/iu.test(source)))
  const share = (word: string) => concepts.find(({ source }) => source === word)?.share ?? 0
  assert.ok(share('people') < share('harbour'))
})

test('a name is read by its sound, together with what it is', () => {
  const vocabulary = holding(['青石湖', '狄志强'], { Qingshi: '青石', 'Di Zhiqiang': '狄志强' })
  const concepts = conceptsOf('Did Di Zhiqiang visit Qingshi Lake?', dictionary, vocabulary)
  const names = concepts.filter(({ kind }) => kind === 'name')
  assert.deepEqual(
    names.map(({ source }) => source),
    ['Di Zhiqiang', 'Qingshi'],
  )
  assert.ok(names[1]!.alternatives.some(({ word }) => word === '青石湖'))
})

test('a name that the dictionary knows is not read as another word that sounds alike', () => {
  const vocabulary = holding(['程度', '病床'], { Chengdu: '程度' })
  assert.deepEqual(read('How many hospital beds are there in Chengdu?', vocabulary), [
    ['hospital beds', '病床'],
    ['Chengdu', null],
  ])
})

test('Chinese in an English question is taken as it stands', () => {
  const concepts = conceptsOf('Which works at the estate (金沙花园) are done?', dictionary, holding(['金沙花园']))
  assert.deepEqual(
    concepts.filter(({ kind }) => kind === 'quoted').map(({ alternatives }) => alternatives),
    [[{ word: '金沙花园', weight: 1 }]],
  )
})

test('law: concepts stand in order in the question, and their weights are shares', () => {
  const words = fc.constantFrom(
    'the',
    'fiscal',
    'revenue',
    'Xicheng',
    '4,124 flats',
    '安置房',
    'in 2016',
    'of',
    'built',
    ',',
    '"',
  )
  const vocabulary = holding(['财政收入', '西城', '建设', '安置房'], { Xicheng: '西城' })
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (some) => {
      const question = some.join(' ')
      let end = 0
      for (const { range, source, alternatives, share } of conceptsOf(question, dictionary, vocabulary)) {
        assert.ok(range[0] >= end && range[1] > range[0], question)
        assert.equal(question.slice(...range), source)
        assert.ok(share > 0 && share <= 1)
        for (const { weight } of alternatives) assert.ok(weight > 0 && weight <= 1, `${weight}`)
        end = range[1]
      }
    }),
  )
})

test('questions in English are told from Chinese ones and from those with Latin words in them', () => {
  for (const question of [
    'How many flats were delivered?',
    'who is the party secretary',
    'fiscal revenue 2016',
    'What is the estate (金沙花园) known for?',
    'unemployment',
    'Budget?',
    'pension',
  ])
    assert.equal(isEnglish(question), true, question)
  for (const question of ['安置房交付了多少套?', 'GDP 多少', '西城街道的GDP是多少', '2016', 'gdp', ''])
    assert.equal(isEnglish(question), false, question)
  // Pinyin, whole and unfinished, and what is both.
  for (const typed of ['wujin', 'xich', 'jied', 'zhonglouq', 'can', 'women', 'long', 'GDP', 'GDPs', 'map'])
    assert.equal(isEnglish(typed), false, typed)
  assert.equal(
    isEnglish('robotics', (word) => word === 'robotics'),
    false,
    'a word that the reports hold',
  )
})

test('every official term is found by its own English', () => {
  const vocabulary = { frequency: () => 1, names: () => [] }
  const lost: string[] = []
  const text = readFileSync(new URL('../../src/languages/officialTerms.txt', import.meta.url), 'utf8')
  for (const line of text.split('\n').filter((one) => one.includes('='))) {
    const [phrases = '', own = ''] = line.split('=')
    for (const phrase of phrases.split('|').map((one) => one.trim())) {
      const concepts = conceptsOf(`What about the ${phrase}?`, dictionary, vocabulary)
      const isFound = concepts.some(({ alternatives }) =>
        alternatives.some(({ word }) => own.trim().split(' ').includes(word)),
      )
      if (!isFound) lost.push(phrase)
    }
  }
  // Any question may begin with it, so that it asks rather than names.
  assert.deepEqual(lost, ['show'])
})

test('official terms are English phrases for Chinese ones', () => {
  assert.ok(officialTerms().size > 500)
  for (const [key, words] of officialTerms()) {
    assert.match(key, /^[a-z0-9]+(?: [a-z0-9]+)*$/u)
    for (const word of words) assert.match(word, /\p{Script=Han}|^(?:GDP|CPI|PM2\.5)$/u, key)
  }
})
