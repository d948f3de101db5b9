import { emsOf } from '../width.ts'
import { attributesOf, childrenOf, numberOf, numbersOf } from './ofdXml.ts'
import { type Matrix, multiply } from './pdfDrawing.ts'
import { textOf, type XmlElement } from './wordXml.ts'

/** A run of text with its place. Its matrix leads from the run's first baseline point, in em, to the page, y downward. */
export interface OfdRun {
  readonly text: string
  readonly matrix: Matrix
  /** The glyphs in order, as the page draws them. */
  readonly glyphs: readonly OfdGlyph[]
  /** The factor by which glyphs are wider than usual. */
  readonly stretch: number
  /** The length along the text, on the page. */
  readonly length: number
  readonly isVertical: boolean
}

/** A glyph with the characters that it stands for. */
interface OfdGlyph {
  readonly text: string
  /** The start of its baseline in em from that of its run: along the text, and upward. */
  readonly at: readonly [along: number, up: number]
}

/** The direction of each quarter clockwise, y downward. */
const quarters = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/** A gap that is wider parts a run, in em: between Latin letters, whose widths are not known, and beside Chinese characters. */
const maxGapEms = { latin: 0.3, wide: 0.55 } as const
/** Fewer characters below each other are a cell or a mark, not text from top to bottom. */
const minVertical = 4
/** The height of a line above its baseline, in em. */
const ascent = 0.88

/** A glyph and the character, or the characters, for which it stands. */
interface PlacedCharacter {
  text: string
  readonly x: number
  readonly y: number
}

/** The settings of a text object that its runs share. */
interface Setting {
  readonly size: number
  /** The direction of a character's baseline, and the one from its top to its foot. */
  readonly along: readonly [number, number]
  readonly down: readonly [number, number]
  /** The factor by which characters are wider than usual. */
  readonly stretch: number
  readonly matrix: Matrix
}

/** The runs of a text object. @param matrix the object's own, onto the page in points, y downward */
export function runsOf(object: XmlElement, matrix: Matrix): OfdRun[] {
  const attributes = attributesOf(object)
  const size = numberOf(attributes.get('Size'))
  if (size === null || size <= 0) return []
  const turn = quarterOf(attributes.get('CharDirection'))
  const stretch = numberOf(attributes.get('HScale')) ?? 1
  const along = quarters[turn]!
  const down = quarters[(turn + 1) % 4]!
  const setting = { size, along, down, stretch: stretch > 0 ? stretch : 1, matrix }
  const characters = placedCharacters(object, setting, quarters[quarterOf(attributes.get('ReadDirection'))]!)
  const boundary = numbersOf(attributes.get('Boundary'), 4)
  return partedRuns(characters, setting).flatMap((run) => {
    const isLast = run.at(-1) === characters.at(-1)
    return writtenRun(run, setting, isLast && boundary && !attributes.has('CTM') ? boundary[2]! : null)
  })
}

/** The quarters clockwise of an angle in degrees, 0 to 3. */
function quarterOf(degrees: string | undefined): number {
  return ((Math.round((numberOf(degrees) ?? 0) / 90) % 4) + 4) % 4
}

/** The characters of all text codes of an object. @param reading the direction of text that has no deltas */
function placedCharacters(
  object: XmlElement,
  { size, along, stretch }: Setting,
  reading: readonly [number, number],
): PlacedCharacter[] {
  const placed: PlacedCharacter[] = []
  const joined = joinedCodes(object)
  let [x, y] = [0, 0]
  let code = 0
  for (const element of childrenOf(object, 'TextCode')) {
    const attributes = attributesOf(element)
    x = numberOf(attributes.get('X')) ?? x
    y = numberOf(attributes.get('Y')) ?? y
    // Programs that indent XML put line ends around the words.
    const characters = [...textOf(element).replaceAll(/\s*[\r\n]\s*/gu, '')]
    const [xs, ys] = ['DeltaX', 'DeltaY'].map((name) => deltasOf(attributes.get(name), 2 * characters.length))
    const units = characters.reduce((sum, one) => sum + one.length, 0)
    // A character beyond the basic plane has one delta, or two where the program counts in UTF-16.
    const isUtf16 = Math.max(xs!.length, ys!.length) >= units - 1
    let [px, py] = [x, y]
    let step = 0
    for (const [i, text] of characters.entries()) {
      if (i > 0 && joined.has(code)) placed.at(-1)!.text += text
      else placed.push({ text, x: px, y: py })
      const steps = isUtf16 ? text.length : 1
      code += text.length
      if (i + 1 < characters.length && joined.has(code)) continue
      for (let n = 0; n < steps; n++, step++) {
        if (xs!.length + ys!.length === 0) {
          const isAlong = reading[0] * along[0] + reading[1] * along[1] !== 0
          const advance = (isAlong ? naturalEms(text) * stretch : 1) * size
          px += reading[0] * advance
          py += reading[1] * advance
        } else {
          px += xs![Math.min(step, xs!.length - 1)] ?? 0
          py += ys![Math.min(step, ys!.length - 1)] ?? 0
        }
      }
    }
  }
  return placed
}

/**
 * The positions of codes that share a glyph with the code before (`CGTransform`), counted over all of an object's text. The deltas
 * are those of glyphs.
 */
function joinedCodes(object: XmlElement): ReadonlySet<number> {
  const joined = new Set<number>()
  for (const transform of childrenOf(object, 'CGTransform')) {
    const attributes = attributesOf(transform)
    const at = numberOf(attributes.get('CodePosition')) ?? 0
    const codes = Math.min(numberOf(attributes.get('CodeCount')) ?? 1, maxJoined)
    const glyphs = Math.max(numberOf(attributes.get('GlyphCount')) ?? codes, 1)
    for (let i = glyphs; i < codes; i++) joined.add(at + i)
  }
  return joined
}

/** No glyph stands for more codes. */
const maxJoined = 64

/** Unfolds `g 3 5 7` to `5 5 5 7`. @param most the number of deltas that are wanted at most */
function deltasOf(text: string | undefined, most: number): number[] {
  const tokens = (text ?? '').trim().split(/[\s,]+/u)
  const deltas: number[] = []
  for (let i = 0; i < tokens.length && deltas.length < most; i++) {
    if (tokens[i] === '') continue
    const isRepeated = tokens[i]!.toLowerCase() === 'g'
    const count = isRepeated ? (numberOf(tokens[i + 1]) ?? 0) : 1
    const value = numberOf(tokens[isRepeated ? i + 2 : i]) ?? 0
    for (let n = 0; n < count && deltas.length < most; n++) deltas.push(value)
    if (isRepeated) i += 2
  }
  return deltas
}

/** The usual width of a character, in em: Latin letters by the average of common fonts. */
function naturalEms(text: string): number {
  if (text.length > 1) return [...text].reduce((sum, one) => sum + (one === text ? 1 : naturalEms(one)), 0)
  if (/^[ijltfrI.,:;'!|()[\]\s]$/u.test(text)) return 0.3
  if (/^[mwMW@%]$/u.test(text)) return 0.85
  if (isWide(text)) return 1
  return /^\p{Lu}$/u.test(text) ? 0.67 : emsOf(text)
}

/** Tells whether a character is as wide as high in Chinese fonts, as dashes, curly quotes and signs are, too. */
function isWide(text: string): boolean {
  return text >= '\u2010'
}

/** Parts characters where the next one does not follow the one before, along the line or below it. */
function partedRuns(characters: readonly PlacedCharacter[], setting: Setting): PlacedCharacter[][] {
  const { size, along, down, stretch } = setting
  const runs: { characters: PlacedCharacter[]; isBelow: boolean | null }[] = []
  for (const character of characters) {
    const run = runs.at(-1)
    const before = run?.characters.at(-1)
    if (!run || !before) {
      runs.push({ characters: [character], isBelow: null })
      continue
    }
    const [dx, dy] = [(character.x - before.x) / size, (character.y - before.y) / size]
    const step = dx * along[0] + dy * along[1]
    const fall = dx * down[0] + dy * down[1]
    const most = before.text > '~' || character.text > '~' ? maxGapEms.wide : maxGapEms.latin
    const follows = Math.abs(fall) <= 0.2 && step >= -0.1 && step <= naturalEms(before.text) * stretch + most
    const isBelow = Math.abs(step) <= 0.3 && fall >= 0.5 && fall <= 1 + maxGapEms.wide
    if ((follows || isBelow) && (run.isBelow ?? isBelow) === isBelow) {
      run.characters.push(character)
      run.isBelow = isBelow
    } else runs.push({ characters: [character], isBelow: null })
  }
  return runs.flatMap((run) =>
    run.isBelow && run.characters.length < minVertical ? run.characters.map((one) => [one]) : [run.characters],
  )
}

/** @param right the object's width, which ends its last character; null where it does not tell */
function writtenRun(run: readonly PlacedCharacter[], setting: Setting, right: number | null): OfdRun[] {
  const text = run.map((one) => one.text).join('')
  if (text.trim() === '') return []
  const { size, along, down, stretch, matrix } = setting
  const [first, last] = [run[0]!, run.at(-1)!]
  const span = (direction: readonly [number, number]) =>
    (last.x - first.x) * direction[0] + (last.y - first.y) * direction[1]
  const isVertical = run.length > 1 && span(down) > span(along)
  // Text from top to bottom is placed by the middle of its first character's upper edge.
  const [across, up] = isVertical ? [(size * stretch) / 2, ascent * size] : [0, 0]
  const origin = [first.x + along[0] * across - down[0] * up, first.y + along[1] * across - down[1] * up] as const
  const placed = multiply(matrix, [
    along[0] * size,
    along[1] * size,
    -down[0] * size,
    -down[1] * size,
    origin[0],
    origin[1],
  ])
  const scale = (isVertical ? Math.hypot(placed[2]!, placed[3]!) : Math.hypot(placed[0]!, placed[1]!)) / size
  const length = isVertical ? span(down) + size : span(along) + lastWidth(last, setting, right)
  const glyphs = run.map(({ text, x, y }): OfdGlyph => {
    const [dx, dy] = [(x - origin[0]) / size, (y - origin[1]) / size]
    return { text, at: [dx * along[0] + dy * along[1], -(dx * down[0] + dy * down[1])] }
  })
  return [{ text, glyphs, stretch, matrix: placed, length: length * scale, isVertical }]
}

/** The width of a run's last character, in the object's unit. */
function lastWidth({ text, x }: PlacedCharacter, { size, along, stretch }: Setting, right: number | null): number {
  const natural = naturalEms(text) * stretch * size
  if (right === null || isWide(text) || along[0] !== 1) return natural
  const left = right - x
  return left >= 0.6 * natural && left <= 1.6 * natural ? left : natural
}
