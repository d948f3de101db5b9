import { Converter } from 'opencc-js'
import { pinyin } from 'pinyin-pro'
import { cedictEntries } from '../../src/languages/cedict.ts'
import { segments } from '../../src/text/words.ts'
import type { GoldQuestion } from './gold.ts'

/** The same questions as other people would type them. The evidence stays, as the reports do. */

const convert = (questions: readonly GoldQuestion[], lang: string, typed: (text: string) => string): GoldQuestion[] =>
  questions
    .filter(({ lang }) => lang === 'zh')
    .map((question) => ({
      ...question,
      lang,
      question: typed(question.question),
      ...(question.previous && { previous: typed(question.previous) }),
    }))

/** The Simplified questions in Traditional characters as Taiwan writes and words them. */
export function inTraditional(questions: readonly GoldQuestion[]): GoldQuestion[] {
  return convert(questions, 'zh → zh-Hant', Converter({ from: 'cn', to: 'twp' }))
}

/** Questions in Traditional characters in Simplified ones. */
export function inSimplified(questions: readonly GoldQuestion[]): GoldQuestion[] {
  return convert(questions, 'zh-Hant → zh', Converter({ from: 'tw', to: 'cn' }))
}

/** The Simplified questions that hold a name, at most `count`, with their names in pinyin. */
export function namesInPinyin(questions: readonly GoldQuestion[], count: number): GoldQuestion[] {
  const named = questions.filter(({ question }) => namesOf(question).length > 0)
  return convert(named, 'names in pinyin', (text) => {
    let typed = ''
    let at = 0
    for (const [start, end] of namesOf(text)) {
      typed += `${text.slice(at, start)} ${latin(text.slice(start, end), '')} `
      at = end
    }
    return (typed + text.slice(at)).trim()
  }).slice(0, count)
}

/** All of the Simplified questions in pinyin, words parted by spaces. */
export function inPinyin(questions: readonly GoldQuestion[]): GoldQuestion[] {
  return convert(questions, 'all in pinyin', (text) =>
    segments(text)
      .map(({ term }) => (/\p{Script=Han}/u.test(term) ? latin(term, '') : term))
      .join(' ')
      .replace(/\s+/gu, ' ')
      .trim(),
  )
}

function latin(text: string, separator: string): string {
  return pinyin(text, { toneType: 'none', type: 'array' }).join(separator)
}

const entries = [...cedictEntries()]
/** Words of the dictionary whose pinyin is capitalised: places, people, organisations. */
const proper = new Set(
  entries
    .filter(({ simplified, pinyin }) => /^\p{Script=Han}{2,}$/u.test(simplified) && /^\p{Lu}/u.test(pinyin))
    .map(({ simplified }) => simplified),
)
const common = new Set(entries.filter(({ pinyin }) => /^\p{Ll}/u.test(pinyin)).map(({ simplified }) => simplified))
/** The commonest surnames that are no everyday words as well. */
const surnames = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴汪姜范姚谭廖邹熊陆郝孔崔邱秦顾侯邵孟段雷尹黎龚',
)
const kinds =
  /^(?:省|市|区|县|镇|乡|村|街道|社区|小区|园区|湖|河|江|路|街|桥|集团|公司|银行|医院|学校|大学|中学|小学|中心)/u
const longest = 4

/**
 * The names in a question, told by construction: proper names of the dictionary, what stands in front of a word for a place
 * or an organisation, and what begins with a surname and is no word. In order, apart.
 */
function namesOf(text: string): [number, number][] {
  const found: [number, number][] = []
  for (let at = 0; at < text.length; at++) {
    for (let length = longest; length >= 2; length--) {
      const part = text.slice(at, at + length)
      if (part.length < length || !/^\p{Script=Han}+$/u.test(part) || /[这那哪几多年月日时了是的]/u.test(part)) continue
      const isName =
        !common.has(part) &&
        (proper.has(part) ||
          (kinds.test(text.slice(at + length)) && isWords(text, at, length, [length])) ||
          (surnames.has(part[0]!) && length < 4 && isWords(text, at, length, [1, length - 1])))
      if (!isName) continue
      found.push([at, at + length])
      at += length - 1
      break
    }
  }
  return found
}

/** True when the segmenter cuts a stretch into words of these lengths. */
function isWords(text: string, start: number, length: number, lengths: readonly number[]): boolean {
  const own = segments(text).filter(({ range }) => range[0] >= start && range[1] <= start + length)
  return own.length === lengths.length && own.every(({ term }, i) => term.length === lengths[i])
}
