import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QuestionError } from '../../../src/errors.ts'
import { maxQuestionCharacters, questionInput } from '../../../src/search/question/question.ts'
import fc from '../../laws.ts'
import { anyText } from '../../text/arbitraries.ts'

const read = (text: string, previous?: string) => questionInput(previous === undefined ? { text } : { text, previous })
const input = (text: string, previous?: string) => read(text, previous).text

function refuses(text: string, zh: RegExp, en: RegExp): void {
  assert.throws(
    () => input(text),
    (error) => {
      assert.ok(error instanceof QuestionError)
      assert.match(error.text.zh, zh)
      assert.match(error.text.en, en)
      return true
    },
  )
}

/** Text of exactly `count` Chinese characters. */
const characters = (count: number) => '安置房交付套数'.repeat(count).slice(0, count)

test('the model reads a question normalised', () => {
  assert.equal(input('2020年ＧＤＰ“总量”是多少？'), '2020年gdp"总量"是多少?')
})

test('an empty question is refused, with an example of a good one', () => {
  for (const text of ['', ' ', '\n\t\u3000', '\u200b\u2060\ufeff', '\u0000\u0007']) {
    refuses(text, /问题是空的.*例如/u, /question is empty.*for example/)
  }
})

test('a question without words is refused', () => {
  for (const text of ['😀', '👨‍👩‍👧', '？？？', '。', '❤️', '……', '**']) refuses(text, /没有文字/u, /holds no words/)
})

test('a question of exactly 500 characters is read, one of 501 is refused and counted', () => {
  assert.equal(maxQuestionCharacters, 500)
  assert.equal(input(characters(500)), characters(500))
  refuses(characters(501), /最多 500 个字,实际 501 个/u, /at most 500 characters, found 501/)
  refuses(characters(5000), /实际 5000 个/u, /found 5000/)
})

test('characters are counted as people count them, white space at the ends and in a row only once', () => {
  const rare = '𠮷𪚥'.repeat(250)
  assert.equal(input(rare), rare, '500 characters of two code units each')
  refuses(`${rare}𠮷`, /实际 501 个/u, /found 501/)
  assert.equal(input(`  ${characters(500)}\n`), characters(500))
  assert.equal(input(`${characters(250)}${' '.repeat(300)}${characters(249)}`).length, 500)
})

test('control characters and line ends become one space', () => {
  assert.equal(input('\u0007安置房\r\n\t交付\u0000多少？\n'), '安置房 交付 多少?')
})

test('invisible characters inside a word do not part it', () => {
  const plain = input('安置房交付了多少套？')
  // Zero-width space, soft hyphen, direction marks, joiners, a byte order mark: what a copied question may carry.
  for (const invisible of ['\u200b', '\u00ad', '\u200e', '\u2060', '\u200d', '\ufeff']) {
    assert.equal(input(`安置${invisible}房交付了多少套？`), plain, JSON.stringify(invisible))
  }
})

test('a follow-up is read together with the question before it, and its own start is known', () => {
  assert.deepEqual(read('第二产业占比？', '第三产业是多少？'), {
    text: '第三产业是多少? 第二产业占比?',
    typed: '第三产业是多少？ 第二产业占比？',
    from: 9,
    excluded: '',
    tags: [],
  })
  assert.equal(read('那它在哪里？', '血液净化中心哪年成立？').from, 12, 'a pronoun points back')
})

test('a question that names its subject itself is not polluted by the one before it', () => {
  const complete = '南山镇今年新建了多少公里农村公路？'
  assert.deepEqual(read(complete, '第三产业是多少？'), read(complete))
})

test('chat noise is no part of the question, unless there is nothing else', () => {
  assert.equal(input('@some_bot 新建了多少公里公路啊啊啊'), '新建了多少公里公路')
  assert.equal(input('啊啊'), '啊啊')
})

test('an empty question before changes nothing', () => {
  for (const previous of ['', ' \n', '\u200b']) assert.equal(input('第二产业占比？', previous), '第二产业占比?')
})

test('a follow-up must be a question of its own', () => {
  assert.throws(() => input(' ', '第三产业占比多少？'), QuestionError)
  assert.throws(() => input(characters(501), '第三产业占比多少？'), QuestionError)
})

test('any text is either read or refused with a reason', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        const shown = input(text)
        assert.equal(shown, shown.trim())
        assert.doesNotMatch(shown, /\p{Cc}/u)
        assert.match(shown, /[\p{L}\p{N}]/u)
      } catch (error) {
        if (!(error instanceof QuestionError)) throw error
      }
    }),
    { numRuns: 500 },
  )
})
