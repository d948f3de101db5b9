import { cut, type Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { isCell, isFree, isValue, maxColumns, tabsBefore } from './cells.ts'

/** Cells on lines of their own are a table from this number on, though its columns cannot be told. */
const minCells = 6
const minValueShare = 0.25
/** A row of joined cells begins anew beyond this many characters. */
const maxCharacters = 200

/**
 * Joins the cells of tables whose columns cannot be told into rows of uncertain tables, with blanks between the cells.
 * A row begins with words and goes on to its last figure; where tabs part the cells, it begins with a cell without a
 * tab. People must see for themselves which figure belongs to which head.
 */
export function withLooseTables(text: string, lines: readonly Line[]): Line[] {
  const found: Line[] = []
  for (let at = 0; at < lines.length; ) {
    let end = at
    while (isLoose(text, lines[end])) end++
    if (end === at) found.push(lines[at++]!)
    else found.push(...withRows(text, lines.slice(at, end)))
    at = Math.max(at, end)
  }
  return found
}

/** True for a cell, and for a line that is nothing but values and blanks. */
function isLoose(text: string, line: Line | undefined): boolean {
  return (
    isCell(line) ||
    (isFree(line) &&
      text
        .slice(...line.range)
        .split(/\s+/u)
        .every(isValue))
  )
}

/** Joins the cells of a run into rows if it has the figures of a table; words far above and below them stay lines. */
function withRows(text: string, run: readonly Line[]): readonly Line[] {
  const isNumber = (line: Line | undefined) => line !== undefined && isValue(text.slice(...line.range))
  const tabs = run.map(({ range }) => tabsBefore(text, range))
  const isTabbed = tabs.includes(0) && tabs.some((count) => count > 0)
  const first = run.findIndex(isNumber)
  const last = run.findLastIndex(isNumber)
  if (first < 0) return run
  let start = first
  // A gap parts the heads from what stands above the table.
  const isClose = (at: number) => first - at < maxColumns && run[at]!.blanksBefore <= run[first]!.blanksBefore
  if (!isTabbed) for (; start > 0 && isClose(start); start--);
  else for (; start > 0 && (tabs[start]! > 0 || tabs[start + 1]! > 0); start--);
  let end = last + 1
  while (isTabbed && end < run.length && tabs[end]! > 0) end++
  const cells = run.slice(start, end)
  const values = cells.filter(isNumber)
  if (cells.length < minCells || values.length < 2 || values.length < cells.length * minValueShare) return run
  const rows: Line[][] = []
  for (const [i, line] of cells.entries()) {
    const opens = isTabbed ? tabs[start + i] === 0 : !isNumber(line) && isNumber(cells[i - 1])
    const length = rows.at(-1)?.reduce((sum, { range: [from, to] }) => sum + to - from + 1, 0) ?? 0
    if (rows.length === 0 || opens || length > maxCharacters) rows.push([])
    rows.at(-1)!.push(line)
  }
  return [...run.slice(0, start), ...rows.map((row) => joined(text, row)), ...run.slice(end)]
}

function joined(text: string, row: readonly Line[]): Line {
  const range: Range = [row[0]!.range[0], row.at(-1)!.range[1]]
  const pieces = row.flatMap(({ content }) => content.pieces.map((piece) => piece.range))
  return { ...row[0]!, range, content: cut(text, pieces, ' '), isRow: true, continues: false, isUncertain: true }
}
