import { maxCellEms, maxRowGapEms } from './alignment.ts'
import { type Box, middle, middleX, type PageTable, type Region, type Row } from './boxes.ts'
import { joinedRulings, type Ruling } from './rulings.ts'
import { isFigure } from './tableHead.ts'

/** Rows of a table whose columns could not be told stay lines; passages of them are marked, as no heading is known. */

/** This many rows that look like a table's make a table, fewer where they stand between rulings. */
const minRows = { bare: 3, ruled: 2 } as const
/** A single row with this many figures is a table's, and this many lines of a figure alone are a column of one. */
const minFigures = { inRow: 3, inColumn: 2 } as const
/** The rows of a table without figures have this many cells at least. */
const minCells = 3
/** This many rulings of one width above each other frame a table. */
const minRulings = 3
/** Cells of this many characters at most may be names, which lists set in columns. */
const maxNameCharacters = 4

/**
 * Tells for each row of a region, in which a certain table is one row, whether it belongs to a table whose columns are
 * unknown.
 * @param body the size of running text
 */
export function uncertainRows(rows: Region, rulings: readonly Ruling[], body: number): boolean[] {
  const found = rows.map((row) => row.table !== undefined && isTorn(row.table))
  const frames = framesOf(rulings, body)
  for (let from = 0; from < rows.length; ) {
    const end = runFrom(rows, from, body)
    const run = rows.slice(from, end)
    const isFramed = (row: Row) =>
      frames.some(
        ({ top, bottom, left, right }) =>
          middle(row) > top &&
          middle(row) < bottom &&
          row.cells.every((cell) => middleX(cell) > left && middleX(cell) < right),
      )
    const isTable = looksTabular(run) || run.filter((row) => isFramed(row) && hasFigure(row)).length >= minRows.ruled
    if (isTable) found.fill(true, from, end)
    from = Math.max(end, from + 1)
  }
  return found
}

/** The end of the rows of cells that begin at `from`, with short lines between them; `from` where none begin there. */
function runFrom(rows: Region, from: number, body: number): number {
  let end = from
  for (let i = from; i < rows.length; i++) {
    const row = rows[i]!
    const before = rows[i - 1]
    if (row.table || row.isMark) break
    if (i > from && row.top - before!.bottom > maxRowGapEms * body) break
    if (isCelled(row, body) || isFigure(row.text)) end = i + 1
    else if (end === from || i - end >= 2 || row.right - row.left > maxCellEms * 1.5 * body) break
  }
  return end
}

function isCelled({ cells, text }: Row, body: number): boolean {
  const isLeader = /[.…·]{4,}/u.test(text)
  return cells.length > 1 && !isLeader && cells.every((cell) => cell.right - cell.left <= maxCellEms * body)
}

function hasFigure({ cells }: Row): boolean {
  return cells.length > 1 && cells.some(({ text }) => isFigure(text))
}

function looksTabular(run: Region): boolean {
  const celled = run.filter(({ cells }) => cells.length > 1)
  const figured = celled.filter(hasFigure)
  if (figured.some(({ cells }) => cells.filter(({ text }) => isFigure(text)).length >= minFigures.inRow)) return true
  const alone = run.filter(({ text }) => isFigure(text)).length
  if (alone >= minFigures.inColumn && alone * 2 >= run.length) return true
  if (figured.length >= minRows.bare && figured.length * 2 >= celled.length) return true
  const wide = celled.filter(({ cells }) => cells.length >= minCells)
  const isNames = wide.every(({ cells }) => cells.every(({ text }) => [...text].length <= maxNameCharacters))
  return wide.length >= minRows.bare && wide.length * 2 >= celled.length && !isNames && areAligned(wide)
}

/** True where the left edges or the middles of most cells stand under those of the row with the most cells. */
function areAligned(rows: Region): boolean {
  const first = rows.reduce((a, b) => (b.cells.length > a.cells.length ? b : a))
  const others = rows.filter((row) => row !== first)
  return [(cell: Row['cells'][number]) => cell.left, middleX].some((place) => {
    const places = first.cells.map(place)
    const under = others
      .flatMap(({ cells }) => cells)
      .map((cell) => places.some((x) => Math.abs(x - place(cell)) <= 0.5 * cell.size))
    return under.filter(Boolean).length >= 0.7 * under.length
  })
}

/** The areas between horizontal rulings of the same extent, as in tables without vertical lines. */
function framesOf(rulings: readonly Ruling[], body: number): Box[] {
  const groups: Ruling[][] = []
  for (const one of joinedRulings(rulings, true, 0.25 * body)) {
    const alike = groups.find(
      ([first]) => Math.abs(first!.from - one.from) <= body && Math.abs(first!.to - one.to) <= body,
    )
    if (alike) alike.push(one)
    else groups.push([one])
  }
  return groups
    .filter((group) => group.length >= minRulings)
    .map((group) => ({
      left: group[0]!.from,
      right: group[0]!.to,
      top: Math.min(...group.map(({ at }) => at)),
      bottom: Math.max(...group.map(({ at }) => at)),
    }))
}

/** True where a cell of a table holds several figures side by side, so that the columns between them were not found. */
function isTorn({ cells }: PageTable): boolean {
  return cells.some((row) => row.some(({ text }) => text.split('\n').some(holdsFigures)))
}

/** True where a line is several figures, perhaps with a label. Thousands that are parted by blanks are one figure. */
function holdsFigures(line: string): boolean {
  const words = line.trim().split(/\s+/u)
  const figures = words.filter(isFigure)
  const isOne = /^\d{1,3}(?: \d{3})+(?:\.\d+)?$/u.test(figures.join(' '))
  return figures.length > 1 && figures.length * 2 >= words.length && !isOne
}
