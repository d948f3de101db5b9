import type { Range } from '../../text/range.ts'

/**
 * The tokens that start inside a range of a text.
 * @param starts where each of the model's tokens starts in the text
 * @returns a half-open range of token numbers; `[0, 0]` where no token starts inside
 */
export function tokensWithin(starts: Uint16Array | Uint32Array, [from, to]: Range): Range {
  const isInside = (start: number) => start >= from && start < to
  const first = starts.findIndex(isInside)
  return first < 0 ? [0, 0] : [first, starts.findLastIndex(isInside) + 1]
}
