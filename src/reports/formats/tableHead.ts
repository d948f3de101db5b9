import type { Range } from '../../text/range.ts'

/** A table's cells as ranges of the canonical text, null for empty ones; a merged one is one object everywhere. */
export type Grid = readonly GridRow[]
export type GridRow = readonly (Range | null)[]

/** The rows above a table's body. Row numbers count from 0 in its grid. */
export interface TableHead {
  /** The table's name in rows above the head, outermost first. */
  readonly titles: readonly Range[]
  /** Other words in rows above the head: who made the table, for which day. */
  readonly remarks: readonly Range[]
  /** The row at which the head starts, or the body where there is no head. */
  readonly headAt: number
  /** The row at which the body starts. */
  readonly bodyAt: number
  /** The headings of each column, outermost first. */
  readonly headings: readonly (readonly Range[])[]
  /** The words that state the unit of the whole table; null where none do. */
  readonly unit: Range | null
}

const maxHeadRows = 6
const maxTitleCharacters = 80
const statedUnit =
  /[(（]?(?<!\p{L})(?:金额|计量|计价|货币|数量)?单位\s*[:：]\s*[^\s)）]+[)）]?|[(（]?\bunits?\s*[:：]\s*[^\n\t)）]+[)）]?/iu

/** The words in `range` that state a unit (`单位:亿元`); null where none do. */
export function unitIn(text: string, range: Range): Range | null {
  const found = statedUnit.exec(text.slice(...range))
  return found && [range[0] + found.index, range[0] + found.index + found[0].length]
}

/** The cells of a row in order, each once and with its first column. */
export function cellsOf(row: GridRow): { readonly cell: Range; readonly column: number }[] {
  return row.flatMap((cell, column) => (cell !== null && cell !== row[column - 1] ? [{ cell, column }] : []))
}

/** Tells whether words are a number as tables write them, with sign, separators, currency and per cent sign. */
export function isFigure(shown: string): boolean {
  return /^[-+−–<>≤≥]?\s*[¥￥$]?\s*[\d,，]*\d(?:\.\d+)?\s*[%％‰]?$/u.test(shown)
}

/**
 * Finds a table's head by its shape: rows with one cell are the table's name, rows without figures above rows with
 * figures head the columns, and a merged or empty cell in them goes on below or beside.
 * @param markedRows the number of rows that the format itself marks as the head, where it marks any
 * @param titleRows the number of rows above the head that name the table, where that is known
 */
export function readHead(text: string, grid: Grid, markedRows?: number, titleRows?: number): TableHead {
  const shown = (cell: Range) => text.slice(...cell)
  const titles: Range[] = []
  const remarks: Range[] = []
  let unit: Range | null = null
  let at = 0
  while (at < (titleRows ?? (markedRows === undefined ? grid.length - 1 : 0))) {
    const cells = cellsOf(grid[at]!)
    const stated = cells.map(({ cell }) => unitIn(text, cell)).find((found) => found !== null)
    const isTitle = cells.length === 1 && shown(cells[0]!.cell).length <= maxTitleCharacters
    if (titleRows === undefined && cells.length > 0 && !stated && !isTitle) break
    // A unit in the corner of the head, or right above figures, belongs to the head and is no row above it.
    const isInHead = stated && (unitIn(text, cells[0]!.cell) !== null || !isHeadRow(text, grid[at + 1]!))
    const isWide = cells.length > 1 && cells.length * 2 > grid[at]!.length
    if (titleRows === undefined && isInHead && isWide && isHeadRow(text, grid[at]!)) break
    unit ??= stated ?? null
    for (const { cell } of cells) {
      // A name may end with its unit in brackets; the other cells of a row with a unit are remarks.
      if (unitIn(text, cell)?.join() !== cell.join())
        (cells.length === 1 && remarks.length === 0 ? titles : remarks).push(cell)
    }
    at++
  }
  const headRows = markedRows ?? countHeadRows(text, grid, at)
  const rows = grid.slice(at, at + headRows)
  const width = widthOf(grid)
  const filled = rows.map((row, i) => (i < rows.length - 1 ? spread(row, rows[i + 1]!) : row))
  const named = filled.filter((row) => !isNumbering(text, row))
  const headings = Array.from({ length: width }, (_, column) => {
    const above = named.map((row) => row[column] ?? null)
    return above.filter((cell, i): cell is Range => cell !== null && above.indexOf(cell) === i)
  })
  for (const cell of headings.flat()) unit ??= unitIn(text, cell)
  const above = { titles, remarks, headAt: at, bodyAt: at + headRows, headings }
  return { ...above, unit: unit ?? bracketedUnit(text, headings[0]?.at(-1)) }
}

function widthOf(grid: Grid): number {
  return grid.reduce((widest, row) => Math.max(widest, row.length), 0)
}

/** The number of rows from `from` on that head columns, told by their shape. */
export function countHeadRows(text: string, grid: Grid, from: number): number {
  const body = grid.slice(from + 1)
  const first = grid[from]
  if (first === undefined || body.length === 0 || !isHeadRow(text, first) || cellsOf(first).length < 2) return 0
  const width = widthOf(grid)
  const hasFigures = body.some((row) => cellsOf(row).some(({ cell }) => isFigure(text.slice(...cell))))
  // A table of words has a head if the first row has short words in every column; two columns may be names and values.
  const headsWords =
    width > 2 && body.length > 1 && first.length === width && first.every((cell) => cell && cell[1] - cell[0] <= 20)
  if (!hasFigures && !headsWords) return 0
  let rows = 1
  while (rows < maxHeadRows && rows < body.length && goesOn(text, grid[from + rows - 1]!, grid[from + rows]!)) rows++
  // Official forms number their columns in the last row of the head.
  if (rows < body.length && isNumbering(text, grid[from + rows]!)) rows++
  return rows
}

/** Tells whether the row below a row of the head is part of the head, too. */
function goesOn(text: string, above: GridRow, row: GridRow): boolean {
  if (!isHeadRow(text, row) || isNumbering(text, row)) return false
  const isSpread = above.some((cell, i) => cell !== null && (cell === above[i + 1] || cell === row[i]))
  const fillsGaps = row.some((cell, i) => cell !== null && i > 0 && !above[i]) && !row[0]
  const isBelow = row.some((cell, i) => cell !== null && cell !== above[i])
  return isBelow && (isSpread || fillsGaps)
}

/** Tells whether a row could head columns: it has words, and no figures but years. */
export function isHeadRow(text: string, row: GridRow): boolean {
  return cellsOf(row).every(({ cell }) => {
    const shown = text.slice(...cell)
    return !isFigure(shown) || /^(?:19|20)\d{2}$/u.test(shown)
  })
}

/** Tells whether a row only numbers the columns: `栏次 1 2 3`. */
function isNumbering(text: string, row: GridRow): boolean {
  const figures = cellsOf(row).flatMap(({ cell }) => /^\d{1,2}$/u.exec(text.slice(...cell))?.[0] ?? [])
  const first = Number(figures[0])
  return (
    figures.length > 1 &&
    figures.length >= cellsOf(row).length - 2 &&
    first <= 1 &&
    figures.every((figure, i) => Number(figure) === first + i)
  )
}

/** Spreads a heading over the empty cells at its right, if it stands over several columns without a merged cell. */
function spread(row: GridRow, below: GridRow): GridRow {
  const filled = [...row]
  for (let i = 2; i < Math.max(row.length, below.length); i++) {
    if (!filled[i] && below[i] && below[i - 1] && below[i - 1] !== filled[i - 1]) filled[i] = filled[i - 1] ?? null
  }
  return filled
}

/** The unit in brackets at the end of the first column's heading (`项目(亿元)`), which holds for all columns. */
function bracketedUnit(text: string, corner: Range | undefined): Range | null {
  if (corner === undefined) return null
  const found = /[(（][^()（）\d]{1,8}[)）]$/u.exec(text.slice(...corner))
  return found && [corner[0] + found.index, corner[1]]
}
