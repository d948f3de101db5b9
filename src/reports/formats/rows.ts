import type { Cutting, Piece, Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { maxPassageCharacters } from '../passages.ts'
import { numberingOf } from '../signs.ts'
import type { MarkedWords } from './raised.ts'
import { cellsOf, type Grid, type GridRow, isFigure, readHead, unitIn } from './tableHead.ts'
import type { ManuscriptWriter } from './writer.ts'

export type { Grid } from './tableHead.ts'

export interface TableTold {
  /** How many rows the format marks as the head; found by their shape where it marks none. */
  readonly headRows?: number
  /**
   * The heading level of the table's name and, one lower, of the headings inside it. Without it the table stands
   * in running text, which a heading would swallow: its name then is repeated in every row.
   */
  readonly level?: number
  /** Words outside the table that every row needs: its caption, a unit above it. */
  readonly context?: readonly Range[]
}

/**
 * A table as lines: one for each row, or several where it is wider than a passage may be. A row's content is its own
 * label first and then every other cell behind the headings of its column, so that a figure keeps what it is:
 *
 *     税收收入
 *     2020年 决算数 12.5
 *     2020年 比上年增长(%) 3.1
 *     单位:亿元
 *
 * Its pieces are cells of `text`, those of the head repeated in every row, parted by white space alone.
 */
export function tableLines(text: string, grid: Grid, { headRows, level, context = [] }: TableTold = {}): Line[] {
  const head = readHead(text, grid, headRows)
  const lines: Line[] = []
  let shared = [...context]
  for (const [i, title] of head.titles.entries()) {
    lines.push(level === undefined ? alone(text, title) : { ...alone(text, title), level: level + i, isRow: false })
    if (level === undefined) shared.push(title)
  }
  for (const remark of head.remarks) lines.push(alone(text, remark))
  const inner = (level ?? 0) + head.titles.length
  if (head.unit) shared.push(head.unit)
  const general = shared
  const body = head.bodyAt < grid.length ? grid.slice(head.bodyAt) : grid
  const lastFull = body.findLastIndex((row) => cellsOf(row).length > 1)
  for (const [i, row] of body.entries()) {
    const cells = cellsOf(row)
    const only = cells.length === 1 ? cells[0]!.cell : null
    if (cells.length === 0) continue
    if (only === null) lines.push(...rowLines(text, row, body[i - 1] ?? [], body[i + 1] ?? [], head.headings, shared))
    else if (i > lastFull || !isSection(text, row, body[i + 1]!)) lines.push(alone(text, only))
    else if (level === undefined) {
      lines.push(alone(text, only))
      shared = [...general, only]
    } else lines.push({ ...alone(text, only), level: inner, isRow: false })
  }
  return lines
}

/** A stretch of the canonical text and the white space in front of it. */
interface Part {
  readonly range: Range
  readonly before: '' | ' ' | '\n'
}

function rowLines(
  text: string,
  row: GridRow,
  above: GridRow,
  below: GridRow,
  headings: readonly (readonly Range[])[],
  shared: readonly Range[],
): Line[] {
  const cells = cellsOf(row).filter(({ cell }) => /[\p{L}\p{N}]/u.test(text.slice(...cell)))
  const own = cells.filter(({ cell }) => !above.includes(cell))
  if (own.length === 0) return []
  const isNumber = (at: number) => cells[at] !== undefined && isFigure(text.slice(...cells[at].cell))
  let first = cells.indexOf(own[0]!)
  // Only figures under a label that spans several rows: it stays the label, though it is written above.
  if (first > 0 && isNumber(first)) first = 0
  const start = cells[first]!
  const needsMore = isNumber(first) || start.cell === below[start.column]
  const label = cells.slice(first, first + (needsMore && cells[first + 1] && !isNumber(first + 1) ? 2 : 1))
  const columns = cells
    .filter((cell) => !label.includes(cell))
    .map(({ cell, column }): Part[] => {
      const above = (headings[column] ?? []).filter((heading) => heading[0] !== cell[0])
      const isHeaded = above.length > 0
      return [...above, cell].map((range, i) => ({ range, before: i === 0 && isHeaded ? '\n' : ' ' }))
    })
  const begin = label.map(({ cell }, i): Part => ({ range: cell, before: i === 0 ? '' : ' ' }))
  const said = [...begin, ...columns.flat()].map(({ range }) => text.slice(...range)).join('\n')
  const end = shared
    .filter((range) => !said.includes(unitName(text.slice(...range))))
    .map((range): Part => ({ range, before: '\n' }))
  const whole: Range = [Math.min(...own.map(({ cell }) => cell[0])), Math.max(...own.map(({ cell }) => cell[1]))]
  return fit(columns, lengthOf(begin) + lengthOf(end)).map((some) =>
    lineOfPieces(text, whole, [...begin, ...some.flat(), ...end]),
  )
}

/** Columns in as few groups as the length of a passage allows. */
function fit(columns: readonly Part[][], fixed: number): Part[][][] {
  const groups: Part[][][] = [[]]
  let length = fixed
  for (const column of columns) {
    const size = lengthOf(column)
    if (length + size > maxPassageCharacters && groups.at(-1)!.length > 0) {
      groups.push([])
      length = fixed
    }
    groups.at(-1)!.push(column)
    length += size
  }
  return groups
}

function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { range, before }) => sum + range[1] - range[0] + before.length, 0)
}

/** A cell that is a line by itself. */
function alone(text: string, cell: Range): Line {
  return lineOfPieces(text, cell, [{ range: cell, before: '' }])
}

function lineOfPieces(text: string, range: Range, parts: readonly Part[]): Line {
  return {
    range,
    content: compose(text, parts),
    level: 0,
    bold: false,
    indented: false,
    blanksBefore: 0,
    jumps: [],
    isRow: true,
    continues: false,
  }
}

function compose(text: string, parts: readonly Part[]): Cutting {
  const pieces: Piece[] = []
  let composed = ''
  for (const { range, before } of parts) {
    composed += before
    pieces.push({ at: composed.length, range })
    composed += text.slice(...range)
  }
  return { text: composed, pieces }
}

/** The unit itself in words that state one (`单位:亿元`); other words as they are. */
function unitName(stated: string): string {
  return /[:：]\s*([^\s)）]+)[)）]?$/u.exec(stated)?.[1] ?? stated.replace(/^[(（]|[)）]$/gu, '')
}

/** Whether a row of one cell heads the rows below: it spans the table, or is numbered and what follows is not alike. */
function isSection(text: string, row: GridRow, below: GridRow): boolean {
  const covered = row.filter((cell) => cell !== null).length
  if (covered > 1 && covered * 2 > row.length) return true
  const numbering = (cells: GridRow) => {
    const first = cellsOf(cells)[0]
    return first ? numberingOf(text.slice(...first.cell)) : 0
  }
  return numbering(row) > 0 && numbering(below) !== numbering(row)
}

/** The rows and columns that a merged cell covers, from the one it is written in. */
export interface Merge {
  readonly rows: Range
  readonly columns: Range
}

/** Cells that merges may cover in one table; more is no table. */
const maxSpread = 200_000

/**
 * Writes a table's cells, a line for each row with tabs between them, and adds the lines that are made of them. Note marks at
 * the edges of a cell are written and stand in no row.
 */
export function writeTable(
  writer: ManuscriptWriter,
  cells: readonly (readonly (string | MarkedWords)[])[],
  merges: readonly Merge[] = [],
  { context = [], ...told }: TableTold = {},
): void {
  const before = writer.lines.at(-1)
  const unit = before && !before.isRow && before.content.text.length <= 60 ? unitIn(writer.text, before.range) : null
  // It is said in every row, and heads nothing.
  if (before && unit) writer.lines[writer.lines.length - 1] = { ...before, isRow: true }
  const grid: (Range | null)[][] = cells.map((row) => {
    const filled = row.flatMap((cell, column) => {
      const marked = typeof cell === 'string' ? { words: inOneLine(cell), hidden: [] } : cell
      return marked.words.trim() === '' ? [] : [{ marked, column }]
    })
    const places: (Range | null)[] = row.map(() => null)
    if (filled.length === 0) return places
    const ranges = writer.cells(filled.map(({ marked }) => marked))
    for (const [i, { column }] of filled.entries()) places[column] = ranges[i]!
    return places
  })
  let left = maxSpread
  for (const { rows, columns } of merges) {
    const cell = grid[rows[0]]?.[columns[0]] ?? null
    if (cell === null) continue
    for (let row = rows[0]; row < Math.min(rows[1], grid.length) && left > 0; row++) {
      for (let column = columns[0]; column < Math.min(columns[1], grid[row]!.length) && left > 0; column++, left--) {
        grid[row]![column] ??= cell
      }
    }
  }
  const rows = grid.filter((row) => row.some((cell) => cell !== null))
  writer.add(tableLines(writer.text, rows, { ...told, context: [...context, ...(unit ? [unit] : [])] }))
}

/** A cell's words in one line; a break that only fits them into the cell parts no Chinese word. */
export function inOneLine(words: string): string {
  return words
    .trim()
    .replace(/(?<=\p{Script=Han})\s*[\r\n]+\s*(?=\p{Script=Han})/gu, '')
    .replace(/\s*[\r\n\t\f\u2028\u2029]+\s*/gu, ' ')
}
