import type { Range } from '../../text/range.ts'
import { runsOf } from '../groups.ts'
import type { Line } from '../lines.ts'
import { type FoundTable, isFree, isValue, minRows, tabsBefore, unfolded } from './cells.ts'

const maxTabs = 15
/** A table is read up to this many cells. */
const maxCells = 1000
/** A cell may be a remark of some words. */
const maxCellCharacters = 60

/** A cell with the number of tabs in front of it. */
interface Tabbed {
  readonly tabs: number
  readonly cell: Range
  /** The index of its line. */
  readonly line: number
}

/**
 * Finds a table as programs save it as text: every cell on a line of its own, with a tab in front of all but the first
 * cell of each row, and with several tabs where cells before it are empty. The number of tabs in the head is that of
 * every row; the head's cells may be broken over lines without a tab.
 */
export function tabbedTable(text: string, lines: readonly Line[], at: number): FoundTable | null {
  if (!isFree(lines[at])) return null
  const cells = tabbedFrom(text, lines, at)
  const first = cells.findIndex(({ cell }) => isValue(text.slice(...cell)))
  const bodyAt = cells.findLastIndex(({ tabs }, i) => tabs === 0 && i <= first)
  if (bodyAt < 1) return null
  const head = cells.slice(0, bodyAt)
  const width = tabsIn(head)
  const headRows = width > 0 && width <= maxTabs ? headRowsOf(head, width) : []
  const rows = rowsOf(cells.slice(bodyAt), width)
  // A row with a cell too many shows that the head's tabs are not those of the table.
  const isWider = rows.some(([first], i) => i > 0 && first!.tabs === 1)
  const full = rows.filter((row) => tabsIn(row) === width).length
  // A head in one line is certain even where rows lack their last cells; a broken head only if most rows are whole.
  if (headRows.length === 0 || isWider || full < 1 || (headRows.length > 1 && full * 2 < rows.length)) return null
  const body = rows.map((row) => filledRow(row, width))
  if (body.length < minRows - 1 || !isEven(text, body)) return null
  const end = rows.at(-1)!.at(-1)!.line + 1
  return unfolded(text, { grid: [...headRows, ...body], headRows: headRows.length, captions: 0, end })
}

/** The cells of the lines from `at` on; none where the second cell has no tab. */
function tabbedFrom(text: string, lines: readonly Line[], at: number): Tabbed[] {
  const cells: Tabbed[] = []
  let before = text.lastIndexOf('\n', lines[at]!.range[0] - 1) + 1
  for (let i = at; isFree(lines[i]) && cells.length < maxCells; i++) {
    const { range } = lines[i]!
    // The white space before a line counts lines of tabs alone, which are empty cells.
    const tabs = [...text.slice(before, range[0])].filter((sign) => sign === '\t').length
    const inner = text.slice(...range)
    if (inner.length > maxCellCharacters || inner.includes('\t') || /[。；]$/u.test(inner)) break
    const isInRow = i === at && tabs > 0 && (tabs > 1 || (at > 0 && tabsBefore(text, lines[at - 1]!.range) > 0))
    if (isInRow || (i === at + 1 && tabs === 0)) return []
    cells.push({ tabs, cell: range, line: i })
    before = range[1]
  }
  return cells
}

const tabsIn = (row: readonly Tabbed[]): number => row.reduce((sum, { tabs }) => sum + tabs, 0)

/** The head as one row, or as several where its cells are broken over lines. */
function headRowsOf(cells: readonly Tabbed[], width: number): (Range | null)[][] {
  const rows: (Range | null)[][] = []
  let column = 0
  let depth = 0
  for (const [i, { tabs, cell }] of cells.entries()) {
    depth = tabs > 0 || i === 0 ? 0 : depth + 1
    column += tabs
    rows[depth] ??= Array.from({ length: width + 1 }, () => null)
    rows[depth]![column] = cell
  }
  return rows
}

/**
 * The rows of a body. A row starts at a cell without a tab, or where the row before would have more tabs than the
 * table. A row of one cell names the rows below it; the body ends at such a row that no full row follows.
 */
function rowsOf(cells: readonly Tabbed[], width: number): Tabbed[][] {
  const rows = runsOf(cells, (row, { tabs }) => tabs > 0 && tabsIn(row) + tabs <= width)
  const isApart = (row: readonly Tabbed[], i: number) => tabsIn(row) === 0 && tabsIn(rows[i + 1] ?? []) < width
  const end = rows.findIndex(isApart)
  return end < 0 ? rows : rows.slice(0, end)
}

/** A row of the body, with null where cells are missing. */
function filledRow(cells: readonly Tabbed[], width: number): (Range | null)[] {
  const row: (Range | null)[] = Array.from({ length: width + 1 }, () => null)
  let column = 0
  for (const { tabs, cell } of cells) {
    column += tabs
    row[column] = cell
  }
  return row
}

/** True where every column but the first holds either values or words, but for a few cells. */
function isEven(text: string, rows: readonly (readonly (Range | null)[])[]): boolean {
  const columns = rows[0]!.slice(1).map((_, i) => rows.map((row) => row[i + 1]!).filter((cell) => cell !== null))
  return columns.every((cells) => {
    const values = cells.filter((cell) => isValue(text.slice(...cell))).length
    return Math.min(values, cells.length - values) * 10 <= cells.length
  })
}
