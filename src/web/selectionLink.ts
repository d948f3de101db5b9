import { createHash } from 'node:crypto'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { type Trace, traceOf } from './movedWords.ts'

/** The content of a link to selected words: their ranges, and the hash and trace by which they are known. */
export interface SelectionLink {
  readonly ranges: readonly Range[]
  readonly hash: string
  readonly trace: Trace
}

/**
 * Encodes a selection as `START-LENGTH` in base 36 for each range, joined by `_`, then the hash of the words and their
 * trace, each after a dot. No address escapes these characters.
 */
export function encodeSelection(ranges: readonly Range[], text: string): string {
  const places = ranges.map(([start, end]) => `${start.toString(36)}-${(end - start).toString(36)}`)
  const { length, sum } = traceOf(text)
  return `${places.join('_')}.${hashOf(text)}.${length.toString(36)}-${sum.toString(36)}`
}

/** The selection that a text states; null when it states none. */
export function decodeSelection(text: string): SelectionLink | null {
  const [, places, hash, length, sum] =
    /^([0-9a-z_-]{3,8000})\.([A-Za-z0-9_-]{10})\.([0-9a-z]{1,4})-([0-9a-z]{1,6})$/u.exec(text) ?? []
  const ranges = (places ?? '').split('_').map((place): Range | null => {
    const [, start, size] = /^([0-9a-z]{1,8})-([0-9a-z]{1,4})$/u.exec(place) ?? []
    if (start === undefined || size === undefined) return null
    const from = Number.parseInt(start, 36)
    return [from, from + Number.parseInt(size, 36)]
  })
  const whole = ranges.filter((range) => range !== null)
  if (hash === undefined || length === undefined || sum === undefined || whole.length < ranges.length) return null
  return { ranges: whole, hash, trace: { length: Number.parseInt(length, 36), sum: Number.parseInt(sum, 36) } }
}

/**
 * A hash of words, without white space and Markdown's marks, in ten characters: enough to notice other words in their
 * place.
 */
export function hashOf(text: string): string {
  return createHash('sha256').update(bare(text)).digest('base64url').slice(0, 10)
}
