import {
  boxAround,
  cellOf,
  type Fragment,
  middle,
  middleX,
  type PageCell,
  type PageTable,
  type Region,
  type Row,
} from './boxes.ts'
import { intervalOf } from './grids.ts'
import { tableFragment } from './regions.ts'
import type { Ruling } from './rulings.ts'
import { isFigure } from './tableHead.ts'
import type { Merge } from './tableWriter.ts'

/** A cell of a table without rulings is no wider. */
export const maxCellEms = 14
/** Rows with figures under each other make a table from this number on. */
const minRows = 3
/** The rows of a table stand no further apart. */
export const maxRowGapEms = 3

/** Makes one row of each table without rulings in a region. @param body the size of running text */
export function withAlignedTables(rows: Region, rulings: readonly Ruling[], body: number): Region {
  const found: Row[] = []
  for (let i = 0; i < rows.length; ) {
    const run = runAt(rows, i, body)
    const above = run.length > 0 ? headRowsAbove(found, run[0]!, body) : 0
    const whole = [...found.slice(found.length - above), ...run]
    const table = run.length > 0 ? alignedTable(whole, rulings, body) : null
    if (table) {
      found.length -= above
      const { words: _, ...row } = tableFragment(table, body)
      found.push({ ...row, cells: [] })
    } else found.push(rows[i]!)
    i += table ? run.length : 1
  }
  return found
}

/** Counts the rows right above a table that are its head's upper part: headings side by side, or the corner alone. */
function headRowsAbove(rows: readonly Row[], first: Row, body: number): number {
  let count = 0
  let below = first
  while (count < maxHeadRows && count < rows.length) {
    const row = rows[rows.length - 1 - count]!
    const isCorner =
      row.cells.length === 1 && row.left < first.left + maxCellEms * body && row.right < first.cells.at(-1)!.left
    const isHead =
      (row.cells.length > 1 || isCorner) &&
      below.top - row.bottom <= 1.2 * body &&
      row.cells.every((cell) => cell.right - cell.left <= maxCellEms * body && !/[:：。]/u.test(cell.text))
    if (!isHead) break
    count++
    below = row
  }
  return count
}

const maxHeadRows = 4

/** The rows from `start` on that may be one table: rows of cells, and between them lines of broken cells. */
function runAt(rows: readonly Row[], start: number, body: number): Row[] {
  if (!isTabular(rows[start]!, body)) return []
  let end = start + 1
  for (let i = end; i < rows.length; i++) {
    const row = rows[i]!
    const before = rows[i - 1]!
    if (row.top - before.bottom > maxRowGapEms * body) break
    if (isTabular(row, body)) end = i + 1
    else if (i - end >= 2 || row.right - row.left > maxCellEms * 1.5 * body) break
  }
  const run = rows.slice(start, end)
  const figured = run.filter((row) => row.cells.filter(({ text }) => isFigure(text)).length > 0)
  const isContents = run.filter(({ text }) => /[.…·]{4,}/u.test(text)).length * 2 > run.length
  return figured.length >= minRows && figured.length * 2 >= run.length && !isContents ? run : []
}

/** True for cells side by side with figures among them, as a table's row. @param body the size of running text */
export function isTabular({ cells }: Row, body: number): boolean {
  const isNarrow = cells.every((cell) => cell.right - cell.left <= maxCellEms * body)
  const isRow = cells.length > 1 && isNarrow && (cells.length > 2 || cells.some(({ text }) => isFigure(text)))
  return isRow && !isSpread(cells, body)
}

/** True for a Latin line whose words are merely spread to the edges of a narrow column, so that blanks are alike. */
function isSpread(cells: readonly Fragment[], body: number): boolean {
  const words = cells.flatMap((cell) => cell.words)
  const letters = words.filter(({ text }) => /^[\p{Script=Latin}\p{P}]+(?:\s|$)/u.test(text))
  if (words.length < 3 || letters.length * 2 <= words.length) return false
  const gaps = words.slice(1).map((word, i) => word.left - words[i]!.right)
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)]
  return most <= spreads.maxEms * body && most - least <= spreads.maxDifferenceEms * body
}

/** The blanks of a spread line are no wider and differ no more. */
const spreads = { maxEms: 4, maxDifferenceEms: 0.3 } as const

/** A table of rows whose cells fall into columns; null where a row with figures does not. */
function alignedTable(run: readonly Row[], rulings: readonly Ruling[], body: number): PageTable | null {
  const isBody = run.map((row) => row.cells.some(({ text }) => isFigure(text)))
  const bodyRows = run.filter((_, i) => isBody[i])
  const edges = edgesOf(
    bodyRows.flatMap(({ cells }) => cells),
    bodyRows.length,
  )
  const columns = edges.length - 1
  if (columns < 2) return null
  const figured = isBody.indexOf(true)
  // The upper line of a broken label may stand above the first figures.
  const above = run[figured - 1]
  const opensLabel =
    above?.cells.length === 1 &&
    above.right < edges[1]! + body &&
    run[figured]!.cells[0]!.left >= edges[1]! &&
    run[figured]!.top - above.bottom < 0
  const first = opensLabel ? figured - 1 : figured
  const placed: (Fragment | null)[][] = []
  for (const [i, row] of run.entries()) {
    const own: (Fragment | null)[] = Array.from({ length: columns }, () => null)
    for (const cell of row.cells) {
      const from = intervalOf(edges, cell.left + 0.2 * body)
      const to = intervalOf(edges, cell.right - 0.2 * body)
      const column = i < first ? intervalOf(edges, middleX(cell)) : from
      if ((isBody[i] && from !== to) || own[column]) return null
      own[column] = cell
    }
    placed.push(own)
  }
  const head = headOf(placed.slice(0, first), rulings, body)
  const rest = joinedLabels(placed.slice(first), run.slice(first), isBody.slice(first))
  return {
    ...boxAround(run),
    cells: [...head.rows.map((row) => row.map((cell) => cellOf([cell]))), ...rest],
    merges: head.merges,
    edges,
    words: run.flatMap(({ cells }) => cells).flatMap(({ words }) => words),
  }
}

type PlacedRow = readonly (Fragment | null)[]

/**
 * The rows of a head and the columns over which its headings stand. The ruling below a heading tells its columns, or
 * else that it stands over the middle of the headings below it. Where neither tells, the heading is left out, as a
 * figure under the wrong heading would be false.
 */
function headOf(
  placed: readonly PlacedRow[],
  rulings: readonly Ruling[],
  body: number,
): { rows: PlacedRow[]; merges: Merge[] } {
  const merges: Merge[] = []
  const rows = placed.map((row) => [...row])
  const last = rows.length - 1
  if (last < 1) return { rows, merges }
  // A heading that is alone in its column belongs to all rows of the head, at whatever height it is set.
  for (const [column] of rows[0]!.entries()) {
    const own = rows.flatMap((row, i) => (row[column] ? [i] : []))
    if (own.length !== 1 || own[0] === last) continue
    const isGroup =
      rows[own[0]!]!.filter(Boolean).length > 1 && spanBelow(rows, own[0]!, column, rulings, body) !== null
    if (isGroup) continue
    const isAlone = rows[last]![column] === null
    if (!isAlone) continue
    rows[0]![column] = rows[own[0]!]![column]!
    if (own[0] !== 0) rows[own[0]!]![column] = null
    merges.push({ rows: [0, rows.length], columns: [column, column + 1] })
  }
  const kept = rows.filter((row, i) => i === 0 || row.some((cell) => cell !== null))
  for (let i = 0; i < kept.length - 1; i++) {
    const alone = new Set(merges.filter(({ rows }) => rows[0] === 0).map(({ columns }) => columns[0]))
    const groups = kept[i]!.flatMap((cell, column) => (cell && !alone.has(column) ? [{ cell, column }] : []))
    if (groups.length === 0) continue
    const ruled = groups.map(({ column }) => spanBelow(kept, i, column, rulings, body))
    const spans = spansOf(groups, ruled, kept[i + 1]!, alone)
    for (const { column } of groups) kept[i]![column] = null
    for (const [k, span] of (spans ?? []).entries()) {
      kept[i]![span[0]] = groups[k]!.cell
      if (span[1] - span[0] > 1) merges.push({ rows: [i, i + 1], columns: span })
    }
  }
  const shrunk = kept.length < rows.length
  return {
    rows: kept,
    merges: shrunk
      ? merges.map((merge) => (merge.rows[1] > kept.length ? { ...merge, rows: [merge.rows[0], kept.length] } : merge))
      : merges,
  }
}

type Span = readonly [from: number, to: number]

/**
 * The columns over which each heading of a row stands above the row `below`; null where that is not certain.
 * @param ruled the columns that rulings tell, for each heading
 * @param alone columns whose only heading belongs to all rows
 */
function spansOf(
  groups: readonly { readonly cell: Fragment; readonly column: number }[],
  ruled: readonly (Span | null)[],
  below: PlacedRow,
  alone: ReadonlySet<number>,
): readonly Span[] | null {
  const known = ruled.filter((span) => span !== null)
  if (known.length === ruled.length) return known
  const leaves = below.flatMap((cell, column) => (cell && !alone.has(column) ? [{ column, x: middleX(cell) }] : []))
  if (leaves.length < groups.length) return null
  const pitch = leaves.length > 1 ? (leaves.at(-1)!.x - leaves[0]!.x) / (leaves.length - 1) : Infinity
  const found: Span[][] = []
  const search = (group: number, leaf: number, spans: Span[]) => {
    if (found.length > 1) return
    if (group === groups.length) {
      if (leaf === leaves.length) found.push(spans)
      return
    }
    for (let end = leaf; end < leaves.length; end++) {
      const isRun = leaves[end]!.column - leaves[leaf]!.column === end - leaf
      const centre = (leaves[leaf]!.x + leaves[end]!.x) / 2
      if (!isRun) break
      if (Math.abs(centre - middleX(groups[group]!.cell)) <= centreShare * pitch)
        search(group + 1, end + 1, [...spans, [leaves[leaf]!.column, leaves[end]!.column + 1]])
    }
  }
  search(0, 0, [])
  return found.length === 1 ? found[0]! : null
}

/** A heading is off the middle of its columns by no more than this share of a column. */
const centreShare = 0.3

/** The columns over which the ruling below a heading runs; null where the heading has no ruling of its own. */
function spanBelow(
  rows: readonly PlacedRow[],
  at: number,
  column: number,
  rulings: readonly Ruling[],
  body: number,
): Span | null {
  const cell = rows[at]![column]!
  const below = rows[at + 1]
  if (!below) return null
  const own = rulings.find(
    (one) =>
      one.isHorizontal &&
      one.at > middle(cell) &&
      one.at - cell.bottom < body &&
      one.from <= middleX(cell) &&
      one.to >= middleX(cell) &&
      below.some((leaf) => leaf && (middleX(leaf) < one.from || middleX(leaf) > one.to)),
  )
  if (!own) return null
  const under = below.flatMap((leaf, i) => (leaf && middleX(leaf) >= own.from && middleX(leaf) <= own.to ? [i] : []))
  return under.length > 0 ? [under[0]!, under.at(-1)! + 1] : null
}

/** The edges of columns, in gaps that hardly a row crosses. */
function edgesOf(cells: readonly Fragment[], rows: number): number[] {
  const events = cells
    .flatMap(({ left, right }): [number, number][] => [
      [left, 1],
      [right, -1],
    ])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const crossing = Math.floor(0.04 * rows)
  const edges = [events[0]![0]]
  let count = 0
  let gapFrom: number | null = null
  for (const [x, step] of events) {
    const before = count
    count += step
    if (before > crossing && count <= crossing) gapFrom = x
    if (before <= crossing && count > crossing && gapFrom !== null && x > gapFrom) edges.push((gapFrom + x) / 2)
  }
  return [...edges, events.at(-1)![0]]
}

/** The rows as cells. A broken label, which stands in the lines above and below its figures, is joined to their row. */
function joinedLabels(placed: readonly PlacedRow[], run: readonly Row[], isBody: readonly boolean[]): PageCell[][] {
  const texts = placed.map((row) => row.map((cell) => cell?.text ?? ''))
  const joined = placed.map((row) => row.map((cell) => cellOf([cell])))
  const gone = new Set<number>()
  const isLabelOnly = (i: number) =>
    !isBody[i] && texts[i]!.filter((text) => text !== '').length === 1 && texts[i]![0] !== ''
  for (const [i, row] of run.entries()) {
    if (!isLabelOnly(i)) continue
    const distance = (k: number) => (run[k] ? Math.abs(middle(run[k]!) - middle(row)) : Infinity)
    const [above, below] = [i - 1, i + 1]
    if (isBody[below] && texts[below]![0] === '' && distance(below) <= 1.2 * row.size) {
      joined[below]![0] = cellOf([joined[below]![0]!, joined[i]![0]!])
      gone.add(i)
    } else if (isBody[above] && distance(above) <= 1.7 * row.size && distance(above) <= distance(below)) {
      joined[above]![0] = cellOf([joined[above]![0]!, joined[i]![0]!])
      gone.add(i)
    }
  }
  return joined.filter((_, i) => !gone.has(i))
}
