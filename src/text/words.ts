import { normalize } from './normalize.ts'

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
const han = /\p{Script=Han}/u

/**
 * The dictionary behind `Intl.Segmenter` comes with ICU and may cut words otherwise in another release,
 * so an index of words holds only for the one it was made with.
 */
export const segmenterVersion = process.versions.icu ?? 'without ICU'

/**
 * The terms under which a text is found by words: the segmenter's words (numbers kept whole, no lone Chinese
 * characters) and every pair of neighbouring Chinese characters. A word of two characters therefore counts twice,
 * which is what measured best for Chinese government reports.
 */
export function words(original: string): string[] {
  const { text } = normalize(original)
  const terms: string[] = []
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike && !(segment.length === 1 && han.test(segment))) terms.push(segment)
  }
  for (const [run] of text.matchAll(/\p{Script=Han}{2,}/gu)) {
    const characters = [...run]
    for (let i = 1; i < characters.length; i++) terms.push(characters[i - 1]! + characters[i]!)
  }
  return terms
}
