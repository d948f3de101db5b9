import type { Range } from '../../text/range.ts'
import type { MarkedWords } from './raisedWords.ts'
import { headsOf, linesUnder, type TableHints } from './rows.ts'
import { type Grid, readHead, unitIn } from './tableHead.ts'
import type { ManuscriptWriter } from './writer.ts'

/** The rows and columns that a merged cell covers; it is written in the first of them. */
export interface Merge {
  readonly rows: Range
  readonly columns: Range
}

/** The merged cells of a table cover this many cells at most. */
const maxSpread = 200_000

/** A table that may go on on the next page, where its rows have the same head. */
export interface OpenTable {
  /** The part of it that was written last. */
  readonly range: Range
  /** Its cells, row by row; a merged cell stands at every place that it covers. */
  readonly cells: Grid
  readonly head: Grid
  readonly context: readonly Range[]
}

/**
 * Writes a table's cells, a line for each row with tabs between the cells, and adds the lines that are made of them.
 * Note marks at the edges of a cell are written but belong to no row.
 * @param above the table that this one continues, unless it has a head of its own
 */
export function writeTable(
  writer: ManuscriptWriter,
  cells: readonly (readonly (string | MarkedWords)[])[],
  merges: readonly Merge[] = [],
  { context = [], marked, ...hints }: TableHints = {},
  above: OpenTable | null = null,
): OpenTable {
  const before = writer.lines.at(-1)
  const unit = before && !before.isRow && before.content.text.length <= 60 ? unitIn(writer.text, before.range) : null
  // The unit is repeated in every row, and its own line heads nothing.
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
  const filled = grid.flatMap((row, at) => (row.some((cell) => cell !== null) ? [at] : []))
  const rows = filled.map((at) => grid[at]!)
  const { text } = writer
  const first = readHead(text, rows, hints.headRows)
  const goesOn = above !== null && first.bodyAt === 0
  const shift = goesOn ? above.head.length : 0
  const places = (holds: (at: number, i: number) => boolean) =>
    new Set(filled.flatMap((at, i) => (holds(at, i) ? [i + shift] : [])))
  const spaced = places((at, i) => i > 0 && filled[i - 1]! < at - 1)
  const own = { ...hints, marked: places((at) => marked?.has(at) ?? false), spaced }
  const inherited = above && !unit && !first.unit ? above.context : []
  const all = [...context, ...(unit ? [unit] : []), ...inherited]
  const whole = goesOn ? [...above.head, ...rows] : rows
  const headed = goesOn ? { ...own, headRows: above.head.length } : own
  const found = headsOf(text, whole, headed)
  writer.add(linesUnder(text, whole, found, { ...headed, context: all }))
  const [last, start] = [found.heads.at(-1)!, found.stacks.at(-1)!.rows[0]]
  return {
    range: [rows[0]?.find((cell) => cell !== null)?.[0] ?? text.length, text.length],
    cells: grid,
    head: whole.slice(start + last.headAt, start + last.bodyAt),
    context: last.unit ? [...all, last.unit] : all,
  }
}

/** Puts a cell's words in one line. A break that only fits them into the cell is no blank between Chinese words. */
export function inOneLine(words: string): string {
  return words
    .trim()
    .replace(/(?<=\p{Script=Han})\s*[\r\n]+\s*(?=\p{Script=Han})/gu, '')
    .replace(/\s*[\r\n\t\f\u2028\u2029]+\s*/gu, ' ')
}
