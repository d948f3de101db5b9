import { lowerBound } from '../lowerBound.ts'
import type { Range } from './range.ts'
import { simplifying } from './simplified.ts'

/** Raised whenever `normalize` or `words` gives other output for the same input; kept in the index. */
export const normalizerVersion = 3

/** A text made comparable, with the way back to the original. */
export interface Normalized {
  readonly text: string
  /** The start of the original character behind each character of `text`, and last the original's length. */
  readonly origins: Uint32Array
}

/** The folded forms of characters: exceptions at first, later also every character that was met, since folding is slow. */
const foldings = new Map([
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‘', "'"],
  ['’', "'"],
  ['—', '-'],
  ['–', '-'],
])

const maxRemembered = 50_000

/**
 * Folds characters that readers take for the same: compatibility forms (NFKC: full and half width, Roman numeral signs),
 * case, accents, Traditional characters and variants, and quotation marks and dashes that the model's vocabulary lacks. Never
 * applied to shown text.
 */
export function normalize(original: string): Normalized {
  let text = ''
  // Most characters fold to one character. The array grows where one folds to several.
  let origins = new Uint32Array(original.length + 1)
  const inPhrases = simplifying().inPhrases(original)
  const add = (character: string, index: number) => {
    const folded = inPhrases?.get(index) ?? fold(character)
    if (text.length + folded.length >= origins.length) {
      const longer = new Uint32Array(origins.length * 2 + folded.length)
      longer.set(origins)
      origins = longer
    }
    for (let i = 0; i < folded.length; i++) origins[text.length + i] = index
    text += folded
  }
  // A base character and its combining marks are folded together, as NFKC may compose them. Few texts have any.
  if (/\p{M}/u.test(original)) {
    for (const { 0: character, index } of original.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) add(character, index)
  } else {
    let index = 0
    for (const character of original) {
      add(character, index)
      index += character.length
    }
  }
  origins[text.length] = original.length
  return { text, origins: origins.subarray(0, text.length + 1) }
}

function fold(character: string): string {
  const known = foldings.get(character)
  if (known !== undefined) return known
  const compatible = character.normalize('NFKC').toLowerCase()
  const folded = simplifying().character(compatible) ?? withoutAccents(compatible)
  if (foldings.size < maxRemembered) foldings.set(character, folded)
  return folded
}

/** Latin letters without their accents: names are typed without them, and the default model reads them so. */
function withoutAccents(character: string): string {
  const parts = character.normalize('NFD')
  return /^\p{Script=Latin}\p{M}+$/u.test(parts) ? parts.slice(0, 1) : character
}

/** The range of the normalised text that stands for `range` of the original. */
export function normalizedRange({ text, origins }: Normalized, range: Range): Range {
  const firstFrom = (position: number) => lowerBound(0, text.length, (i) => origins[i]! < position)
  return [firstFrom(range[0]), firstFrom(range[1])]
}

/** The range of the original that stands behind `range` of a normalised text. */
export function originOf(normalized: Normalized, range: Range): Range {
  const start = normalized.origins[range[0]]!
  let next = range[1]
  // Several normalised characters may come from one original; its end is where the next original starts.
  while (next < normalized.text.length && next > 0 && normalized.origins[next] === normalized.origins[next - 1]) next++
  return [start, Math.max(start, normalized.origins[next]!)]
}

/** `text` without white space and Markdown's `*` and `#`: two texts with the same bare form are the same words. */
export function bare(text: string): string {
  return text.replace(/[\s*#]+/gu, '')
}
