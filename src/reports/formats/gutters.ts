import { lowerBound } from '../../lowerBound.ts'
import { groupBy, runsOf } from '../groups.ts'
import { type Box, boxAround, median, middle, middleX, type Word } from './boxes.ts'
import { isFigure } from './tableHead.ts'

/**
 * A white band between two columns of text. It shows over many lines, as the lines of the column at its right start
 * below each other, though it may be no wider on a single line than the space between two words. After T. M. Breuel,
 * Two Geometric Algorithms for Layout Analysis (2002): the white rectangles of a page are found first, and no line runs
 * over them.
 */
export interface Gutter {
  /** The left edge of the column at its right. */
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The least width of a gutter, and the distance by which a line that is a little too long may poke into it. */
export const gutterEms = { min: 0.6, poke: 0.25 } as const
/** The starts of a column's lines are no further apart. */
const edgeToleranceEms = 0.35
/** This many lines beside each other show a gutter. */
const minLines = 5
/** The least width of a column of text, and the greatest width of a table's cell, in em. */
const widths = { column: 6, cell: 14 } as const
/** The least shares of a column's lines that start at its edge and that are about as wide, and of ink in a line. */
const shares = { aligned: 0.5, full: 0.4, ink: 0.6 } as const
/** This many edges of columns are tried, those of the most lines first. */
const maxEdges = 40

/**
 * The gutters between the columns of text of a page.
 * @param body the size of running text
 * @param walls boxes that end a gutter: tables
 */
export function guttersOf(words: readonly Word[], body: number, walls: readonly Box[] = []): Gutter[] {
  const obstacles = [...walls, ...tableZones(words, body)]
  const found = edgesOf(lineStarts(words, body), body).flatMap((starts) => bandsAt(starts, words, obstacles, body))
  // The numbers of a list's items stand close to the edge of their column and show a band as well.
  const apart = found.filter(
    (one) =>
      !found.some(
        (other) =>
          other !== one &&
          Math.abs(other.x - one.x) < widths.column * body &&
          shared(one, other) > 0 &&
          (other.lines > one.lines || (other.lines === one.lines && other.x < one.x)),
      ),
  )
  return apart.flatMap((band) => {
    const beside = apart.filter((other) => shared(band, other) * 2 >= band.bottom - band.top)
    const from = Math.max(-Infinity, ...beside.filter(({ x }) => x < band.x).map(({ x }) => x))
    const to = Math.min(Infinity, ...beside.filter(({ x }) => x > band.x).map(({ x }) => x))
    const own = words.filter((word) => middle(word) > band.top && middle(word) < band.bottom)
    const left = own.filter((word) => middleX(word) < band.x && middleX(word) > from)
    const right = own.filter((word) => middleX(word) > band.x && middleX(word) < to)
    if (!areTextColumns(left, right, band.x, body)) return []
    return [{ ...trimmed(band, own, body), right: band.x }]
  })
}

/** True where a gutter runs between two boxes of one line. */
export function isParted(a: Box, b: Box, gutters: readonly Gutter[]): boolean {
  return gutters.some(
    ({ right, top, bottom }) =>
      middleX(a) < right && middleX(b) > right && middle(b) > top && middle(b) < bottom && middle(a) > top,
  )
}

/** A position that no word covers over many lines. */
interface Band {
  readonly x: number
  readonly top: number
  readonly bottom: number
  /** The number of lines that start at its right with other words before them. */
  readonly lines: number
}

const shared = (a: Band, b: Band): number => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)

/** The words with white space before them and other words beyond it on their line. */
function lineStarts(words: readonly Word[], body: number): Word[] {
  const shelfOf = (word: Word) => Math.floor(middle(word) / body)
  const shelves = groupBy(byLeft(words), shelfOf)
  return words.filter((word) => {
    let before = -Infinity
    for (const shelf of [-1, 0, 1].map((step) => shelfOf(word) + step)) {
      const own = shelves.get(shelf) ?? []
      let i = lowerBound(0, own.length, (at) => own[at]!.left < word.left)
      // The nearest word on the left is among the few with the nearest left edges, as words of a line do not overlap.
      for (const last = i - maxNeighbours; i > 0 && i > last; i--) {
        const other = own[i - 1]!
        if (other !== word && isOnLine(other, word)) before = Math.max(before, other.right)
      }
    }
    return before > -Infinity && word.left - before >= gutterEms.min * body
  })
}

const maxNeighbours = 6

const isOnLine = (a: Word, b: Word): boolean =>
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) >= 0.4 * Math.min(a.bottom - a.top, b.bottom - b.top)

const byLeft = (words: readonly Word[]): Word[] => [...words].sort((a, b) => a.left - b.left)

/** Groups words of about one height into lines, top to bottom. @param share the part of its height between them */
function linesWithin(words: readonly Word[], share: number): Word[][] {
  const fromTop = [...words].sort((a, b) => middle(a) - middle(b))
  return runsOf(fromTop, ([first], word) => middle(word) - middle(first!) < share * (first!.bottom - first!.top))
}

/** Groups of line starts that stand below each other. */
function edgesOf(starts: readonly Word[], body: number): Word[][] {
  let rest = byLeft(starts)
  const edges: Word[][] = []
  while (edges.length < maxEdges) {
    let best: readonly [from: number, to: number] = [0, 0]
    let from = 0
    for (let to = 1; to <= rest.length; to++) {
      while (rest[to - 1]!.left - rest[from]!.left > edgeToleranceEms * body) from++
      if (to - from > best[1] - best[0]) best = [from, to]
    }
    if (best[1] - best[0] < minLines) break
    edges.push(rest.slice(...best))
    rest = [...rest.slice(0, best[0]), ...rest.slice(best[1])]
  }
  return edges
}

/** The bands whose right edge is at `starts`, from one obstacle to the next. */
function bandsAt(starts: readonly Word[], words: readonly Word[], walls: readonly Box[], body: number): Band[] {
  const x = Math.min(...starts.map(({ left }) => left))
  const crosses = ({ left, right }: Box) => left < x - 0.05 * body && right > x - gutterEms.poke * body
  const obstacles = [...words.filter(crosses), ...walls.filter(crosses)].sort((a, b) => a.top - b.top)
  const centres = starts.map(middle).sort((a, b) => a - b)
  const bands: Band[] = []
  let top = -Infinity
  let next = 0
  for (const bottom of [...obstacles, { top: Infinity, bottom: Infinity }]) {
    const first = next
    while (next < centres.length && centres[next]! < bottom.top) next++
    if (next - first >= minLines) bands.push({ x, top, bottom: bottom.top, lines: next - first })
    top = Math.max(top, bottom.bottom)
    while (next < centres.length && centres[next]! < top) next++
  }
  return bands
}

interface Line extends Box {
  /** The width of its words. */
  readonly ink: number
  readonly isFigure: boolean
}

/** The lines of one column, top to bottom. */
function linesOf(words: readonly Word[]): Line[] {
  return linesWithin(words, 0.5).map((line) => ({
    ...boxAround(line),
    ink: line.reduce((sum, { left, right }) => sum + right - left, 0),
    isFigure: line.every(({ text }) => isFigure(text)),
  }))
}

/** True where the words beside a band are columns of text rather than cells of a table or labels and their texts. */
function areTextColumns(left: readonly Word[], right: readonly Word[], x: number, body: number): boolean {
  const sides = [left, right].map(linesOf)
  const isText = sides.every((lines) => {
    if (lines.length < minLines - 1) return false
    const lengths = lines.map((line) => line.right - line.left).sort((a, b) => a - b)
    const full = lengths[Math.floor(lengths.length * 0.9)]!
    return (
      full >= widths.column * body &&
      lengths.filter((length) => length >= 0.8 * full).length >= shares.full * lengths.length &&
      median(lines.map((line) => line.ink / (line.right - line.left))) >= shares.ink &&
      lines.filter((line) => line.isFigure).length * 2 <= lines.length
    )
  })
  const [before, after] = sides as [Line[], Line[]]
  const close = before.filter((line) => line.right > x - gutterEms.min * body)
  const aligned = after.filter((line) => line.left - x <= edgeToleranceEms * body)
  return isText && close.length * 8 <= before.length && aligned.length >= shares.aligned * after.length
}

/** The extent of a band without single lines at its ends that stand apart: running heads, page numbers. */
function trimmed({ top, bottom }: Band, words: readonly Word[], body: number): { top: number; bottom: number } {
  const lines = linesOf(words)
  const [first, second] = lines
  const [last, before] = [lines.at(-1), lines.at(-2)]
  return {
    top: first && second && second.top - first.bottom > 1.5 * body ? (first.bottom + second.top) / 2 : top,
    bottom: last && before && last.top - before.bottom > 1.5 * body ? (before.bottom + last.top) / 2 : bottom,
  }
}

/** The boxes around rows of short cells with figures, which are a table whatever stands above and below. */
function tableZones(words: readonly Word[], body: number): Box[] {
  const rows = linesWithin(words, 0.3).map((row) => {
    const cells = cellsOf(row, body)
    const isNarrow = cells.length > 1 && cells.every(({ left, right }) => right - left <= widths.cell * body)
    const hasFigure = cells.some(({ text }) => isFigure(text))
    return { line: linesOf(row)[0]!, isNarrow, isBody: isNarrow && hasFigure }
  })
  const distance = (i: number) => (rows[i] && rows[i - 1] ? rows[i]!.line.top - rows[i - 1]!.line.bottom : Infinity)
  const zones: Box[] = []
  for (let i = 0; i < rows.length; i++) {
    if (!rows[i]!.isBody) continue
    let [first, last] = [i, i]
    while (rows[last + 1]?.isBody && distance(last + 1) <= rowGaps.body * body) last++
    i = last
    if (last - first < 2) continue
    // The rows of a table's head hold no figures.
    while (rows[first - 1]?.isNarrow && distance(first) <= rowGaps.head * body) first--
    zones.push(boxAround(rows.slice(first, last + 1).map(({ line }) => line)))
  }
  return zones
}

/** The rows of a table, and its head above them, stand no further apart, in em. */
const rowGaps = { body: 3, head: 1.2 } as const

/** Joins the words of a row that stand close together. */
function cellsOf(row: readonly Word[], body: number): Word[] {
  const cells: Word[] = []
  for (const word of byLeft(row)) {
    const last = cells.at(-1)
    if (last && word.left - last.right <= 0.8 * body)
      cells[cells.length - 1] = { ...last, right: Math.max(last.right, word.right), text: `${last.text}${word.text}` }
    else cells.push(word)
  }
  return cells
}
