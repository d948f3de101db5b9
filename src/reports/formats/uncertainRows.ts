import { widestCell, widestRowGap } from './alignment.ts'
import { middle, middleX, type PageTable, type Region, type Row } from './boxes.ts'
import { joinedRulings, type Ruling } from './rulings.ts'
import { isFigure } from './tableHead.ts'

/**
 * Tables of a page whose columns could not be told: rows that look like those of a table and stay lines. A passage made of such
 * a line says so, since its figures stand under no heading.
 */

/** Rows that look like a table's make one from this number on, between rulings from the lower one. */
const fewestRows = { bare: 3, ruled: 2 } as const
/** A row of so many figures is a table's, even alone; figures alone on their lines are a column of one from this number on. */
const certain = { figuresInRow: 3, figuresInColumn: 2 } as const
/** Rows of a table whose cells hold no figures have at least so many of them. */
const fewestCells = 3
/** Rulings of one width above each other are a table's from this number on. */
const fewestRulings = 3
/** Cells of at most so many characters may be names, which lists set in columns. */
const longestName = 4

/**
 * Tells of each row of a region whether it belongs to a table whose columns could not be told.
 * @param rows in reading order, certain tables a row each
 * @param rulings of the page
 * @param body the size of running text
 */
export function uncertainRows(rows: Region, rulings: readonly Ruling[], body: number): boolean[] {
  const found = rows.map((row) => row.table !== undefined && isTorn(row.table))
  const frames = framesOf(rulings, body)
  for (let from = 0; from < rows.length; ) {
    const end = runFrom(rows, from, body)
    const run = rows.slice(from, end)
    const isFramed = (row: Row) =>
      frames.some(
        ({ top, bottom, left, right }) =>
          middle(row) > top &&
          middle(row) < bottom &&
          row.cells.every((cell) => middleX(cell) > left && middleX(cell) < right),
      )
    const isTable = looksTabular(run) || run.filter((row) => isFramed(row) && hasFigure(row)).length >= fewestRows.ruled
    if (isTable) found.fill(true, from, end)
    from = Math.max(end, from + 1)
  }
  return found
}

/** The end of the rows of cells that begin at `from`, short lines between them included; `from` where none begin there. */
function runFrom(rows: Region, from: number, body: number): number {
  let end = from
  for (let i = from; i < rows.length; i++) {
    const row = rows[i]!
    const before = rows[i - 1]
    if (row.table || row.isMark) break
    if (i > from && row.top - before!.bottom > widestRowGap * body) break
    if (isCelled(row, body) || isFigure(row.text)) end = i + 1
    else if (end === from || i - end >= 2 || row.right - row.left > widestCell * 1.5 * body) break
  }
  return end
}

function isCelled({ cells, text }: Row, body: number): boolean {
  const isLeader = /[.…·]{4,}/u.test(text)
  return cells.length > 1 && !isLeader && cells.every((cell) => cell.right - cell.left <= widestCell * body)
}

function hasFigure({ cells }: Row): boolean {
  return cells.length > 1 && cells.some(({ text }) => isFigure(text))
}

function looksTabular(run: Region): boolean {
  const celled = run.filter(({ cells }) => cells.length > 1)
  const figured = celled.filter(hasFigure)
  if (figured.some(({ cells }) => cells.filter(({ text }) => isFigure(text)).length >= certain.figuresInRow))
    return true
  const alone = run.filter(({ text }) => isFigure(text)).length
  if (alone >= certain.figuresInColumn && alone * 2 >= run.length) return true
  if (figured.length >= fewestRows.bare && figured.length * 2 >= celled.length) return true
  const wide = celled.filter(({ cells }) => cells.length >= fewestCells)
  const isNames = wide.every(({ cells }) => cells.every(({ text }) => [...text].length <= longestName))
  return wide.length >= fewestRows.bare && wide.length * 2 >= celled.length && !isNames && areAligned(wide)
}

/** True where the left edges or the middles of most cells stand under those of the row with the most cells. */
function areAligned(rows: Region): boolean {
  const first = rows.reduce((a, b) => (b.cells.length > a.cells.length ? b : a))
  const others = rows.filter((row) => row !== first)
  return [(cell: Row['cells'][number]) => cell.left, middleX].some((place) => {
    const places = first.cells.map(place)
    const under = others
      .flatMap(({ cells }) => cells)
      .map((cell) => places.some((x) => Math.abs(x - place(cell)) <= 0.5 * cell.size))
    return under.filter(Boolean).length >= 0.7 * under.length
  })
}

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** The areas between horizontal rulings of like extent, as tables have them that no vertical line parts. */
function framesOf(rulings: readonly Ruling[], body: number): Frame[] {
  const groups: Ruling[][] = []
  for (const one of joinedRulings(rulings, true, 0.25 * body)) {
    const alike = groups.find(
      ([first]) => Math.abs(first!.from - one.from) <= body && Math.abs(first!.to - one.to) <= body,
    )
    if (alike) alike.push(one)
    else groups.push([one])
  }
  return groups
    .filter((group) => group.length >= fewestRulings)
    .map((group) => ({
      left: group[0]!.from,
      right: group[0]!.to,
      top: Math.min(...group.map(({ at }) => at)),
      bottom: Math.max(...group.map(({ at }) => at)),
    }))
}

/** True where a cell of a table holds several figures side by side: the columns that part them were not seen. */
function isTorn({ cells }: PageTable): boolean {
  return cells.some((row) => row.some(({ text }) => text.split('\n').some(holdsFigures)))
}

/** True where a line is several figures, perhaps with a label; a figure whose thousands are parted by blanks is one. */
function holdsFigures(line: string): boolean {
  const words = line.trim().split(/\s+/u)
  const figures = words.filter(isFigure)
  const isOne = /^\d{1,3}(?: \d{3})+(?:\.\d+)?$/u.test(figures.join(' '))
  return figures.length > 1 && figures.length * 2 >= words.length && !isOne
}
