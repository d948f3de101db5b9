import type { Range } from '../../text/range.ts'
import {
  cellsOf,
  countHeadRows,
  type Grid,
  type GridRow,
  isFigure,
  isHeadRow,
  type TableHead,
  unitIn,
} from './tableHead.ts'

/** The rows of a table under one head. */
export interface Stack {
  /** The range of its rows, with those of its head and its name. */
  readonly rows: Range
  /** The number of rows above the head that name the stack; undefined for the first stack, whose must be found. */
  readonly titleRows?: number
  /** The number of the head's rows; 0 where only the end of the head above is certain; undefined for the first. */
  readonly headRows?: number
}

export interface StackHints {
  /** The rows that the format marks as heads further down. */
  readonly marked?: ReadonlySet<number>
  /** The rows above which the table has an empty row. */
  readonly spaced?: ReadonlySet<number>
}

const maxTitleCharacters = 80
const maxHeadingCharacters = 40
/** This many rows around a row are looked at, so that the time for a row does not grow with the table. */
const maxLookedAt = 16

/** Matches headings above the labels of rows. */
const corner =
  /^(?:(?:[\p{sc=Han}]{0,4}(?:项目|指标|名称|内容|类别|类型|科目|事项|栏次|分类|区域|地区|部门|年份|时间|月份|季度|年度|街道|乡镇|单位|种类|功能分类|品种|行业))|序号|项|name|item|indicator|year)(?:[(（].*[)）])?$/iu
/** Matches headings of columns of figures by their ends. */
const heading =
  /(?:[数额率量值比次]|[年月度季]|合计|小计|总计|面积|备注|人口|(?:比|较|环比).*增长|收入|支出|余额|费用?|情况|经费|拨款|比重|单价|[(（][^()（）]*[)）]|%|％|total|amount|number|rate|count)$/iu
/** Matches words that stand where there is no figure. */
const filling = /^(?:无|否|是|有|不适用|暂无|略|同上|空|缺|未统计|n\/?a|none|yes|no)$/iu

/**
 * Divides a table into stacks of rows with heads of their own: a row of headings further down ends the columns of the
 * headings above it. Where a row may or may not be a head, and a title or an empty row stands above it, the rows below
 * are under no head at all, since a figure under the wrong heading would be false.
 */
export function stacksOf(
  text: string,
  grid: Grid,
  head: Pick<TableHead, 'headAt' | 'bodyAt'>,
  hints: StackHints,
): Stack[] {
  const stacks: Stack[] = []
  let open: Stack & { readonly headAt: number; readonly bodyAt: number } = { ...head, rows: [0, grid.length] }
  for (let at = head.bodyAt + 1; at < grid.length - 1; at++) {
    if (at <= open.bodyAt) continue
    const headWords = open.headAt < open.bodyAt ? wordsIn(text, grid[open.headAt]!) : []
    const kind = headKind(text, grid, at, { headWords, bodyFrom: open.bodyAt, ...hints })
    if (kind === null) continue
    let start = at
    while (start > open.bodyAt && isTitle(text, grid[start - 1]!)) start--
    if (start === open.rows[0]) continue
    stacks.push({ ...open, rows: [open.rows[0], start] })
    let marked = 0
    while (hints.marked?.has(at + marked)) marked++
    const headRows = kind === 'head' ? Math.max(1, marked, headRowsAt(text, grid, at)) : 0
    open = { rows: [start, grid.length], titleRows: at - start, headRows, headAt: at, bodyAt: at + headRows }
  }
  return [...stacks, open]
}

/** The number of rows that the head at a row has, by its shape. */
function headRowsAt(text: string, grid: Grid, at: number): number {
  return countHeadRows(text, grid.slice(at, at + maxLookedAt), 0)
}

interface Above extends StackHints {
  readonly headWords: readonly string[]
  /** The first row under the head above. */
  readonly bodyFrom: number
}

/** Tells whether a row begins another head; `doubt` where it may or may not. */
function headKind(text: string, grid: Grid, at: number, above: Above): 'head' | 'doubt' | null {
  const row = grid[at]!
  const cells = cellsOf(row)
  if (cells.length < 2) return null
  // A label that spans several rows goes on in this row.
  if (grid[at - 1]!.some((cell, column) => cell !== null && cell === row[column])) return null
  // A format may mark a total like a head, so a marked row must have no figures.
  if (above.marked?.has(at) && isHeadRow(text, row)) return 'head'
  const shown = wordsIn(text, row)
  const isRepeated = shown.length > 1 && shown.join('\t') === above.headWords.join('\t')
  if (isRepeated) return 'head'
  if (!isHeadRow(text, row) || !shown.every(couldHead)) return null
  const height = Math.max(1, headRowsAt(text, grid, at))
  const next = nextBody(grid, at + height)
  if (next === undefined) return null
  const isBelowHeaded = next.every(
    (cell, column) => cell === null || grid.slice(at, at + height).some((head) => head[column]),
  )
  const hasFigures = cellsOf(next).some(({ cell }) => isFigure(text.slice(...cell)))
  const isCorner = above.headWords.length > 0 && shown[0] === above.headWords[0]
  if (isCorner && (hasFigures || shown.slice(1).every((words) => heading.test(words)))) return 'head'
  if (!hasFigures || !isBelowHeaded) return null
  const others = shown.slice(1)
  const headings = others.filter((words) => heading.test(words)).length
  const isNamed = corner.test(shown[0]!)
  const isTitled = isTitle(text, grid[at - 1]!) || (above.spaced?.has(at) ?? false)
  const isOfOtherColumns =
    edgesOf(row) !== edgesOf(lastFull(grid, above.bodyFrom, at)) && edgesOf(row) === edgesOf(next)
  if (headings === others.length || (isNamed && (headings > 0 || isTitled || isOfOtherColumns))) return 'head'
  if (isTitled && (isOfOtherColumns || headings * 2 >= others.length)) return 'head'
  return isTitled || isNamed || isOfOtherColumns ? 'doubt' : null
}

function wordsIn(text: string, row: GridRow): string[] {
  return cellsOf(row).map(({ cell }) => text.slice(...cell).replace(/\s+/gu, ''))
}

function couldHead(words: string): boolean {
  const isWords = /\p{L}/u.test(words) || /^(?:19|20)\d{2}$/u.test(words)
  return isWords && words.length <= maxHeadingCharacters && !filling.test(words) && !/[。；！？]/u.test(words)
}

/** The next row of more than one cell; undefined where none is near. */
function nextBody(grid: Grid, from: number): GridRow | undefined {
  return grid.slice(from, from + maxLookedAt).find((row) => cellsOf(row).length > 1)
}

function lastFull(grid: Grid, from: number, before: number): GridRow {
  return grid.slice(Math.max(from, before - maxLookedAt), before).findLast((row) => cellsOf(row).length > 1) ?? []
}

/** The columns in which a row's cells begin and end, as a text to compare. */
function edgesOf(row: GridRow): string {
  return cellsOf(row)
    .map(({ cell, column }) => `${column}-${row.lastIndexOf(cell)}`)
    .join(' ')
}

/** Tells whether a row names those below it: it has one cell, or states a unit, and is no remark on those above. */
function isTitle(text: string, row: GridRow): boolean {
  const cells = cellsOf(row)
  if (cells.length === 0) return false
  const shown = cells.map(({ cell }) => text.slice(...cell))
  if (cells.length > 1) return cells.some(({ cell }) => unitIn(text, cell)) && !shown.some((words) => isFigure(words))
  return shown[0]!.length <= maxTitleCharacters && !isRemark(shown[0]!)
}

/** Tells whether words that stand alone in a row are a remark on the rows above, and head nothing. */
export function isRemark(words: string): boolean {
  return /^[(（[【]?(?:附?注|备注|说明|数据来源|资料来源|来源|notes?|sources?)\s*\d*\s*[:：.、]|[。；]/iu.test(words)
}
