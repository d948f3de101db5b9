import type { Cutting, Piece, Range } from '../../text/range.ts'
import type { Line } from '../lines.ts'
import { maxPassageCharacters } from '../manuscript.ts'
import { isSection, lastFullRow, sectionEnds } from './sections.ts'
import { type Stack, type StackHints, stacksOf } from './stacks.ts'
import { cellsOf, type Grid, isFigure, readHead, type TableHead, unitIn } from './tableHead.ts'

export type { Grid } from './tableHead.ts'

export interface TableHints extends StackHints {
  /** The number of rows that the format marks as the head. Left out where it marks none and their shape must tell. */
  readonly headRows?: number
  /**
   * The heading level of the table's name and, one lower, of the headings inside it. Without a level the table stands
   * in running text, which a heading would swallow, so its name is repeated in every row.
   */
  readonly level?: number
  /** Words outside the table that every row needs: its caption, a unit above it. */
  readonly context?: readonly Range[]
}

/**
 * Makes the lines of a table: one for each row, or several where the row is longer than a passage may be. The content
 * of a row is its label and then every other cell behind the headings of its column, so that a figure keeps its
 * meaning:
 *
 *     税收收入
 *     2020年 决算数 12.5
 *     2020年 比上年增长(%) 3.1
 *     单位:亿元
 *
 * Its pieces are cells of `text`, with white space between them; the cells of the head are repeated in every row.
 */
export function tableLines(text: string, grid: Grid, hints: TableHints = {}): Line[] {
  return linesUnder(text, grid, headsOf(text, grid, hints), hints)
}

/** The heads of a table with the rows under each. */
interface TableHeads {
  readonly stacks: readonly Stack[]
  /** The head of each stack, whose rows count from the stack's first. */
  readonly heads: readonly TableHead[]
}

/** Makes the lines of a table whose heads are known. */
export function linesUnder(
  text: string,
  grid: Grid,
  { stacks, heads }: TableHeads,
  { level, context = [] }: TableHints,
): Line[] {
  const [first, ...others] = heads as readonly [TableHead, ...TableHead[]]
  // If the stacks below have names of their own, the last name above the first stack is that stack's own name, too.
  const isEachNamed = others.some(({ titles }) => titles.length > 0)
  const common = isEachNamed ? first.titles.slice(0, -1) : first.titles
  const parts: StackPart[] = []
  for (const [i, { rows }] of stacks.entries()) {
    const head = heads[i]!
    const before = parts.at(-1)
    const isFollowing = before !== undefined && head.titles.length === 0 && sameWords(text, before.head, head)
    const titles = isFollowing ? before.titles : before ? [...common, ...head.titles] : head.titles
    const unit = head.unit ?? (isFollowing ? before.unit : before && !isEachNamed ? unitAbove(first) : null)
    const kept = before && head.unit ? context.filter((range) => unitIn(text, range) === null) : context
    const body = head.bodyAt < rows[1] - rows[0] ? grid.slice(rows[0] + head.bodyAt, rows[1]) : grid.slice(...rows)
    const ownFrom = titles.length - head.titles.length
    parts.push({ head, titles, ownFrom, unit, context: kept, body, isFollowing })
  }
  // A heading lasts until the next one, so sections are headings only where each is ended by another.
  const sectionLevel = parts.length === 1 && sectionEnds(text, parts[0]!.body).size === 0 ? level : undefined
  let section: Range | null = null
  return parts.flatMap((part) => {
    const found = stackLines(text, part, level, sectionLevel, part.isFollowing ? section : null)
    section = found.section
    return found.lines
  })
}

/** The stacks of a table and their heads. */
export function headsOf(text: string, grid: Grid, hints: TableHints): TableHeads {
  const { headRows } = hints
  const stacks = stacksOf(text, grid, readHead(text, grid, headRows), hints)
  const heads = stacks.map(({ rows, ...stack }, i) =>
    readHead(text, grid.slice(...rows), i === 0 ? headRows : stack.headRows, stack.titleRows),
  )
  return { stacks, heads }
}

/** The rows of a table under one head. */
interface StackPart {
  readonly head: TableHead
  /** The names of the table and of this part of it. */
  readonly titles: readonly Range[]
  /** The index of the first of its titles that is written above this part. */
  readonly ownFrom: number
  readonly unit: Range | null
  readonly context: readonly Range[]
  readonly body: Grid
  /** True where the head only repeats that of the part above, as at the top of another page. */
  readonly isFollowing: boolean
}

/** The unit that stands above a head; null where there is none, or where it stands in the head. */
function unitAbove({ unit, headings }: TableHead): Range | null {
  const start = Math.min(...headings.flat().map(([from]) => from))
  return unit && unit[1] <= start ? unit : null
}

function sameWords(text: string, one: TableHead, other: TableHead): boolean {
  const words = ({ headings }: TableHead) =>
    headings.map((column) => column.map((range) => text.slice(...range)).join('\n')).join('\t')
  return words(one) === words(other)
}

function stackLines(
  text: string,
  { head, titles, ownFrom, unit, context, body }: StackPart,
  level: number | undefined,
  sectionLevel: number | undefined,
  above: Range | null,
): { readonly lines: Line[]; readonly section: Range | null } {
  const lines: Line[] = []
  const general = [...context, ...(level === undefined ? titles : []), ...(unit ? [unit] : [])]
  for (const [i, title] of titles.entries()) {
    if (i < ownFrom) continue
    lines.push(level === undefined ? alone(text, title) : { ...alone(text, title), level: level + i, isRow: false })
  }
  for (const remark of head.remarks) lines.push(alone(text, remark))
  const lastFull = lastFullRow(body)
  const ends = sectionEnds(text, body)
  let section = above
  for (const [i, row] of body.entries()) {
    const cells = cellsOf(row)
    const only = cells.length === 1 ? cells[0]!.cell : null
    if (cells.length === 0) continue
    if (ends.has(i)) section = null
    const shared = section ? [...general, section] : general
    if (only === null) lines.push(...rowLines(text, body, i, head.headings, shared))
    else if (i > lastFull || !isSection(text, row, body[i + 1]!)) lines.push(alone(text, only))
    else if (sectionLevel === undefined) {
      lines.push(alone(text, only))
      section = only
    } else lines.push({ ...alone(text, only), level: sectionLevel + titles.length, isRow: false })
  }
  return { lines, section }
}

/** A stretch of the canonical text with the white space in front of it. */
interface Part {
  readonly range: Range
  readonly before: '' | ' ' | '\n'
}

/** The lines of the body's row `at`. @param shared words that every row repeats */
function rowLines(
  text: string,
  body: Grid,
  at: number,
  headings: readonly (readonly Range[])[],
  shared: readonly Range[],
): Line[] {
  const [above, below] = [body[at - 1] ?? [], body[at + 1] ?? []]
  const cells = cellsOf(body[at]!).filter(({ cell }) => /[\p{L}\p{N}]/u.test(text.slice(...cell)))
  const own = cells.filter(({ cell }) => !above.includes(cell))
  if (own.length === 0) return []
  const isNumber = (at: number) => cells[at] !== undefined && isFigure(text.slice(...cells[at].cell))
  let first = cells.indexOf(own[0]!)
  // A row of figures beside a label that spans several rows keeps that label, though it is written above.
  if (first > 0 && isNumber(first)) first = 0
  const start = cells[first]!
  const needsMore = isNumber(first) || start.cell === below[start.column]
  // A row of figures alone has no label, so each stands behind its headings, unless one numbers it or is its year.
  const isUnlabelled =
    cells.length > 1 &&
    cells.every((_, at) => isNumber(at)) &&
    (headings[start.column] ?? []).length > 0 &&
    !namesRow(text, start.cell, headings[start.column]!)
  const label = isUnlabelled
    ? []
    : cells.slice(first, first + (needsMore && cells[first + 1] && !isNumber(first + 1) ? 2 : 1))
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

/** Tells whether a figure at the beginning of a row numbers it or is its year. */
function namesRow(text: string, cell: Range, headings: readonly Range[]): boolean {
  const above = headings.map((heading) => text.slice(...heading)).join('')
  return /^(?:19|20)\d{2}$/u.test(text.slice(...cell)) || /序|编号|代码|号$|年|月|日|次$|^(?:no|id)\b|#/iu.test(above)
}

/** Divides columns into as few groups as the length of a passage allows. */
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

/** The line of a cell by itself. */
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
    if (composed !== '') composed += before
    pieces.push({ at: composed.length, range })
    composed += text.slice(...range)
  }
  return { text: composed, pieces }
}

/** The unit in words that state one (`单位:亿元`); other words unchanged. */
function unitName(stated: string): string {
  return /[:：]\s*([^\s)）]+)[)）]?$/u.exec(stated)?.[1] ?? stated.replace(/^[(（]|[)）]$/gu, '')
}
