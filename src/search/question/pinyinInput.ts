import { mayHoldPinyin, openPinyin, type PinyinReader } from '../../languages/pinyin.ts'
import type { QuestionInput } from './question.ts'

/** Reads what a question types in pinyin as words of the reports. The table of characters is made by the first that does. */
export function typedReader(
  weight: (term: string) => number,
  unknownWeight: number,
): (input: QuestionInput) => Promise<QuestionInput> {
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
