import type { Range } from '../../text/range.ts'
import { isFigure } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'
import { type FoundTable, isFree, isHead, isValue, maxCellCharacters, maxColumns, minRows } from './cells.ts'

/** The cells of the lines from `at` on, as long as all have as many, parted by a tab or two blanks at least. */
export function rowsFrom(text: string, lines: readonly Line[], at: number): Range[][] {
  const rows: Range[][] = []
  for (let i = at; i < lines.length; i++) {
    const cells = cellsIn(text, lines[i])
    if (cells === null || cells.length !== (rows[0] ?? cells).length) break
    rows.push(cells)
  }
  return rows
}

/** The table that rows of cells make; null where figures do not stand in the same places of all rows. */
export function blankTable(text: string, rows: readonly Range[][], at: number): FoundTable | null {
  const [first] = rows
  if (first === undefined) return null
  const headRows = isHead(text, first) ? 1 : 0
  const body = rows.slice(headRows)
  const isTable = body.length >= minRows && holdsFigures(text, body)
  return isTable ? { grid: rows, captions: 0, headRows, end: at + rows.length } : null
}

/** The cells of a line; null where it is running words or a single cell. */
export function cellsIn(text: string, line: Line | undefined): Range[] | null {
  if (!isFree(line)) return null
  const [start, end] = line.range
  const cells = [...text.slice(start, end).matchAll(/[^\s│┃|]+(?: [^\s│┃|]+)*/gu)].map(
    ({ index, 0: cell }): Range => [start + index, start + index + cell.length],
  )
  const isShort = cells.every(
    ([from, to]) => to - from <= maxCellCharacters && !/[。！？；]/u.test(text.slice(from, to)),
  )
  return cells.length > 1 && cells.length <= maxColumns && isShort ? cells : null
}

/** True where a column holds values in every row, a figure among them, and the first column holds words. */
function holdsFigures(text: string, rows: readonly (readonly Range[])[]): boolean {
  const columns = rows[0]?.map((_, column) => column) ?? []
  const shown = (column: number) => rows.map((row) => text.slice(...row[column]!))
  if (shown(0).some(isValue)) return false
  return columns.some((column) => shown(column).every(isValue) && shown(column).some(isFigure))
}
