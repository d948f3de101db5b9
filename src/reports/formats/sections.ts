import { numberingOf } from '../lineClues.ts'
import { isRemark } from './stacks.ts'
import { cellsOf, type Grid, type GridRow } from './tableHead.ts'

/** Tells whether a row of one cell heads the rows below: it spans the table, or is numbered unlike the row below. */
export function isSection(text: string, row: GridRow, below: GridRow): boolean {
  const only = cellsOf(row)[0]
  if (only && isRemark(text.slice(...only.cell))) return false
  const covered = row.filter((cell) => cell !== null).length
  if (covered > 1 && covered * 2 > row.length) return true
  const numbering = (cells: GridRow) => {
    const first = cellsOf(cells)[0]
    return first ? numberingOf(text.slice(...first.cell)) : 0
  }
  return numbering(row) > 0 && numbering(below) !== numbering(row)
}

/** The index of the last row of more than one cell; -1 for none. */
export function lastFullRow(body: Grid): number {
  return body.findLastIndex((row) => cellsOf(row).length > 1)
}

/** The rows at which a section ends without another: a total, though perhaps its own, or a remark across the table. */
export function sectionEnds(text: string, body: Grid): ReadonlySet<number> {
  const lastFull = lastFullRow(body)
  const ends = new Set<number>()
  const totals: number[] = []
  let hasSection = false
  for (const [i, row] of body.entries()) {
    const cells = cellsOf(row)
    if (cells.length === 0 || i > lastFull) continue
    const words = text.slice(...cells[0]!.cell).replace(/\s+/gu, '')
    if (cells.length === 1) {
      if (isSection(text, row, body[i + 1]!)) hasSection = true
      else if (hasSection && isRemark(words)) ends.add(i)
    } else if (hasSection && /总计$/u.test(words)) ends.add(i)
    else if (/^(?:合计|总数|共计|总额|total)$/iu.test(words)) totals.push(i)
  }
  if (hasSection && totals.length === 1 && totals[0] === lastFull) ends.add(lastFull)
  return ends
}
