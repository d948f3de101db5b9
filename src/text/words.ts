import { normalize } from './normalize.ts'
import type { Range } from './range.ts'

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/**
 * The dictionary behind `Intl.Segmenter` comes with ICU and may cut words otherwise in another release,
 * so an index of words holds only for the one it was made with.
 */
export const segmenterVersion = process.versions.icu ?? 'without ICU'

/** A term and where it stands in the normalised text. */
export interface Term {
  readonly term: string
  readonly range: Range
}

/**
 * The terms under which a text is found by words: the segmenter's words (numbers kept whole, no lone Chinese
 * characters) and every pair of neighbouring Chinese characters, also over a quotation mark (`“三公”经费`). A word of two
 * characters therefore counts twice, which is what measured best for Chinese government reports.
 */
export function words(original: string): string[] {
  return terms(normalize(original).text).map(({ term }) => term)
}

/** The terms of a text that is already normalised, with their places. */
export function terms(text: string): Term[] {
  const found: Term[] = []
  for (const { segment, index, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike || /^\p{Script=Han}$/u.test(segment)) continue
    // A mark joins digits only where it parts thousands. Few segments hold one, and parting takes long.
    const isWhole = !/[,;]/u.test(segment) || /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/u.test(segment)
    const parts = isWhole
      ? [[segment, 0] as const]
      : [...segment.matchAll(/[^,;]+/gu)].map((m) => [m[0], m.index] as const)
    for (const [part, at] of parts) {
      // Where words are not parted by spaces, ICU takes some marks (Tai Tham's) for words.
      if (/[\p{L}\p{N}]/u.test(part)) found.push({ term: part, range: [index + at, index + at + part.length] })
    }
  }
  for (const { 0: run, index } of text.matchAll(/\p{Script=Han}(?:"?\p{Script=Han})+/gu)) {
    let before = ''
    let from = index
    let start = index
    for (const character of run) {
      const end = start + character.length
      if (character !== '"') {
        if (before !== '') found.push({ term: before + character, range: [from, end] })
        before = character
        from = start
      }
      start = end
    }
  }
  return found
}

/** The segmenter's words of a normalised text, lone characters included. */
export function segments(text: string): Term[] {
  return [...segmenter.segment(text)].map(({ segment, index }) => ({
    term: segment,
    range: [index, index + segment.length],
  }))
}
