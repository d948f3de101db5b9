import { createHash } from 'node:crypto'
import { bare } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'

/** What a link to selected words carries: where they stand, and a hash by which they are known. */
export interface SelectionLink {
  readonly ranges: readonly Range[]
  readonly hash: string
}

/** `START-LENGTH` in base 36 for each range, joined by `_`, then `.` and the hash of the words: characters that no address escapes. */
export function encodeSelection(ranges: readonly Range[], text: string): string {
  const places = ranges.map(([start, end]) => `${start.toString(36)}-${(end - start).toString(36)}`)
  return `${places.join('_')}.${hashOf(text)}`
}

/** The selection that a text states; null when it states none. */
export function decodeSelection(text: string): SelectionLink | null {
  const [, places, hash] = /^([0-9a-z_-]{3,8000})\.([A-Za-z0-9_-]{10})$/u.exec(text) ?? []
  const ranges = (places ?? '').split('_').map((place): Range | null => {
    const [, start, length] = /^([0-9a-z]{1,8})-([0-9a-z]{1,4})$/u.exec(place) ?? []
    if (start === undefined || length === undefined) return null
    const from = Number.parseInt(start, 36)
    return [from, from + Number.parseInt(length, 36)]
  })
  const whole = ranges.filter((range) => range !== null)
  return hash !== undefined && whole.length === ranges.length ? { ranges: whole, hash } : null
}

/** A hash of words, white space and Markdown's marks aside, in ten characters: enough to notice others in their place. */
export function hashOf(text: string): string {
  return createHash('sha256').update(bare(text)).digest('base64url').slice(0, 10)
}
