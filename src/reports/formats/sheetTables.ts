import type { Range } from '../../text/range.ts'
import { isFigure } from './tableHead.ts'
import type { Merge } from './tableWriter.ts'

type Cells = readonly (readonly string[])[]

/** A table of a spreadsheet's sheet. */
interface SheetTable {
  /** The words above tables that stand side by side, which name all of them. */
  readonly titles: readonly string[]
  readonly cells: Cells
  readonly merges: readonly Merge[]
}

/**
 * Divides a sheet where tables stand side by side: at columns that are empty from one empty row to the next, if the
 * cells on both sides have heads of their own. Tables below one another stay together.
 */
export function sheetTablesOf(cells: Cells, merges: readonly Merge[]): SheetTable[] {
  const found: { readonly titles: readonly string[]; readonly rows: Range; readonly columns: Range | null }[] = []
  for (const rows of bandsOf(cells)) {
    const [from, to] = rows
    let bodyAt = from
    while (bodyAt < to && isAcross(cells[bodyAt]!, bodyAt, merges)) bodyAt++
    const columns = columnsOf(cells, [bodyAt, to], merges)
    const last = found.at(-1)
    if (columns.length > 1) {
      const isName = last?.columns === null && cells.slice(...last.rows).every((row) => filledIn(row).length <= 1)
      if (isName) found.pop()
      const above = isName ? cells.slice(...last.rows) : []
      const titles = [...above, ...cells.slice(from, bodyAt)].flatMap(filledIn)
      for (const [i, side] of columns.entries())
        found.push({ titles: i === 0 ? titles : [], rows: [bodyAt, to], columns: side })
    } else if (last?.columns === null) found[found.length - 1] = { ...last, rows: [last.rows[0], to] }
    else found.push({ titles: [], rows, columns: null })
  }
  return found.map(({ titles, rows, columns }) => {
    const own = merges.filter((merge) => merge.rows[0] >= rows[0] && merge.rows[0] < rows[1])
    const [left, right] = columns ?? [0, Number.POSITIVE_INFINITY]
    const inside = own.filter((merge) => merge.columns[0] >= left && merge.columns[0] < right)
    return {
      titles,
      cells: cells.slice(...rows).map((row) => row.slice(left, right)),
      merges: inside.map((merge) => ({
        rows: [merge.rows[0] - rows[0], merge.rows[1] - rows[0]],
        columns: [merge.columns[0] - left, merge.columns[1] - left],
      })),
    }
  })
}

/** The stretches of rows between empty ones. */
function bandsOf(cells: Cells): Range[] {
  const bands: Range[] = []
  let from = -1
  for (let at = 0; at <= cells.length; at++) {
    const isEmpty = at === cells.length || filledIn(cells[at]!).length === 0
    if (!isEmpty && from < 0) from = at
    if (!isEmpty || from < 0) continue
    bands.push([from, at])
    from = -1
  }
  return bands
}

function filledIn(row: readonly string[]): string[] {
  return row.filter((cell) => cell.trim() !== '')
}

/** Tells whether a row has one cell, which is merged with those beside it. */
function isAcross(row: readonly string[], at: number, merges: readonly Merge[]): boolean {
  const column = row.findIndex((cell) => cell.trim() !== '')
  const isMerged = merges.some(
    ({ rows, columns }) => rows[0] === at && columns[0] === column && columns[1] - columns[0] > 2,
  )
  return filledIn(row).length === 1 && isMerged
}

/** The columns of each table in some rows; all columns together where there are no tables side by side. */
function columnsOf(cells: Cells, [from, to]: Range, merges: readonly Merge[]): Range[] {
  const width = cells.slice(from, to).reduce((most, row) => Math.max(most, row.length), 0)
  const isFilled = Array.from({ length: width }, () => false)
  for (let at = from; at < to; at++) {
    if (isAcross(cells[at]!, at, merges)) continue
    for (const [column, cell] of cells[at]!.entries()) if (cell.trim() !== '') isFilled[column] = true
  }
  for (const { rows, columns } of merges) {
    const isInside = rows[0] >= from && rows[0] < to && !isAcross(cells[rows[0]]!, rows[0], merges)
    if (isInside) isFilled.fill(true, columns[0], Math.min(columns[1], width))
  }
  const blocks: [number, number][] = []
  for (const [column, filled] of isFilled.entries()) {
    if (!filled) continue
    if (isFilled[column - 1]) blocks.at(-1)![1] = column + 1
    else blocks.push([column, column + 1])
  }
  // Columns without a head of their own belong to the table before them.
  const sides: [number, number][] = []
  for (const block of blocks) {
    const last = sides.at(-1)
    if (last === undefined || (hasHead(cells, [from, to], block) && hasHead(cells, [from, to], last))) sides.push(block)
    else last[1] = block[1]
  }
  return sides
}

/** Tells whether columns hold a table by themselves: labels at the left and a row of words above rows with figures. */
function hasHead(cells: Cells, rows: Range, columns: Range): boolean {
  const own = cells.slice(...rows).map((row) => row.slice(...columns))
  const headAt = own.findIndex((row) => filledIn(row).length > 1)
  if (headAt < 0 || columns[1] - columns[0] < 2) return false
  const head = filledIn(own[headAt]!)
  const body = own.slice(headAt + 1).filter((row) => filledIn(row).length > 0)
  const labels = body.filter((row) => /\p{L}/u.test(row[0] ?? '') || /^(?:19|20)\d{2}$/u.test(row[0]?.trim() ?? ''))
  const isHead = head.every((cell) => !isFigure(cell.trim()) || /^(?:19|20)\d{2}$/u.test(cell.trim()))
  const hasFigures = body.some((row) => row.slice(1).some((cell) => isFigure(cell.trim())))
  return isHead && hasFigures && labels.length * 2 > body.length
}
