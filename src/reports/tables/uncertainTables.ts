import type { Range } from '../../text/range.ts'
import { isFigure } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'
import type { Dropped } from '../types.ts'
import { cellsIn } from './blankColumns.ts'
import { isFree } from './cells.ts'

/** Lines of cells look like a table from this number on. */
const fewestRows = 3
/** Lines of cells without figures have at least so many of them. */
const fewestCells = 3
/** Cells of at most so many characters may be names, which lists set in columns. */
const longestName = 4

/** A way in which plain text sets a table. */
interface Setting {
  holds(text: string, line: Line): boolean
  /** True where lines that hold, one below the other, are a table. */
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
 * The stretches of a text that look like tables whose columns could not be told: lines of cells that nothing made into rows,
 * and cells that stand in rows without their heads.
 * Neighbouring lines are one stretch, page furniture is none.
 * @param lines as they were understood, tables already made into rows
 * @param told such lines that a page's layout tells
 */
export function uncertainTablesIn(
  text: string,
  lines: readonly Line[],
  told: readonly Range[],
  dropped: readonly Dropped[],
): Range[] {
  const found = [...told, ...lines.filter(({ isUncertain }) => isUncertain).map(({ range }) => range)]
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
  if (figured >= fewestRows && figured * 2 >= rows.length) return true
  const wide = rows.filter((cells) => cells.length >= fewestCells)
  const isNames = wide.every((cells) => cells.every((cell) => [...cell].length <= longestName))
  return wide.length >= fewestRows && wide.length * 2 >= rows.length && !isNames
}

/** Ranges in order, those between which nothing but white space stands as one. */
function joined(text: string, ranges: readonly Range[]): Range[] {
  const found: [number, number][] = []
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1)
    if (last && text.slice(last[1], start).trim() === '') last[1] = Math.max(last[1], end)
    else found.push([start, end])
  }
  return found
}
