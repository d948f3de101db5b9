import { emsOf } from '../width.ts'
import type { PageOfWords, Word } from './layout.ts'
import { type Ruling, turned } from './rulings.ts'

/** A run of text as pdf.js finds it. Its transform is a matrix from text space to the page, y upward. */
export interface TextItem {
  readonly str: string
  readonly width: number
  readonly height: number
  readonly transform: readonly number[]
  readonly fontName: string
}

interface Page {
  readonly viewport: { readonly width: number; readonly height: number; readonly transform: readonly number[] }
  /** The fonts that write from top to bottom. */
  readonly vertical: ReadonlySet<string>
  readonly bold: ReadonlyMap<string, boolean>
  /** The fonts in which letters stand for bullets and boxes. */
  readonly signs: ReadonlySet<string>
  readonly rulings: readonly Ruling[]
}

/** Lines below each other are at least this far apart; a cell that is centred beside two lines is nearer. */
const minPitchEms = 0.9
/** Parts of a line, such as columns and cells, are at least this far apart. */
const minGapEms = 0.6
/** The lines of a column are at least this wide, but for the last lines of paragraphs. */
const columnEms = 6
/** At least this share of the parts of lines is as wide as a column. */
const minWideShare = 0.8
const maxColumns = 3

/** The height of a line above its baseline, in em. */
const ascent = 0.88

/** Tells whether much of a text is unknown characters, as of a font without a table of its glyphs' meanings. */
export function isGarbage(text: string): boolean {
  const shown = text.replaceAll(/\s/gu, '')
  const unknown = shown.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0
  return unknown * 10 > shown.length * 3
}

/**
 * Tells whether a page is prose, in one column or in several, and can hold no table: no part of a line that stands
 * apart is a figure, no line has more parts than columns, and most parts are as wide as a column. A page with turned
 * text is not prose.
 */
export function isProse(items: readonly TextItem[]): boolean {
  if (items.some(({ transform: [a, b, c] }) => !(a! > 0) || b !== 0 || c !== 0)) return false
  const parts = linesOf(items).filter((line) => line.length > 1)
  const wide = parts.flat().filter(({ ems }) => ems >= columnEms).length
  const isCell = ({ text }: LinePart) => /^[\d\s.,:%％+\-−–—]+$/u.test(text)
  return (
    !parts.some((line) => line.length > maxColumns || line.some(isCell)) && wide >= parts.flat().length * minWideShare
  )
}

/** A stretch of a line that stands apart from its neighbours. */
interface LinePart {
  text: string
  right: number
  ems: number
}

/** The parts of every line, from left to right. */
function linesOf(items: readonly TextItem[]): LinePart[][] {
  const lines: LinePart[][] = []
  const fromTop = items
    .filter(({ str }) => str.trim() !== '')
    .sort((one, other) => other.transform[5]! - one.transform[5]!)
  for (let at = 0; at < fromTop.length; ) {
    const [, , , size, , baseline] = fromTop[at]!.transform as [number, number, number, number, number, number]
    let end = at + 1
    while (end < fromTop.length && baseline - fromTop[end]!.transform[5]! < minPitchEms * size) end++
    const line: LinePart[] = []
    for (const { transform, width, str } of fromTop.slice(at, end).sort((a, b) => a.transform[4]! - b.transform[4]!)) {
      const left = transform[4]!
      const last = line.at(-1)
      if (last === undefined || left - last.right > minGapEms * size)
        line.push({ text: str, right: left + width, ems: width / size })
      else {
        last.text += str
        last.ems += Math.max(0, left + width - last.right) / size
        last.right = Math.max(last.right, left + width)
      }
    }
    lines.push(line)
    at = end
  }
  return lines
}

/** Turns the words of a page upright. The direction of most of them is taken for the page's own. */
export function uprightPage(items: readonly TextItem[], page: Page): PageOfWords {
  const byTurn: TextItem[][] = [[], [], [], []]
  for (const item of items) byTurn[turnOf(item, page)]!.push(item)
  const length = (turn: number) => byTurn[turn]!.reduce((sum, item) => sum + item.str.length, 0)
  const [main, ...others] = [0, 1, 2, 3].sort((a, b) => length(b) - length(a)) as [number, number, number, number]
  const { width, height } = page.viewport
  return {
    width: main % 2 === 0 ? width : height,
    height: main % 2 === 0 ? height : width,
    words: upright(byTurn[main]!, main, page),
    turned: others.flatMap((turn) => upright(byTurn[turn]!, turn, page)),
    rulings: page.rulings.map((ruling) => turned(ruling, main, width, height)),
    shown: { width, height, turn: main, skew: 0 },
  }
}

/** The quarters clockwise by which a run of text is turned; text from top to bottom counts as turned by one. */
function turnOf(item: TextItem, page: Page): number {
  const [a, b] = item.transform as [number, number]
  const [va, vb, vc, vd] = page.viewport.transform as [number, number, number, number]
  const angle = Math.atan2(vb * a + vd * b, va * a + vc * b)
  const turn = (Math.round(angle / (Math.PI / 2)) + 4) % 4
  return page.vertical.has(item.fontName) ? (turn + 1) % 4 : turn
}

function upright(items: readonly TextItem[], turn: number, page: Page): Word[] {
  const words: Word[] = []
  const seen = new Set<string>()
  for (const item of items) {
    const word = place(item, turn, page)
    if (word === null) continue
    // Some programs print words twice to make them bold.
    const key = `${word.text} ${Math.round(word.left / word.size)} ${Math.round(word.top / word.size)}`
    if (seen.has(key)) continue
    seen.add(key)
    words.push(word)
  }
  return words
}

/** The word of a run on the page that is turned so that the run reads upright; null for a run outside the page. */
function place(item: TextItem, turn: number, { viewport, vertical, bold, signs }: Page): Word | null {
  const [va, vb, vc, vd, ve, vf] = viewport.transform as [number, number, number, number, number, number]
  const [, , c, d, e, f] = item.transform as [number, number, number, number, number, number]
  const x = va * e + vc * f + ve
  const y = vb * e + vd * f + vf
  const size = Math.hypot(c, d)
  if (!(size > 0) || !Number.isFinite(x + y + item.width + item.height)) return null
  if (x < -size || y < -size || x > viewport.width + size || y > viewport.height + size) return null
  const [left, baseline] = [
    [x, y],
    [y, viewport.width - x],
    [viewport.width - x, viewport.height - y],
    [viewport.height - y, x],
  ][turn] as [number, number]
  const isVertical = vertical.has(item.fontName)
  const length = isVertical ? item.height : item.width
  const top = isVertical ? baseline - size / 2 : baseline - ascent * size
  const isSign = signs.has(item.fontName) && [...item.str.trim()].length === 1
  // The bullet of the font Symbol keeps its own code. Radicals and forms for vertical lines become the characters which
  // people search for; the vertical colon is replaced by itself, as NFKC makes two full stops of it.
  const text = (isSign ? '•' : item.str)
    .replaceAll('\uf0b7', '•')
    .replaceAll('\ufe30', '：')
    .replaceAll(/[\u2e80-\u2fdf\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe44]/gu, (form) => form.normalize('NFKC'))
    .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, '\ufffd')
  const unit = length / Math.max(emsOf(text), 0.1)
  const before = emsOf(text.slice(0, text.length - text.trimStart().length)) * unit
  const after = emsOf(text.slice(text.trimEnd().length)) * unit
  return {
    text: text.trim(),
    left: left + before,
    right: left + length - after,
    top,
    bottom: top + size,
    size,
    bold: bold.get(item.fontName) ?? false,
    ...(turn !== 0 && { turn }),
  }
}
