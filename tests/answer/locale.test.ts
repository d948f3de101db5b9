import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asksInEnglish, localeOf, localized, textIn } from '../../src/answer/locale.ts'
import { isTraditional, loadTraditional } from '../../src/languages/traditional.ts'

describe('the locale of an answer', () => {
  for (const [question, usual, isChosen, expected, reason] of [
    ['How many flats did Xicheng deliver?', 'zh', false, 'en', 'English where nothing was chosen'],
    ['How many flats did Xicheng deliver?', 'zh', true, 'zh', 'Chinese where that was chosen'],
    ['安置房交付了多少套?', 'zh', false, 'zh', 'Simplified'],
    ['安置房交付了多少套?', 'en', false, 'en', 'English for who reads English'],
    ['安置房交付了多少套?', 'en', true, 'en', 'English for who chose it'],
    ['安置房交付了多少戶?數據', 'zh', false, 'zh-Hant', 'Traditional'],
    ['安置房交付了多少戶?數據', 'zh', true, 'zh-Hant', 'Traditional for who chose Chinese'],
    ['安置房交付了多少戶?數據', 'en', true, 'en', 'English for who chose it, whatever the question'],
    ['xicheng jiedao anzhifang duoshao tao', 'zh', false, 'zh', 'pinyin is Chinese'],
    ['', 'zh', false, 'zh', 'no question'],
  ] as const)
    test(`${question || 'nothing'}, ${usual}: ${reason}`, async () =>
      assert.equal(await localeOf(question, usual, isChosen), expected))
})

describe('texts in Traditional characters', () => {
  test('are made from the Simplified ones, with phrases that tell characters apart', async () => {
    await loadTraditional()
    assert.equal(
      textIn({ zh: '报告里没有这个问题的答案,以后再发。', en: '' }, 'zh-Hant'),
      '報告裡沒有這個問題的答案,以後再發。',
    )
    assert.equal(textIn({ zh: '头发', en: 'hair' }, 'zh-Hant'), '頭髮')
    assert.equal(textIn({ zh: '报告', en: 'report' }, 'en'), 'report')
  })

  test('what is handed in stays as it is', async () => {
    await loadTraditional()
    const texts = localized({
      zh: {
        missing: (words: readonly string[]) => `报告里没有:${words.join('、')}。`,
        deep: { list: ['问题'] },
        size: 3,
      },
      en: { missing: () => '', deep: { list: ['question'] }, size: 3 },
    })['zh-Hant']
    assert.equal(texts.missing(['报告.txt', '问题']), '報告裡沒有:报告.txt、问题。')
    assert.deepEqual(texts.deep, { list: ['問題'] })
    assert.equal(texts.size, 3)
  })
})

test('a text is Traditional by its characters, not by a lone variant in a long one', () => {
  assert.ok(isTraditional('誰負責西城街道的網格?'))
  assert.ok(isTraditional('臺北'))
  assert.ok(!isTraditional('谁负责西城街道的网格?'))
  assert.ok(!isTraditional('干部、皇后、里程、台湾、著名'))
  assert.ok(!isTraditional('陈志昇是哪一年到西城街道来工作的呢'))
  assert.ok(!isTraditional(''))
})

test('English is told from pinyin and from abbreviations', () => {
  assert.ok(asksInEnglish('What is the GDP of Wujin?'))
  assert.ok(!asksInEnglish('wujin qu ganbu'))
  assert.ok(!asksInEnglish('GDP'))
  assert.ok(!asksInEnglish('GDP是多少'))
})
