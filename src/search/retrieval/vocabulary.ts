import type { PinyinReader } from '../../languages/pinyin.ts'
import type { Vocabulary } from '../../languages/translate.ts'
import { normalize } from '../../text/normalize.ts'
import { terms } from '../../text/words.ts'
import type { Lexicon } from '../question/lexicon.ts'

/** Frequencies remembered at a time. */
const maxFrequencies = 20_000

/**
 * The words of the reports as translation needs them. The index gives weights of terms only, so a frequency is computed back
 * from the weight, and that of a longer string estimated by the rarest pair of characters in it.
 * @param size the number of passages
 */
export function vocabularyOf({ weight }: Pick<Lexicon, 'weight'>, size: number, pinyin: PinyinReader): Vocabulary {
  /** The inverse of the formula of the inverse document frequency. */
  const frequencyOf = (term: string) => {
    const value = weight(term)
    return value === 0 ? 0 : (size + 1) / Math.exp(value) - 0.5
  }
  const frequencies = new Map<string, number>()
  const frequency = (text: string): number => {
    const known = frequencies.get(text)
    if (known !== undefined) return known
    const normalized = normalize(text).text
    const found = terms(normalized).map(({ term }) => term)
    const parts = found.filter((term) => /^\p{Script=Han}{2}$/u.test(term) || !/\p{Script=Han}/u.test(term))
    // The index holds no lone characters, of which most occur somewhere.
    const least =
      parts.length > 0 ? Math.min(...parts.map(frequencyOf)) : /^\p{Script=Han}$/u.test(normalized) ? size / 10 : 0
    if (frequencies.size > maxFrequencies) frequencies.clear()
    frequencies.set(text, least)
    return least
  }
  return {
    frequency,
    names(name) {
      const readings = pinyin.readings(name)
      const best = readings[0]?.score ?? 0
      return readings.map(({ text, score }) => ({ word: text, weight: Math.exp(score - best) }))
    },
  }
}
