import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Gloss, glossOf, loadGlosser } from '../../src/languages/gloss.ts'
import fc from '../laws.ts'

const entries: Readonly<Record<string, readonly string[]>> = {
  安置: ['to find a place for', 'to help settle down'],
  房: ['house', 'room', 'CL:間|间[jian1]'],
  交付: ['to hand over (a finished thing)', 'to deliver'],
  套: ['to cover', 'cover', 'classifier for sets, collections'],
  街道: ['street', 'CL:條|条[tiao2]'],
  中华人民共和国: ["People's Republic of China"],
  中华: ['China (alternate formal name)'],
  人民: ['the people'],
  共和国: ['republic'],
  沈: ['surname Shen', 'place name'],
  的: ["of; ~'s (possessive particle)"],
  很长: ['a definition that goes on for very much longer than any line has room for'],
}
const dictionary = { glosses: (word: string) => entries[word] ?? [] }
const gloss = (text: string) => glossOf(text, dictionary, (word) => `latin of ${word}`)
const told = (words: Gloss) => words.map(({ word, meaning }) => `${word}=${meaning}`)

describe('a gloss', () => {
  test('gives each word its first meaning, without what stands in brackets', () => {
    assert.deepEqual(told(gloss('街道交付')), ['街道=street', '交付=to hand over'])
  })

  test('takes the longest words of the dictionary', () => {
    assert.deepEqual(told(gloss('中华人民共和国')), ["中华人民共和国=People's Republic of China"])
  })

  test('keeps a figure with what it counts, as the report writes them', () => {
    assert.deepEqual(told(gloss('交付４,124套')), ['交付=to hand over', '４,124套='])
  })

  test('shows the words as the report writes them, and looks them up in their simplified form', () => {
    assert.deepEqual(told(gloss('中華')), ['中華=China'])
  })

  test('leaves particles and punctuation out', () => {
    assert.deepEqual(told(gloss('街道的,街道。')), ['街道=street', '街道=street'])
  })

  test('leaves out what the dictionary lacks', () => {
    assert.deepEqual(told(gloss('街道荡')), ['街道=street'])
  })

  test('is short where the dictionary is not', () => {
    const [first] = glossOf('很长', dictionary, String)
    assert.ok(first!.meaning.length <= 33 && first!.meaning.endsWith('…'), first!.meaning)
  })

  test('of any text shows words of the text, in order', () => {
    const text = fc.array(
      fc.constantFrom('安置房', '交付', '4124', '套', '街道', '的', '。', '中華', ' ', 'GDP', '𠮷', '㎡'),
    )
    fc.assert(
      fc.property(text, (pieces) => {
        const original = pieces.join('')
        let at = 0
        for (const { word } of gloss(original)) {
          const found = original.indexOf(word, at)
          assert.ok(found >= at, `${word} in ${original}`)
          at = found + word.length
        }
      }),
    )
  })
})

const real = await loadGlosser()

test('the real dictionary knows the words of a report', () => {
  const words = real('全年交付安置房4124套,狄志强出席')
  assert.deepEqual(words.map(({ word }) => word).join(''), '全年交付安置房4124套狄志强出席')
  assert.ok(
    words.every(({ word, meaning }) => /[0-9]/u.test(word) || /^[\x20-\x7e…]+$/u.test(meaning)),
    told(words).join(),
  )
})

describe('the gloss of a report', () => {
  for (const [text, expected, reason] of [
    ['第七批', ['第七批=7th batch'], 'an ordinal with what it counts'],
    ['第13届', ['第13届=13th session'], 'or in digits'],
    ['第二十二期', ['第二十二期=22nd issue'], 'in the tens'],
    ['第一书记', ['第一书记=first secretary'], 'a term that begins like one'],
    ['第三产业', ['第三产业=tertiary industry'], 'another'],
    ['狄志强出席', ['狄志强=Di Zhiqiang', '出席=attend'], 'a person'],
    ['沈东和朱建军出席', ['沈东=Shen Dong', '和=and', '朱建军=Zhu Jianjun', '出席=attend'], 'two'],
    ['欧阳修', ['欧阳修=Ouyang Xiu'], 'a surname of two characters'],
    ['张三', ['张三=Zhang San'], 'a name that is one word to the segmenter'],
    ['长荡湖', ['长荡湖=Changdang Lake'], 'a place with what it is'],
    ['儒林镇', ['儒林镇=Rulin Town'], 'another'],
    ['由高到低', ['由=to follow', '高=high', '到=to reach', '低=low'], 'no name, though 高 is a surname'],
    ['升至', [], 'no name and in no dictionary'],
    ['5毫克/升', ['5=', '毫克=milligram', '升=liter'], 'a unit behind another'],
    ['升5升', ['升=to ascend', '5=', '升=liter'], 'a unit behind a figure, and a verb'],
    ['一般公共预算收入', ['一般公共预算收入=general public budget revenue'], 'an official term'],
    ['南门', ['南=south', '门=gate'], 'not how a word is pronounced elsewhere'],
    ['美国', ['美国=United States'], 'a proper name as the dictionary writes it'],
  ] as const)
    test(`${text}: ${reason}`, () => assert.deepEqual(told(real(text)), expected))
})
