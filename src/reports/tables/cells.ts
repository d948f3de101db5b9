import type { Range } from '../../text/range.ts'
import { isFigure } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'

/** A cell of a table in plain text has this many characters at most. */
export const maxCellCharacters = 24
/** A table in plain text has this many columns at most. */
export const maxColumns = 8
/** A table has this many rows at least. */
export const minRows = 3

/** A table in plain text, with the lines that it takes. */
export interface FoundTable {
  /** The number of lines above it that name the table or its unit. */
  readonly captions: number
  /** The index of the line below it. */
  readonly end: number
  readonly grid: readonly (readonly (Range | null)[])[]
  readonly headRows: number
}

/** True for a line that was not recognised as anything yet. */
export function isFree(line: Line | undefined): line is Line {
  return (
    line !== undefined && line.level === 0 && !line.isRow && line.role === undefined && line.furniture === undefined
  )
}

/** True where a line could be one cell: it is short, and neither a sentence nor the beginning of one. */
export function isCell(line: Line | undefined): boolean {
  return isFree(line) && line.content.text.length <= maxCellCharacters && !/[。！？；，：:、]$/u.test(line.content.text)
}

/** True for a figure that is no year, a multiple (`1.3倍`), a day, and the marks of a missing or an equal figure. */
export function isValue(shown: string): boolean {
  return (
    (isFigure(shown) && !/^(?:19|20)\d\d$/u.test(shown)) ||
    /^[-+−]?\d[\d.,]*\s*(?:倍|个?百分点)$/u.test(shown) ||
    /^\d{4}([-/.])\d{1,2}\1\d{1,2}$/u.test(shown) ||
    /^(?:[-–—/…]+|持平)$/u.test(shown)
  )
}

/** True where no cell of a row is a value. */
export function isHead(text: string, row: readonly (Range | null)[]): boolean {
  return row.every((cell) => cell === null || !isValue(text.slice(...cell)))
}

/** The number of tabs in front of a cell since the line before it. */
export function tabsBefore(text: string, [start]: Range): number {
  let tabs = 0
  for (let at = start - 1; at >= 0 && text[at]!.trim() === ''; at--) {
    if (text[at] === '\n') break
    if (text[at] === '\t') tabs++
  }
  return tabs
}

/** Unfolds a table whose rows have two halves with equal heads: each row's left half stands before its right half. */
export function unfolded(text: string, { grid, headRows, ...table }: FoundTable): FoundTable {
  const half = (grid[0]?.length ?? 0) / 2
  const words = (cell: Range | null | undefined) => (cell ? text.slice(...cell).replace(/\s+/gu, '') : '')
  const isTwice = grid
    .slice(0, headRows)
    .every((row) => row.slice(0, half).every((cell, i) => words(cell) === words(row[half + i])))
  if (!Number.isInteger(half) || half < 2 || headRows === 0 || !isTwice) return { grid, headRows, ...table }
  const body = grid.slice(headRows).flatMap((row) => [row.slice(0, half), row.slice(half)])
  const filled = body.filter((row) => row.some((cell) => cell !== null))
  return { ...table, grid: [...grid.slice(0, headRows).map((row) => row.slice(0, half)), ...filled], headRows }
}
