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

/** The lines with those of tables made into rows. @param text their canonical text */
export function withTextTables(text: string, lines: readonly Line[]): Line[] {
  const found: Line[] = []
  for (let at = 0; at < lines.length; ) {
    const table = blankTable(text, lines, at) ?? cellTable(text, lines, at)
    if (table === null) {
      found.push(lines[at++]!)
      continue
    }
    const above = found.at(-1)
    const unit =
      above !== undefined && isFree(above) && above.content.text.length <= 60 ? unitIn(text, above.range) : null
    // The unit is said in every row, and heads nothing.
    if (above !== undefined && unit !== null) found[found.length - 1] = { ...above, role: 'alone' }
    found.push(...tableLines(text, table.grid, { headRows: table.headRows, context: unit === null ? [] : [unit] }))
    at = table.end
  }
  return found
}

interface Table {
  readonly grid: Grid
  readonly headRows: number
  /** Index of the line below. */
  readonly end: number
}

function isFree(line: Line | undefined): line is Line {
  return (
    line !== undefined && line.level === 0 && !line.isRow && line.role === undefined && line.furniture === undefined
  )
}

/** Rows of cells that are parted by a tab or by two blanks and more. */
function blankTable(text: string, lines: readonly Line[], at: number): Table | null {
  const first = cellsIn(text, lines[at])
  if (first === null) return null
  const rows: Range[][] = []
  let end = at
  for (; end < lines.length; end++) {
    const cells = cellsIn(text, lines[end])
    if (cells === null || cells.length !== first.length) break
    rows.push(cells)
  }
  const headRows = isHead(text, rows[0]!) ? 1 : 0
  const body = rows.slice(headRows)
  return body.length >= minRows && figureColumns(text, body).length > 0 ? { grid: rows, headRows, end } : null
}

/** The cells of a line of several, or null where it is words. */
function cellsIn(text: string, line: Line | undefined): Range[] | null {
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

/** Cells on lines of their own: a row of heads, and rows that each begin with words and have figures in the same places. */
function cellTable(text: string, lines: readonly Line[], at: number): Table | null {
  if (!isCell(lines[at]) || isNumber(text, lines[at]!.range)) return null
  let run = at
  while (run < lines.length && isCell(lines[run])) run++
  for (let columns = 2; columns <= Math.min(maxColumns, Math.floor((run - at) / (minRows + 1))); columns++) {
    const cells = lines.slice(at, run).map(({ range }) => range)
    const rows: Range[][] = []
    for (let i = 0; i + columns <= cells.length; i += columns) rows.push(cells.slice(i, i + columns))
    const [head, ...body] = rows
    if (head === undefined || !isHead(text, head)) continue
    const figures = figureColumns(text, body.slice(0, minRows))
    if (body.length < minRows || figures.length === 0) continue
    const isRow = (row: readonly Range[]) =>
      !isNumber(text, row[0]!) && figures.every((column) => isNumber(text, row[column]!))
    const wrong = body.findIndex((row) => !isRow(row))
    const whole = wrong < 0 ? body : body.slice(0, wrong)
    if (whole.length < minRows) continue
    return { grid: [head, ...whole], headRows: 1, end: at + columns * (whole.length + 1) }
  }
  return null
}

function isCell(line: Line | undefined): boolean {
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

function isNumber(text: string, cell: Range): boolean {
  const shown = text.slice(...cell)
  return isFigure(shown) || /^(?:[-–—/…]+|持平|…)$/u.test(shown)
}

function isHead(text: string, row: readonly Range[]): boolean {
  return row.every((cell) => !isNumber(text, cell))
}
