import type { Range } from './range.ts'

/** Raised whenever `normalize` or `words` gives other output for the same input; kept in the index. */
export const normalizerVersion = 1

/** A text made comparable, with the way back to the original. */
export interface Normalized {
  readonly text: string
  /** `origins[i]` is where the original character behind `text[i]` starts; one entry more gives the original's length. */
  readonly origins: Uint32Array
}

/** What each character folds to: the exceptions first, and then what was met, since folding one anew is slow. */
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
 * Folds what readers take for the same: compatibility forms (NFKC: full and half width, Roman numeral signs),
 * case, and quotation marks and dashes that the model's vocabulary lacks. Never applied to shown text.
 */
export function normalize(original: string): Normalized {
  let text = ''
  const origins: number[] = []
  // A base character and its combining marks are folded together, as NFKC may compose them.
  for (const { 0: character, index } of original.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    let folded = foldings.get(character)
    if (folded === undefined) {
      folded = character.normalize('NFKC').toLowerCase()
      if (foldings.size < maxRemembered) foldings.set(character, folded)
    }
    for (let i = 0; i < folded.length; i++) origins.push(index)
    text += folded
  }
  origins.push(original.length)
  return { text, origins: Uint32Array.from(origins) }
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
