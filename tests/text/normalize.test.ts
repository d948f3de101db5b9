import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, normalize, originOf } from '../../src/text/normalize.ts'
import { simplifying } from '../../src/text/simplified.ts'
import fc from '../laws.ts'
import { anyText, trickyText, withRange } from './arbitraries.ts'

test('every normalised character has an origin, in order, and the last entry is the end', () => {
  fc.assert(
    fc.property(anyText, (original) => {
      const { text, origins } = normalize(original)
      assert.equal(origins.length, text.length + 1)
      for (let i = 1; i < origins.length; i++) assert.ok(origins[i - 1]! <= origins[i]!)
      if (text !== '') assert.equal(origins[0], 0)
      assert.equal(origins[text.length], original.length)
      assert.equal(text === '', original === '', 'nothing is folded away')
    }),
  )
})

test('the way back finds the original characters: folding them again gives the same text', () => {
  fc.assert(
    fc.property(withRange(anyText), ({ text: original, range }) => {
      const normalized = normalize(original)
      const { text, origins } = normalized
      const part: [number, number] = [Math.min(range[0], text.length), Math.min(range[1], text.length)]
      if (part[0] === part[1]) return
      const back = originOf(normalized, part)
      // A few phrases tell what their characters become, and may be cut here.
      if (simplifying().inPhrases(original)) return
      // The part, widened to whole original characters, as one of them may have become several.
      const start = origins.indexOf(back[0])
      const end = back[1] === original.length ? text.length : origins.indexOf(back[1])
      assert.ok(start <= part[0] && part[1] <= end)
      assert.equal(normalize(original.slice(...back)).text, text.slice(start, end))
    }),
  )
})

test('all of a normalised text leads back to all of the original', () => {
  fc.assert(
    fc.property(anyText, (original) => {
      const normalized = normalize(original)
      assert.deepEqual(originOf(normalized, [0, normalized.text.length]), [0, original.length])
    }),
  )
})

test('a normalised text stays as it is', () => {
  fc.assert(
    fc.property(trickyText, (original) => {
      const { text } = normalize(original)
      assert.equal(normalize(text).text, text)
    }),
  )
})

test('what readers take for the same becomes the same', () => {
  for (const [one, other] of [
    ['ＧＤＰ增长２．４％', 'gdp增长2.4%'],
    ['“两会”', '"两会"'],
    ['‘两会’', "'两会'"],
    ['2016—2020年', '2016-2020年'],
    ['2016–2020年', '2016-2020年'],
    ['Ⅲ类水', 'iii类水'],
    ['34㎡', '34m2'],
    ['cafe\u0301', 'café'],
    ['Blücher', 'blucher'],
    ['Xīchéng lǚyóu', 'xicheng luyou'],
    ['西城街道： 全力', '西城街道: 全力'],
    ['臺灣、台灣', '台湾、台湾'],
    ['裏、裡', '里、里'],
    ['衞生、衛生', '卫生、卫生'],
    ['囯家', '国家'],
    ['\u2ed3\u6c5f', '长江'],
    ['\u2f00\u6b21', '一次'],
    ['\uf90a', '金'],
  ] as const) {
    assert.equal(normalize(one).text, normalize(other).text)
  }
})

test('Traditional characters with two simplified forms are told apart by their phrases', () => {
  for (const [traditional, simplified] of [
    ['五年計畫與圖畫', '五年计划与图画'],
    ['瞭解與瞭望', '了解与瞭望'],
    ['答覆與覆蓋', '答复与覆盖'],
    ['憑藉與慰藉', '凭借与慰藉'],
    ['看著、著力、顯著、專著', '看着、着力、显著、专著'],
    ['乾淨與乾隆', '干净与乾隆'],
    ['項鍊與鍛鍊', '项链与锻炼'],
    ['頭髮發展', '头发发展'],
    ['後來的皇后', '后来的皇后'],
  ] as const)
    assert.equal(normalize(traditional).text, simplified)
})

test('simplified text stays as it is, character for character', () => {
  const text = '沈静打坏了台灯,于是干部显著进步,著名专著覆盖全面,划船计划,什么也里程了解,后天床前吃面,慰藉乾坤'
  assert.equal(normalize(text).text, text)
})

test('what a phrase changes leads back to the same places', () => {
  const normalized = normalize('依計畫瞭解㎡')
  assert.equal(normalized.text, '依计划了解m2')
  assert.deepEqual([...normalized.origins], [0, 1, 2, 3, 4, 5, 5, 6])
})

test('one character that becomes several leads back as a whole', () => {
  const normalized = normalize('约34㎡的房')
  assert.equal(normalized.text, '约34m2的房')
  assert.deepEqual(originOf(normalized, [3, 4]), [3, 4], 'the m of ㎡')
  assert.deepEqual(originOf(normalized, [4, 5]), [3, 4], 'the 2 of ㎡')
  assert.deepEqual(originOf(normalized, [5, 6]), [4, 5], 'what follows it')
})

test('several characters that become one lead back as a whole', () => {
  const normalized = normalize('cafe\u0301 𠮷')
  assert.equal(normalized.text, 'cafe 𠮷')
  assert.deepEqual(originOf(normalized, [3, 4]), [3, 5], 'e with its accent')
  assert.deepEqual(originOf(normalized, [5, 7]), [6, 8], 'a character outside the basic plane takes two units')
})

test('the bare form leaves out white space and Markdown marks and nothing else', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const kept = [...text].filter((character) => !/[\s*#]/u.test(character))
      assert.equal(bare(text), kept.join(''))
    }),
  )
  assert.equal(bare('# **本报讯** 昨天\u3000下午,\r\n'), '本报讯昨天下午,')
})
