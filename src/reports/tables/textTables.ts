import { tableLines } from '../formats/rows.ts'
import { unitIn } from '../formats/tableHead.ts'
import type { Line } from '../lines.ts'
import { blankTable, rowsFrom } from './blankColumns.ts'
import { cellTable } from './cellLines.ts'
import { isFree } from './cells.ts'
import { withLooseTables } from './looseCells.ts'
import { tabbedTable } from './tabbedCells.ts'

/**
 * Makes rows of the tables in a plain text, whose columns are parted by blanks or which have each cell on a line of its
 * own. Tables are told by figures that stand in the same place of every row. Where the rows do not agree, short lines
 * full of figures become rows of an uncertain table, and other lines stay as they are.
 * @param text the canonical text of the lines
 */
export function withTextTables(text: string, lines: readonly Line[]): Line[] {
  const found: Line[] = []
  // Rows that make no table from the first of them on make no table from a later one on either.
  let triedTo = 0
  let tableEnd = 0
  for (let at = 0; at < lines.length; ) {
    const rows = at < triedTo ? [] : rowsFrom(text, lines, at)
    triedTo = Math.max(triedTo, at + rows.length)
    const table = blankTable(text, rows, at) ?? tabbedTable(text, lines, at) ?? cellTable(text, lines, at, tableEnd)
    if (table === null) {
      found.push(lines[at++]!)
      continue
    }
    found.push(...lines.slice(at, at + table.captions))
    const units = found.slice(-2).flatMap((line, i, near) => {
      const unit = isFree(line) && line.content.text.length <= 60 ? unitIn(text, line.range) : null
      // The unit is repeated in every row, and its own line heads nothing.
      if (unit !== null) found[found.length - near.length + i] = { ...line, role: 'alone' }
      return unit === null ? [] : [unit]
    })
    found.push(...tableLines(text, table.grid, { headRows: table.headRows, context: units.slice(-1) }))
    tableEnd = at = table.end
  }
  return withLooseTables(text, found)
}
