import { groupBy, runsOf } from '../groups.ts'
import { emsOf } from '../width.ts'
import { cellOf, middle, middleX, type PageCell, type PageTable, type Word } from './boxes.ts'
import { fragmentsOf, rowsOf } from './regions.ts'
import { joinedRulings, type Ruling } from './rulings.ts'
import { isFigure } from './tableHead.ts'
import type { Merge } from './tableWriter.ts'

/** Lines that part columns (vertical) or rows (horizontal) and meet each other. */
interface Frame {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly rulings: readonly Ruling[]
}

/** Rulings that frame more cells are a drawing. */
const maxCells = 20_000
/** A frame with longer cells lays out a page. */
const maxCellCharacters = 800
/** A line along this share of a cell's side parts the cell from its neighbour. */
const minSideShare = 0.6

/** The tables that a page's rulings frame, and the words outside of them. @param body the size of running text */
export function ruledTables(
  words: readonly Word[],
  rulings: readonly Ruling[],
  body: number,
): { tables: PageTable[]; rest: readonly Word[] } {
  const tables: PageTable[] = []
  let rest = words
  for (const frame of framesOf(rulings, body)) {
    const { xs, ys } = frame
    const isInside = (word: Word) =>
      middleX(word) > xs[0]! && middleX(word) < xs.at(-1)! && middle(word) > ys[0]! && middle(word) < ys.at(-1)!
    const inside = rest.filter(isInside)
    const table = inside.length > 1 ? tableIn(inside, frame, body) : null
    if (table === null) continue
    tables.push(table)
    rest = rest.filter((word) => !isInside(word))
  }
  return { tables, rest }
}

/** The frames whose lines make several columns, the widest first. */
function framesOf(rulings: readonly Ruling[], body: number): Frame[] {
  const tolerance = 0.25 * body
  const across = joinedRulings(rulings, true, tolerance)
  const down = joinedRulings(rulings, false, tolerance)
  const all = [...across, ...down]
  const group = all.map((_, i) => i)
  const root = (i: number): number => {
    while (group[i] !== i) i = group[i] = group[group[i]!]!
    return i
  }
  for (const [i, h] of across.entries()) {
    for (const [k, v] of down.entries()) {
      const meet =
        v.at >= h.from - 2 * tolerance &&
        v.at <= h.to + 2 * tolerance &&
        h.at >= v.from - 2 * tolerance &&
        h.at <= v.to + 2 * tolerance
      if (meet) group[root(i)] = root(across.length + k)
    }
  }
  return [...groupBy(all.keys(), root).values()]
    .map((group): Frame => {
      const own = group.map((i) => all[i]!)
      const h = own.filter((one) => one.isHorizontal)
      const v = own.filter((one) => !one.isHorizontal)
      // Many tables are open at their sides, where the crossing lines end.
      const edges = (at: readonly Ruling[], along: readonly Ruling[]) =>
        merged([...at.map((one) => one.at), ...along.flatMap(({ from, to }) => [from, to])], 0.8 * body)
      return { xs: edges(v, h), ys: edges(h, v), rulings: own }
    })
    .filter(
      ({ xs, ys, rulings }) =>
        xs.length > 2 &&
        ys.length > 1 &&
        rulings.some((one) => one.isHorizontal) &&
        rulings.some((one) => !one.isHorizontal) &&
        (xs.length - 1) * (ys.length - 1) <= maxCells,
    )
    .sort((a, b) => b.xs.at(-1)! - b.xs[0]! - (a.xs.at(-1)! - a.xs[0]!))
}

/** The values in order; values within `tolerance` are merged into their mean. */
function merged(values: readonly number[], tolerance: number): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  return runsOf(sorted, ([first], value) => value - first! <= tolerance).map(
    (group) => group.reduce((sum, value) => sum + value, 0) / group.length,
  )
}

function tableIn(words: readonly Word[], { xs, ys, rulings }: Frame, body: number): PageTable | null {
  const tolerance = 0.8 * body
  const along = (isHorizontal: boolean, at: number) =>
    rulings.filter((one) => one.isHorizontal === isHorizontal && Math.abs(one.at - at) <= tolerance)
  const down = xs.map((x) => along(false, x))
  const across = ys.map((y) => along(true, y))
  const isParted = (along: readonly Ruling[], from: number, to: number) => {
    const covered = along.reduce((sum, one) => sum + Math.max(0, Math.min(to, one.to) - Math.max(from, one.from)), 0)
    return covered >= minSideShare * (to - from)
  }
  const columns = xs.length - 1
  const rows = ys.length - 1
  const area = Array.from({ length: rows * columns }, (_, i) => i)
  const root = (i: number): number => {
    while (area[i] !== i) i = area[i] = area[area[i]!]!
    return i
  }
  const join = (i: number, k: number) => {
    const [a, b] = [root(i), root(k)]
    area[Math.max(a, b)] = Math.min(a, b)
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c
      if (c + 1 < columns && !isParted(down[c + 1]!, ys[r]!, ys[r + 1]!)) join(i, i + 1)
      if (r + 1 < rows && !isParted(across[r + 1]!, xs[c]!, xs[c + 1]!)) join(i, i + columns)
    }
  }
  const bands = Array.from({ length: rows }, () => new Map<number, Word[]>())
  const parted = words.flatMap((one) => splitAt(one, xs))
  for (const word of parted) {
    const c = intervalOf(xs, middleX(word))
    const r = intervalOf(ys, middle(word))
    const i = root(r * columns + c)
    const band = bands[Math.floor(i / columns)]!
    const column = i % columns
    band.set(column, [...(band.get(column) ?? []), word])
  }
  const extents = extentsOf(area.map(root), columns)
  const cells: PageCell[][] = []
  const merges: Merge[] = []
  const startOf: number[] = []
  for (const [r, band] of bands.entries()) {
    startOf.push(cells.length)
    cells.push(...linesOfBand(band, columns))
    for (let c = 0; c < columns; c++) {
      const extent = extents.get(r * columns + c)
      if (extent && (extent.rows > 1 || extent.columns > 1))
        merges.push({ rows: [r, r + extent.rows], columns: [c, c + extent.columns] })
    }
  }
  startOf.push(cells.length)
  if (cells.some((row) => row.some(({ text }) => text.length > maxCellCharacters))) return null
  if (cells.filter((row) => row.filter(({ text }) => text !== '').length > 1).length < 1) return null
  return {
    left: xs[0]!,
    right: xs.at(-1)!,
    top: ys[0]!,
    bottom: ys.at(-1)!,
    cells,
    merges: merges.map(({ rows, columns }) => ({ rows: [startOf[rows[0]]!, startOf[rows[1]]!], columns })),
    edges: xs,
    words: parted,
  }
}

/** The rows and columns that areas of cells cover, by each area's first cell; only areas that are rectangles. */
function extentsOf(roots: readonly number[], columns: number): Map<number, { rows: number; columns: number }> {
  const extents = new Map<number, { rows: number; columns: number }>()
  for (const [first, own] of groupBy(roots.keys(), (i) => roots[i]!)) {
    const rs = own.map((i) => Math.floor(i / columns))
    const cs = own.map((i) => i % columns)
    const [rows, width] = [spanOf(rs), spanOf(cs)]
    if (rows * width === own.length) extents.set(first, { rows, columns: width })
  }
  return extents
}

function spanOf(indexes: readonly number[]): number {
  let [least, most] = [Infinity, -Infinity]
  for (const index of indexes) [least, most] = [Math.min(least, index), Math.max(most, index)]
  return most - least + 1
}

/** The rows of a band between two lines: several where figures stand below each other without lines between. */
function linesOfBand(band: ReadonlyMap<number, readonly Word[]>, columns: number): PageCell[][] {
  const lines = new Map([...band].map(([column, words]) => [column, rowsOf(fragmentsOf(words))] as const))
  const figures = [...lines.values()]
    .map((own) => own.filter(({ text }) => isFigure(text)))
    .reduce((most, own) => (own.length > most.length ? own : most), [])
  const centres = figures.length > 1 ? figures.map(middle) : [0]
  const borders = centres.slice(1).map((centre, i) => (centre + centres[i]!) / 2)
  return centres.map((_, k) => {
    const row = Array.from({ length: columns }, () => cellOf([]))
    for (const [column, own] of lines) {
      const here = own.filter((line) => borders.filter((border) => border <= middle(line)).length === k)
      row[column] = cellOf(here)
    }
    return row
  })
}

/** Divides a run of words over several columns at its blanks, so that each word can go into its own column. */
function splitAt(word: Word, xs: readonly number[]): Word[] {
  const from = intervalOf(xs, word.left + 0.3 * word.size)
  const to = intervalOf(xs, word.right - 0.3 * word.size)
  if (from === to || !/\s/u.test(word.text)) return [word]
  const unit = (word.right - word.left) / Math.max(emsOf(word.text), 0.1)
  return [...word.text.matchAll(/\S+/gu)].map(({ 0: text, index }) => {
    const left = word.left + emsOf(word.text.slice(0, index)) * unit
    return { ...word, text, left, right: left + emsOf(text) * unit }
  })
}

/** The number of the interval between sorted edges in which a value lies; the first or last one for a value outside. */
export function intervalOf(edges: readonly number[], value: number): number {
  let i = 0
  while (i < edges.length - 2 && value >= edges[i + 1]!) i++
  return i
}
