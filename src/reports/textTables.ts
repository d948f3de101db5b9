import type { Range } from '../text/range.ts'
import { type Grid, tableLines } from './formats/rows.ts'
import { isFigure, unitIn } from './formats/tableHead.ts'
import type { Line } from './lines.ts'

/**
 * Tables of plain text: columns parted by blanks, or one cell a line. They are told by figures that stand in the same
 * place of every row; where the rows do not agree, the lines stay what they are.
 */

const maxCellCharacters = 24
const minRows = 3
const maxColumns = 8
/** The name of a table is longer than the heading of a column. */
const minNameCharacters = 8
const maxUnitCharacters = 6

/** The lines with those of tables made into rows. @param text their canonical text */
export function withTextTables(text: string, lines: readonly Line[]): Line[] {
  const found: Line[] = []
  // Rows that make no table from the first of them on make none from a later one.
  let triedTo = 0
  for (let at = 0; at < lines.length; ) {
    const rows = at < triedTo ? [] : rowsFrom(text, lines, at)
    triedTo = Math.max(triedTo, at + rows.length)
    const table = blankTable(text, rows, at) ?? cellTable(text, lines, at)
    if (table === null) {
      found.push(lines[at++]!)
      continue
    }
    found.push(...lines.slice(at, at + table.captions))
    const units = found.slice(-2).flatMap((line, i, near) => {
      const unit = isFree(line) && line.content.text.length <= 60 ? unitIn(text, line.range) : null
      // The unit is said in every row, and heads nothing.
      if (unit !== null) found[found.length - near.length + i] = { ...line, role: 'alone' }
      return unit === null ? [] : [unit]
    })
    found.push(...tableLines(text, table.grid, { headRows: table.headRows, context: units.slice(-1) }))
    at = table.end
  }
  return found
}

interface Table {
  readonly grid: Grid
  readonly headRows: number
  /** The number of lines above the head that name the table or its unit. */
  readonly captions: number
  /** Index of the line below. */
  readonly end: number
}

/** True for a line that is running text as far as is known. */
export function isFree(line: Line | undefined): line is Line {
  return (
    line !== undefined && line.level === 0 && !line.isRow && line.role === undefined && line.furniture === undefined
  )
}

/** The cells of the lines from `at` on that have as many of them, parted by a tab or by two blanks and more. */
function rowsFrom(text: string, lines: readonly Line[], at: number): Range[][] {
  const rows: Range[][] = []
  for (let i = at; i < lines.length; i++) {
    const cells = cellsIn(text, lines[i])
    if (cells === null || cells.length !== (rows[0] ?? cells).length) break
    rows.push(cells)
  }
  return rows
}

/** The table that rows of parted cells make, if figures stand in the same places of all. */
function blankTable(text: string, rows: readonly Range[][], at: number): Table | null {
  const [first] = rows
  if (first === undefined) return null
  const headRows = isHead(text, first) ? 1 : 0
  const body = rows.slice(headRows)
  const isTable = body.length >= minRows && figureColumns(text, body).length > 0
  return isTable ? { grid: rows, captions: 0, headRows, end: at + rows.length } : null
}

/** The cells of a line of several, or null where it is words. */
export function cellsIn(text: string, line: Line | undefined): Range[] | null {
  if (!isFree(line)) return null
  const [start, end] = line.range
  const cells = [...text.slice(start, end).matchAll(/\S+(?: \S+)*/gu)].map(
    ({ index, 0: cell }): Range => [start + index, start + index + cell.length],
  )
  const isShort = cells.every(
    ([from, to]) => to - from <= maxCellCharacters && !/[。！？；]/u.test(text.slice(from, to)),
  )
  return cells.length > 1 && cells.length <= maxColumns && isShort ? cells : null
}

/**
 * Cells on lines of their own, told by the rows alone: each begins with words and has figures in the same places. What
 * stands above must be one row of heads and the table's name and unit at most, or no cell could be told its head.
 */
function cellTable(text: string, lines: readonly Line[], at: number): Table | null {
  if (!isCell(lines[at]) || isCell(lines[at - 1])) return null
  let run = at
  while (run < lines.length && isCell(lines[run])) run++
  const cells = lines.slice(at, run).map(({ range }) => range)
  const first = cells.findIndex((cell) => isNumber(text, cell))
  let best: Table | null = null
  for (let columns = 2; columns <= maxColumns; columns++) {
    for (let figure = 1; figure < columns; figure++) {
      const start = first - figure
      const head = cells.slice(Math.max(0, start - columns), Math.max(0, start))
      if (head.length < columns || !isHead(text, head) || !isCaption(text, cells.slice(0, start - columns))) continue
      const rows = rowsAlike(text, cells.slice(start), columns)
      const rest = cells[start + rows.length * columns]
      if (rows.length < minRows || (rest !== undefined && isNumber(text, rest))) continue
      const end = at + start + rows.length * columns
      if (best === null || end > best.end) best = { grid: [head, ...rows], captions: start - columns, headRows: 1, end }
    }
  }
  return best
}

/** Rows of so many cells that have figures in the same columns as the first of them, and words in the others. */
function rowsAlike(text: string, cells: readonly Range[], columns: number): Range[][] {
  const kinds = cells.slice(0, columns).map((cell) => isNumber(text, cell))
  const rows: Range[][] = []
  for (let i = 0; i + columns <= cells.length; i += columns) {
    const row = cells.slice(i, i + columns)
    if (!row.every((cell, column) => isNumber(text, cell) === kinds[column])) break
    // Besides their names rows have words for units; whether longer words stand under their head cannot be told.
    if (row.some(([from, to], column) => column > 0 && !kinds[column] && to - from > maxUnitCharacters)) break
    rows.push(row)
  }
  return kinds[0] ? [] : rows
}

/** True where the cells above a head can only be the table's name and unit. */
function isCaption(text: string, cells: readonly Range[]): boolean {
  const names = cells.filter((cell) => unitIn(text, cell) === null)
  return names.length <= 1 && cells.length <= 2 && names.every(([start, end]) => end - start >= minNameCharacters)
}

/** True for a line that may be a cell by itself: a few words that neither end a sentence nor go on. */
export function isCell(line: Line | undefined): boolean {
  return isFree(line) && line.content.text.length <= maxCellCharacters && !/[。！？；，：:、]$/u.test(line.content.text)
}

/** The columns that hold figures in every row, a mark for a missing one aside; none where the first column does. */
function figureColumns(text: string, rows: readonly (readonly Range[])[]): number[] {
  const columns = rows[0]?.map((_, column) => column) ?? []
  const isFull = (column: number) => rows.every((row) => isNumber(text, row[column]!))
  const holdsFigure = (column: number) => rows.some((row) => isFigure(text.slice(...row[column]!)))
  return rows.some((row) => isNumber(text, row[0]!))
    ? []
    : columns.filter((column) => isFull(column) && holdsFigure(column))
}

/** True for a figure other than a year, or for the mark of a missing one. */
export function isNumber(text: string, cell: Range): boolean {
  const shown = text.slice(...cell)
  return (isFigure(shown) && !/^(?:19|20)\d\d$/u.test(shown)) || /^(?:[-–—/…]+|持平)$/u.test(shown)
}

function isHead(text: string, row: readonly Range[]): boolean {
  return row.every((cell) => !isNumber(text, cell))
}
