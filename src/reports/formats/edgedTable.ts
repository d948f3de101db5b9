import { lowerBound } from '../../lowerBound.ts'
import type { CellMarkup, RowMarkup } from './markup.ts'

/** A cell of a table whose format tells where on the page its edges are, and not how many columns it covers. */
export interface EdgedCell {
  readonly content: string
  /** The places of its left and right edges, in twentieths of a point; null where they are unknown. */
  readonly edges: readonly [left: number, right: number] | null
  /** The part that the cell has in cells merged downwards: none, their first one or another one. */
  readonly merged: 'none' | 'first' | 'below'
}

export interface EdgedRow {
  readonly cells: readonly EdgedCell[]
  /** True where the format marks the row as one of the table's head. */
  readonly isHead: boolean
}

/** Edges that are nearer to each other are one: a tenth of an inch or so. */
const tolerance = 120
/** The edges of more cells in a row than programs make are not compared. */
const maxCells = 256
const noColumns: readonly [number, number] = [0, 0]

/** A cell with the columns that it covers. */
interface PlacedCell extends EdgedCell {
  readonly from: number
  readonly to: number
}

/** Tells by the edges of cells which columns and rows each covers. */
export function rowsByEdges(rows: readonly EdgedRow[]): RowMarkup[] {
  const places = rows.flatMap(({ cells }) => cells.flatMap(({ edges }) => edges ?? []))
  const isKnown = rows.every(({ cells }) => cells.length <= maxCells && cells.every(({ edges }) => edges !== null))
  const starts = isKnown ? columnEdges(places) : []
  const columnOf = (place: number) => lowerBound(0, starts.length, (i) => starts[i]! <= place) - 1
  const placed = rows.map(({ cells }) =>
    cells.map((cell, i): PlacedCell => {
      const [left, right] = cell.edges ?? noColumns
      const from = isKnown ? columnOf(left) : i
      return { ...cell, from, to: isKnown ? Math.max(from + 1, columnOf(right)) : i + 1 }
    }),
  )
  const heights = heightsBelow(placed)
  // The columns of the row above in which a merged cell goes on below.
  let open = new Set<number>()
  return rows.map(({ isHead }, r) => {
    const cells: CellMarkup[] = []
    const goesOn = new Set<number>()
    let column = 0
    for (const cell of placed[r]!) {
      // A row that begins further right, or leaves out columns, has an empty cell there.
      if (cell.from > column) cells.push({ content: '', columns: cell.from - column, rows: 1 })
      column = Math.max(column, cell.to)
      const isCovered = isBelow(cell) && open.has(cell.from)
      if (isCovered || cell.merged === 'first') goesOn.add(cell.from)
      const height = cell.merged === 'first' ? 1 + (heights[r + 1]?.get(cell.from) ?? 0) : 1
      if (!isCovered) cells.push({ content: cell.content, columns: cell.to - cell.from, rows: height })
    }
    open = goesOn
    return { cells, isHead }
  })
}

/** The places at which columns begin, from the left: the first of each bunch of edges. */
function columnEdges(places: readonly number[]): number[] {
  const starts: number[] = []
  for (const place of [...places].sort((one, other) => one - other))
    if (starts.length === 0 || place > starts.at(-1)! + tolerance) starts.push(place)
  return starts
}

/** Tells whether a cell may be part of one above it. A cell that has words of its own keeps them. */
function isBelow({ merged, content }: PlacedCell): boolean {
  return merged === 'below' && content === ''
}

/** For each row, the number of rows from it downwards over which a merged cell goes on, by the cell's column. */
function heightsBelow(rows: readonly (readonly PlacedCell[])[]): ReadonlyMap<number, number>[] {
  const heights: Map<number, number>[] = []
  for (let r = rows.length - 1; r >= 0; r--)
    heights[r] = new Map(rows[r]!.filter(isBelow).map(({ from }) => [from, 1 + (heights[r + 1]?.get(from) ?? 0)]))
  return heights
}
