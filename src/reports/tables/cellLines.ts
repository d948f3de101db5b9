import type { Range } from '../../text/range.ts'
import { unitIn } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'
import { type FoundTable, isCell, isHead, isValue, maxColumns, minRows, tabsBefore, unfolded } from './cells.ts'

/** The name of a table has this many characters at least; headings of columns are shorter. */
const minNameCharacters = 8
const maxUnitCharacters = 6
/** A cell that names the rows below it has this many characters at least; units are shorter. */
const minSectionCharacters = 3

/**
 * Finds a table with every cell on a line of its own. The rows alone tell it: each begins with words and has figures in
 * the same places. Above them there must be one row of heads and at most the table's name and unit, or the head of a
 * cell could not be told.
 * @param from the end of the table before, the only line inside a run of cells at which a table may begin
 */
export function cellTable(text: string, lines: readonly Line[], at: number, from: number): FoundTable | null {
  if (!isCell(lines[at]) || (isCell(lines[at - 1]) && at !== from)) return null
  let run = at
  while (isCell(lines[run])) run++
  const cells = lines.slice(at, run).map(({ range }) => range)
  // If only some cells have tabs, the tabs say where rows begin, which `tabbedTable` reads.
  if (cells.slice(1).some((cell) => tabsBefore(text, cell) !== tabsBefore(text, cells[1]!))) return null
  const first = cells.findIndex((cell) => isNumber(text, cell))
  let best: FoundTable | null = null
  for (let columns = 2; columns <= maxColumns; columns++) {
    for (let figure = 1; figure < columns; figure++) {
      // A row that only names those below it may stand between the head and the first figure.
      for (const named of [0, 1]) {
        const start = first - figure - named
        const head = cells.slice(Math.max(0, start - columns), Math.max(0, start))
        const above = cells.slice(0, Math.max(0, start - columns))
        if (head.length < columns || !isHead(text, head) || !isCaption(text, above)) continue
        const body = rowsAlike(text, cells.slice(start), columns, figure)
        const end = at + start + body.cells
        if (body.full < minRows || (best !== null && end <= best.end)) continue
        best = unfolded(text, { grid: [head, ...body.rows], captions: start - columns, headRows: 1, end })
      }
    }
  }
  return best
}

interface Body {
  readonly rows: (Range | null)[][]
  /** The number of rows with all their cells. */
  full: number
  /** The number of cells that the rows take. */
  cells: number
}

/** The rows of `columns` cells that have figures where the first row has them, and words elsewhere. */
function rowsAlike(text: string, cells: readonly Range[], columns: number, figure: number): Body {
  const found: Body = { rows: [], full: 0, cells: 0 }
  const kindsAt = (at: number) => cells.slice(at, at + columns).map((cell) => isNumber(text, cell))
  const labelled = isNumber(text, cells[figure]!) ? 0 : 1
  const kinds = kindsAt(labelled)
  const half = columns / 2
  const isDouble = Number.isInteger(half) && half > 1 && kinds.every((kind, i) => kind === kinds[(i + half) % columns])
  // Rows have words as names and units; longer words elsewhere may not stand under their head.
  const isLong = ([from, to]: Range, column: number) =>
    column > 0 && !kinds[column] && !(isDouble && column === half) && to - from > maxUnitCharacters
  const isRow = (at: number) =>
    at + columns <= cells.length &&
    kindsAt(at).every((kind, column) => kind === kinds[column]) &&
    !cells.slice(at, at + columns).some(isLong)
  if (kinds[0]) return found
  for (let at = 0; ; at = found.cells) {
    if (isRow(at)) {
      found.rows.push(cells.slice(at, at + columns))
      found.cells = at + columns
      found.full++
    } else if (at < cells.length && !isNumber(text, cells[at]!) && isRow(at + 1)) {
      const [name, label] = [cells[at]!, cells[at + 1]!]
      const rest: (Range | null)[] = cells.slice(at + 2, at + 1 + columns)
      const [length, below] = [name[1] - name[0], label[1] - label[0]]
      // The two characters of a label that is set wide may stand on two lines.
      if (length === 1 && below === 1) found.rows.push([[name[0], label[1]], ...rest])
      else if (length < minSectionCharacters) return found
      else found.rows.push([name, ...rest.map(() => null)], [label, ...rest])
      found.cells = at + 1 + columns
      found.full++
    } else return isNumber(text, cells[at] ?? null) ? { rows: [], full: 0, cells: 0 } : found
  }
}

/** True where the cells above a head can only be the table's name and unit. */
function isCaption(text: string, cells: readonly Range[]): boolean {
  const names = cells.filter((cell) => unitIn(text, cell) === null)
  return names.length <= 1 && cells.length <= 2 && names.every(([start, end]) => end - start >= minNameCharacters)
}

function isNumber(text: string, cell: Range | null): boolean {
  return cell !== null && isValue(text.slice(...cell))
}
