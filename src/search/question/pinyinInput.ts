import { mayHoldPinyin, openPinyin, type PinyinReader } from '../../languages/pinyin.ts'
import type { Lexicon } from './lexicon.ts'
import type { QuestionInput } from './question.ts'

/**
 * Converts what a question types in pinyin to words of the reports. The table of characters is made for the first
 * question that may hold pinyin.
 */
export function pinyinConverter({
  weight,
  unknownWeight,
}: Pick<Lexicon, 'weight' | 'unknownWeight'>): (input: QuestionInput) => Promise<QuestionInput> {
  let reader: Promise<PinyinReader> | undefined
  return async (input) => {
    const { text, from } = input
    if (!mayHoldPinyin(text, weight)) return input
    reader ??= openPinyin(weight)
    const { inCharacters } = await reader
    const before = inCharacters(text.slice(0, from), unknownWeight)
    return { ...input, text: before + inCharacters(text.slice(from), unknownWeight), from: before.length }
  }
}
