import type { Range } from '../../text/range.ts'
import { isFigure } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'
import type { Dropped } from '../types.ts'
import { cellsIn } from './blankColumns.ts'
import { isFree } from './cells.ts'

/** Lines of cells look like a table from this number on. */
const minRows = 3
/** Lines of cells without figures must have this many cells at least. */
const minCells = 3
/** Cells of this many characters at most may be names, which lists set in columns. */
const maxNameCharacters = 4

/** A style in which plain text sets a table. */
interface Setting {
  /** True where a line could be a row. */
  holds(text: string, line: Line): boolean
  /** True where such lines, one below the other, look like a table. */
  isTable(text: string, lines: readonly Line[]): boolean
}

const settings: readonly Setting[] = [
  {
    holds: (text, line) => cellsIn(text, line) !== null,
    isTable: (text, lines) => isTabular(lines.map((line) => cellsIn(text, line)!.map((cell) => text.slice(...cell)))),
  },
  {
    holds: (text, line) => isFree(line) && pipedCells(text, line).length > 1,
    isTable: (text, lines) => isTabular(lines.map((line) => pipedCells(text, line))),
  },
]

/**
 * Finds stretches of a text that look like tables whose columns could not be told: lines of cells that nothing made
 * into rows, and cells that stand in rows without their heads. Neighbouring lines are one stretch; page furniture
 * belongs to none.
 * @param lines the lines of the restored text, in which tables are made into rows already
 * @param known such stretches that a page's layout tells
 */
export function uncertainTablesIn(
  text: string,
  lines: readonly Line[],
  known: readonly Range[],
  dropped: readonly Dropped[],
): Range[] {
  const found = [...known, ...lines.filter(({ isUncertain }) => isUncertain).map(({ range }) => range)]
  for (const { holds, isTable } of settings) {
    for (let from = 0; from < lines.length; from++) {
      let to = from
      while (to < lines.length && holds(text, lines[to]!) && (to === from || lines[to]!.blanksBefore <= 1)) to++
      if (to === from) continue
      const run = lines.slice(from, to)
      if (isTable(text, run)) found.push(...run.map(({ range }) => range))
      from = to - 1
    }
  }
  const isDropped = ([start, end]: Range) => dropped.some(({ range }) => range[0] <= start && end <= range[1])
  return joined(
    text,
    found.filter((range) => !isDropped(range)),
  )
}

function pipedCells(text: string, { range }: Line): string[] {
  const shown = text.slice(...range).replace(/^\||\|$/gu, '')
  return shown.includes('|') ? shown.split('|').map((cell) => cell.trim()) : []
}

function isTabular(rows: readonly (readonly string[])[]): boolean {
  const figured = rows.filter((cells) => cells.some(isFigure)).length
  if (figured >= minRows && figured * 2 >= rows.length) return true
  const wide = rows.filter((cells) => cells.length >= minCells)
  const isNames = wide.every((cells) => cells.every((cell) => [...cell].length <= maxNameCharacters))
  return wide.length >= minRows && wide.length * 2 >= rows.length && !isNames
}

/** Puts ranges in order, and joins those between which there is only white space. */
function joined(text: string, ranges: readonly Range[]): Range[] {
  const found: [number, number][] = []
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1)
    if (last && text.slice(last[1], start).trim() === '') last[1] = Math.max(last[1], end)
    else found.push([start, end])
  }
  return found
}
