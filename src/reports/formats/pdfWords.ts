import { emsOf } from '../width.ts'
import type { PageOfWords, Word } from './layout.ts'
import { type Ruling, turned } from './rulings.ts'

/** A run of text as pdf.js finds it: its place is a matrix from text space to the page, y upward. */
export interface TextItem {
  readonly str: string
  readonly width: number
  readonly height: number
  readonly transform: readonly number[]
  readonly fontName: string
}

interface Page {
  readonly viewport: { readonly width: number; readonly height: number; readonly transform: readonly number[] }
  /** Fonts that write from top to bottom. */
  readonly vertical: ReadonlySet<string>
  readonly bold: ReadonlyMap<string, boolean>
  /** Fonts of signs, in which letters stand for bullets and boxes. */
  readonly signs: ReadonlySet<string>
  readonly rulings: readonly Ruling[]
}

/** In em: lines below each other are so far apart; a cell beside two lines is centred between them. */
const leastPitch = 0.9
/** In em: parts of a line, such as columns and cells, are so far apart. */
const leastGap = 0.6
/** In em: the text of a column is so wide, but for the last lines of paragraphs. */
const columnWidth = 6
const wideShare = 0.8
const mostColumns = 3

/** How much of a line stands above its baseline, in em. */
const ascent = 0.88

/** Whether text is mostly what stands for characters nobody knows: a font without a table of what its glyphs mean. */
export function isGarbage(text: string): boolean {
  const shown = text.replaceAll(/\s/gu, '')
  const unknown = shown.match(/[\p{Cc}\p{Co}\p{Cn}\ufffd]/gu)?.length ?? 0
  return unknown * 10 > shown.length * 3
}

/**
 * True for a page of prose, in one column or in several, that can hold no table: of what stands apart on one line nothing
 * is a figure, no three stand beside each other but as columns, and most is as wide as a column. Turned text is not looked
 * into: with any of it the answer is no.
 */
export function isProse(items: readonly TextItem[]): boolean {
  if (items.some(({ transform: [a, b, c] }) => !(a! > 0) || b !== 0 || c !== 0)) return false
  const parts = linesOf(items).filter((line) => line.length > 1)
  const wide = parts.flat().filter(({ ems }) => ems >= columnWidth).length
  const isCell = ({ text }: LinePart) => /^[\d\s.,:%％+\-−–—]+$/u.test(text)
  return (
    !parts.some((line) => line.length > mostColumns || line.some(isCell)) && wide >= parts.flat().length * wideShare
  )
}

/** A stretch of a line that stands apart from what is beside it. */
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
    while (end < fromTop.length && baseline - fromTop[end]!.transform[5]! < leastPitch * size) end++
    const line: LinePart[] = []
    for (const { transform, width, str } of fromTop.slice(at, end).sort((a, b) => a.transform[4]! - b.transform[4]!)) {
      const left = transform[4]!
      const last = line.at(-1)
      if (last === undefined || left - last.right > leastGap * size)
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

/** The words of a page upright: the direction of most of them is the page's own. */
export function wordsOf(items: readonly TextItem[], page: Page): PageOfWords {
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

/** By how many quarters clockwise a run of text is turned; text from top to bottom counts as turned by one. */
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
    // Some programs print twice for bold.
    const key = `${word.text} ${Math.round(word.left / word.size)} ${Math.round(word.top / word.size)}`
    if (seen.has(key)) continue
    seen.add(key)
    words.push(word)
  }
  return words
}

/** Where a run stands when the page is turned so that it reads upright; null when it stands outside the page. */
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
  // Symbol's bullet keeps its code of that font. Radicals and forms for vertical lines stand for the characters that people
  // search; a colon is folded to two full stops.
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
