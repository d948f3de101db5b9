import type { Range } from '../../text/range.ts'
import { median } from './boxes.ts'
import { type Glyph, heightOf, widthOf } from './glyphs.ts'

/**
 * Recognition at times leaves out a point, a sign or one of two equal digits, and is sure of it. The ink of a figure
 * shows the error: each of its characters must be a glyph of known shape and place, and no glyph may be left over.
 */

/** A character that recognition found, with its middle's position, as a share of the picture's width or in pixels. */
export interface PlacedCharacter {
  readonly text: string
  readonly at: number
  readonly probability: number
}

const digit = /^\d$/u
const mark = /^[.,．，·]$/u
const point = /^[.．·]$/u
const perCent = /^[%％‰]$/u
const minus = /^[-−–—－]$/u
const sign = /^[-−–—－▲△+]$/u

/** Finds figures: digits, a sign before, a per cent sign behind, and marks, which may be the rest of a digit. */
export function figuresAmong(characters: readonly PlacedCharacter[]): Range[] {
  const figures: Range[] = []
  const isMark = (i: number) => mark.test(characters[i]?.text ?? '')
  const isDigit = (i: number) => digit.test(characters[i]?.text ?? '')
  for (let i = 0; i < characters.length; i++) {
    if (!isDigit(i)) continue
    let to = i + 1
    while (isDigit(to) || (isMark(to) && isDigit(to + 1))) to++
    let from = sign.test(characters[i - 1]?.text ?? '') ? i - 1 : i
    if (isMark(from - 1)) from--
    if (perCent.test(characters[to]?.text ?? '')) to++
    if (isMark(to)) to++
    figures.push([from, to])
    i = to - 1
  }
  return figures
}

/** Tells whether a figure is well written: marks of thousands stand before three digits, a point stands once. */
function isWellFormed(figure: string): boolean {
  const bare = figure.normalize('NFKC').replace(/^\D+|\D+$/gu, '')
  return /^(?:\d+|\d{1,3}(?:,\d{3})+)(?:[.·]\d+)?$|^(?:19|20)\d\d\.\d{1,2}\.\d{1,2}$|^\d{1,2}(?:\.\d{1,2}){2,}$/u.test(
    bare,
  )
}

/** The shapes of glyphs, in heights of a digit. */
const shape = {
  em: 1.4,
  tall: [0.75, 1.3],
  pitch: 0.68,
  maxWidth: 0.9,
  maxWidthOfOne: 0.75,
  minWidth: 0.4,
  minTouchingWidth: 0.3,
  split: 0.78,
  perCent: [0.8, 1.45],
  digitAndPerCent: [1.45, 2.3],
} as const

/** A mark that could as well be the other one is believed from this probability on. */
const sureMark = 0.95

/** The height of digits, in pixels, from which on a comma is larger than a point. */
const legiblePixels = 16

/** The size of a figure's digits, and the line on which they stand. */
interface Type {
  readonly height: number
  readonly base: number
}

/** Tells whether each figure of a line is well formed and agrees with the ink. @param width the line's, in pixels */
export function areFiguresSure(
  characters: readonly PlacedCharacter[],
  glyphs: readonly Glyph[],
  width: number,
): boolean {
  const placed = characters.map((one) => ({ ...one, at: one.at * width }))
  return figuresAmong(placed).every(([from, to]) => {
    const text = placed.slice(from, to).map((one) => one.text)
    // A mark at the head of a line ends no sentence, so it is a part of the figure.
    const isTorn = from === 0 && mark.test(text[0]!)
    // The black triangle that stands for minus in accounts is read as a letter.
    const isLetter = /^[AΔ∆]$/u.test(placed[from - 1]?.text ?? '') && text.length > 1
    if (isLetter && !/\p{Script=Latin}/u.test(placed[from - 2]?.text ?? '')) return false
    // Ink at the border of the picture may be cut off.
    const isCut =
      (from === 0 && (glyphs[0]?.left ?? 0) === 0) || (to === placed.length && (glyphs.at(-1)?.right ?? width) >= width)
    return !isTorn && !isCut && isWellFormed(text.join('')) && agreesWithInk(glyphs, placed, [from, to])
  })
}

/** Tells whether the glyphs between a figure's neighbours are exactly its characters. */
function agreesWithInk(glyphs: readonly Glyph[], characters: readonly PlacedCharacter[], [from, to]: Range): boolean {
  const own = characters.slice(from, to)
  const type = typeOf(glyphs, own)
  if (type === null) return false
  const em = shape.em * type.height
  const [before, after] = [characters[from - 1], characters[to]]
  const starts = glyphs.flatMap((_, i) => {
    if (before === undefined) return i === 0 ? [0] : []
    const isOfNeighbour = i === 0 || glyphs[i - 1]!.right <= before.at + reachOf(before, em)
    return isOfNeighbour && glyphs[i]!.left >= before.at ? [i] : []
  })
  const ends = new Set(
    [...glyphs, undefined].flatMap((glyph, i) => {
      if (after === undefined || glyph === undefined) return glyph === undefined ? [i] : []
      return glyph.left >= after.at - reachOf(after, em) && (glyphs[i - 1]?.right ?? 0) <= after.at ? [i] : []
    }),
  )
  return starts.some((start) => matches(glyphs, start, ends, own, type))
}

/** The distance from the middle of a figure's neighbour within which the neighbour's ink lies. */
function reachOf({ text }: PlacedCharacter, em: number): number {
  return (/[\u2e80-\uffff]/u.test(text) ? 0.75 : 0.5) * em
}

function typeOf(glyphs: readonly Glyph[], characters: readonly PlacedCharacter[]): Type | null {
  const nearest = characters.flatMap(({ text, at }) => {
    if (!digit.test(text)) return []
    const distance = (glyph: Glyph) => Math.max(glyph.left - at, at - glyph.right)
    // A point may be as near as the digit; the digit is the highest glyph.
    const near = glyphs.filter((glyph) => distance(glyph) < 2)
    return near.length === 0 ? [] : [near.reduce((a, b) => (heightOf(b) > heightOf(a) ? b : a))]
  })
  if (nearest.length === 0) return null
  return { height: median(nearest.map(heightOf)), base: median(nearest.map(({ bottom }) => bottom)) }
}

/** Tells whether glyphs from `start` to one of the `ends` are the characters, in order. */
function matches(
  glyphs: readonly Glyph[],
  start: number,
  ends: ReadonlySet<number>,
  characters: readonly PlacedCharacter[],
  type: Type,
): boolean {
  const failed = new Set<number>()
  const rest = (i: number, at: number): boolean => {
    if (i === characters.length) return ends.has(at)
    const glyph = glyphs[at]
    const key = i * (glyphs.length + 1) + at
    if (glyph === undefined || failed.has(key)) return false
    const { text } = characters[i]!
    let found = false
    if (digit.test(text)) {
      let digits = text
      for (; digits.length <= characters.length - i && !found; digits += characters[i + digits.length]?.text ?? ' ') {
        if (!/^\d+$/u.test(digits)) break
        found = areDigits(glyph, digits, type) && rest(i + digits.length, at + 1)
      }
      const next = glyphs[at + 1]
      if (!found && next) found = isSplitDigit(glyph, next, text, type) && rest(i + 1, at + 2)
      if (!found && perCent.test(characters[i + 1]?.text ?? ''))
        found = isWide(glyph, type, shape.digitAndPerCent) && rest(i + 2, at + 1)
    } else if (perCent.test(text)) {
      for (let count = 1; count <= 3 && at + count <= glyphs.length && !found; count++)
        found =
          isWide({ ...glyph, right: glyphs[at + count - 1]!.right }, type, shape.perCent) && rest(i + 1, at + count)
    } else {
      const other = point.test(text) ? ',' : '.'
      const swapped = characters.map((one, k) => (k === i ? other : one.text)).join('')
      const isShape = mark.test(text)
        ? isMarkGlyph(characters[i]!, glyph, type, isWellFormed(swapped))
        : isSignGlyph(text, glyph, type)
      found = isShape && rest(i + 1, at + 1)
    }
    if (!found) failed.add(key)
    return found
  }
  return rest(0, start)
}

/** Tells whether a glyph is these digits; digits that touch are one glyph. Only a 1 is narrow, and it is never wide. */
function areDigits(glyph: Glyph, digits: string, { height, base }: Type): boolean {
  const tall = heightOf(glyph) / height
  const width = widthOf(glyph) / height
  const least =
    digits.length > 1 ? (digits.length - 1) * shape.pitch + shape.minTouchingWidth : digits === '1' ? 0 : shape.minWidth
  return (
    tall >= shape.tall[0] &&
    tall <= shape.tall[1] &&
    Math.abs(glyph.bottom - base) <= 0.2 * height &&
    width <= (digits === '1' ? shape.maxWidthOfOne : shape.maxWidth * digits.length) &&
    width >= least
  )
}

/** Tells whether two glyphs are a digit whose thin strokes are broken; together they are no wider than one. */
function isSplitDigit(first: Glyph, second: Glyph, digit: string, type: Type): boolean {
  const areTall = areDigits(first, '1', type) && areDigits(second, '1', type)
  return digit !== '1' && areTall && second.right - first.left <= shape.split * type.height
}

/**
 * Tells whether a glyph is the mark that was read. A point is square and a comma hangs below the line, but in small
 * type they look alike.
 * @param isStrict true where the figure would be well formed with either mark
 */
function isMarkGlyph({ text, probability }: PlacedCharacter, glyph: Glyph, { height, base }: Type, isStrict: boolean) {
  const tall = heightOf(glyph) / height
  const descent = (glyph.bottom - base) / height
  const isLow = glyph.top >= base - 0.45 * height && descent <= 0.4 && widthOf(glyph) <= 0.5 * height
  if (!isLow) return false
  if (!isStrict) return !point.test(text) || (tall <= 0.36 && descent <= 0.13)
  const isComma = tall >= 0.33 || (tall >= 0.25 && descent >= 0.05)
  if (point.test(text)) return probability >= sureMark && height >= legiblePixels && tall <= 0.25 && descent <= 0.1
  return isComma || probability >= sureMark
}

function isSignGlyph(text: string, glyph: Glyph, { height, base }: Type): boolean {
  const at = (base - (glyph.top + glyph.bottom) / 2) / height
  if (minus.test(text)) return heightOf(glyph) <= 0.3 * height && at > 0.2 && at < 0.7
  return isWide(glyph, { height, base }, [0.5, 1.6])
}

function isWide(
  { left, right }: Pick<Glyph, 'left' | 'right'>,
  { height }: Type,
  [least, most]: readonly [number, number],
) {
  return right - left >= least * height && right - left <= most * height
}
