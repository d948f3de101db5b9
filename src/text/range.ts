import { lowerBound } from '../lowerBound.ts'

/**
 * The one position convention of the project: half-open `[start, end)`, zero-based, in UTF-16 code units.
 * Ranges are carried from stage to stage and never found again by searching for their text.
 */
export type Range = readonly [start: number, end: number]

/** A text cut out of another: `ranges` of the original in order, joined without or with one space between them. */
export interface Cutting {
  readonly text: string
  readonly pieces: readonly Piece[]
}

/** One unbroken stretch of the original inside a cutting. */
export interface Piece {
  /** The start of the stretch in the cutting's text. */
  readonly at: number
  /** Its range in the original. */
  readonly range: Range
}

/**
 * Cuts `ranges` out of `original` and joins them with `separator`. Without a separator, one space parts two stretches whose Latin
 * words would otherwise run together. Digits are not parted, as a column may have torn a number, nor are the halves of a word whose
 * hyphen was cut away. Nothing else is added, so that the cutting equals the original's stretches but for white space.
 */
export function cut(original: string, ranges: readonly Range[], separator: '' | ' ' | '\n' = ''): Cutting {
  const pieces: Piece[] = []
  let text = ''
  // The end of the text is kept apart, since a look at the whole would take longer with every stretch.
  let tail = ''
  for (const range of ranges) {
    const stretch = original.slice(range[0], range[1])
    if (stretch === '') continue
    const isParted = partsWords(tail, stretch) && !isBroken(original, pieces.at(-1)!)
    const between = text !== '' && separator !== '' ? separator : isParted ? ' ' : ''
    pieces.push({ at: text.length + between.length, range })
    text += between + stretch
    tail = (tail + between + stretch.slice(-tailCharacters)).slice(-tailCharacters)
  }
  return { text, pieces }
}

/** The length of the kept end, more than `partsWords` looks at. */
const tailCharacters = 16

/** True where a space belongs between two stretches: between Latin words, marks aside, and between such a word and a number. */
const partsWords = (before: string, after: string): boolean =>
  (/\p{Script=Latin}[,.;:!?)”’"']{0,2}$/u.test(before) && /^[(“‘"']?\p{Script=Latin}/u.test(after)) ||
  (/\p{Ll}{2}[,.;:]?$/u.test(before) && /^\d/u.test(after)) ||
  (/\d[,.;:%)]{0,2}$/u.test(before) && /^\p{Ll}{3}/u.test(after))

const isBroken = (original: string, { range }: Piece): boolean => /^[-\u00ad\u2010]$/u.test(original[range[1]] ?? '')

/** The ranges of the original that make up `part` of a cutting's text, touching ones merged. */
export function originalRanges(cutting: Cutting, part: Range): Range[] {
  const found: [number, number][] = []
  for (const { at, range } of piecesIn(cutting, part)) {
    const start = range[0] + Math.max(0, part[0] - at)
    const end = Math.min(range[1], range[0] + part[1] - at)
    if (start >= end) continue
    const last = found.at(-1)
    if (last && last[1] === start) last[1] = end
    else found.push([start, end])
  }
  return found
}

/** `part` of a cutting's text as a cutting of its own, its separators kept. */
export function slice(cutting: Cutting, part: Range): Cutting {
  const pieces = piecesIn(cutting, part).flatMap(({ at, range }): Piece[] => {
    const start = Math.max(at, part[0])
    const end = Math.min(at + range[1] - range[0], part[1])
    return start < end ? [{ at: start - part[0], range: [range[0] + start - at, range[0] + end - at] }] : []
  })
  return { text: cutting.text.slice(part[0], part[1]), pieces }
}

/** The pieces that may touch `part`, without a look at all the others: one paragraph can have thousands. */
function piecesIn({ pieces }: Cutting, [start, end]: Range): readonly Piece[] {
  const firstAt = (place: number) => lowerBound(0, pieces.length, (i) => pieces[i]!.at < place)
  return pieces.slice(Math.max(0, firstAt(start) - 1), firstAt(end))
}

/** `range` without the white space at its two ends; empty when it holds nothing else. */
export function trimmed(text: string, range: Range): Range {
  const slice = text.slice(range[0], range[1])
  const start = range[0] + slice.length - slice.trimStart().length
  return [start, Math.max(start, range[1] - (slice.length - slice.trimEnd().length))]
}

/** True where any of some ranges shares a character with any of the others. */
export function overlapAny(some: readonly Range[], others: readonly Range[]): boolean {
  return some.some(([start, end]) => others.some((other) => start < other[1] && other[0] < end))
}

/** The number of characters in ranges, those that several hold counted for each. */
export function lengthOfRanges(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [start, end]) => sum + end - start, 0)
}
