import type { DropReason } from '../lines.ts'
import { isTabular, withAlignedTables } from './alignment.ts'
import { median, middle, type Region, type Row, type Word } from './boxes.ts'
import { ruledTables } from './grids.ts'
import { regionsOf } from './regions.ts'
import type { Ruling } from './rulings.ts'
import { uncertainRows } from './uncertainRows.ts'

/** The words and rulings of a page. */
export interface PageOfWords {
  readonly width: number
  readonly height: number
  readonly words: readonly Word[]
  /** The words in another direction than the page's, turned upright; they are read after the others. */
  readonly turned?: readonly Word[]
  readonly rulings?: readonly Ruling[]
  /** True where positions and sizes are measured on a picture. */
  readonly isRough?: boolean
  /** The page as its file shows it, where its words are set otherwise. */
  readonly shown?: {
    readonly width: number
    readonly height: number
    /** The quarters clockwise by which most words are turned. */
    readonly turn: number
    /** The degrees clockwise by which its lines are turned besides. */
    readonly skew: number
  }
}

/** A line that is about to be written. */
export interface PlacedLine {
  row: Row
  readonly page: number
  /** The index of its region in the whole document. */
  readonly region: number
  readonly isFirstOfRegion: boolean
  readonly column: Column
  readonly isRough: boolean
  /** True for a row of a table whose columns are not certain. */
  readonly isRow: boolean
  /** True for a line of a table whose columns could not be told. */
  readonly isUncertain: boolean
  furniture?: DropReason
  level: number
}

interface Column {
  readonly left: number
  readonly right: number
  /** The distance from one line to the next. */
  readonly pitch: number
}

/** The indent of a paragraph's first line. A smaller one is uneven printing, a larger one a centred line. */
export const indentEms = { min: 1.2, max: 4.6 } as const

/** The size of most characters. */
export function bodySize(pages: readonly PageOfWords[]): number {
  const counts = new Map<number, number>()
  for (const { words, isRough } of pages) {
    for (const { size, text } of words) {
      // Sizes are grouped in steps of 4 % (12 % on a picture).
      const step = isRough ? 0.12 : 0.04
      const key = Math.round(Math.log(Math.max(size, 0.1)) / step) * step
      counts.set(key, (counts.get(key) ?? 0) + text.length)
    }
  }
  const [key] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [Math.log(10), 0])
  return Math.exp(key)
}

/** The lines of all pages in reading order, before furniture and headings are told. @param body the text's size */
export function placeLines(pages: readonly PageOfWords[], body: number): PlacedLine[] {
  const found: { rows: Region; page: number }[] = []
  for (const [page, { words, turned = [], rulings = [] }] of pages.entries()) {
    const { tables, rest } = ruledTables(words, rulings, body)
    for (const rows of [...regionsOf(rest, body, tables), ...regionsOf(turned, body)])
      found.push({ rows: withAlignedTables(rows, rulings, body), page })
  }
  const columns = found.map(({ rows }) => columnOf(rows, body))
  const wide = columns.filter((_, i) => found[i]!.rows.length >= 4)
  return found.flatMap(({ rows, page }, region) => {
    const own = columns[region]!
    // A few lines do not show the edges of their column, so those of a longer column like it are taken.
    const like = (other: Column) =>
      other.left <= own.left + 0.3 * body &&
      own.left - other.left <= indentEms.max * body &&
      own.right <= other.right + 0.5 * body
    const column = (rows.length < 4 && wide.find(like)) || own
    const isRough = pages[page]!.isRough === true
    const isRow = rows.map((row) => isTabular(row, body))
    const isUncertain = uncertainRows(rows, pages[page]!.rulings ?? [], body)
    return rows.map((row, i) => {
      const inTable = isRow[i]! && (isRow[i - 1] === true || isRow[i + 1] === true)
      return {
        row,
        page,
        region,
        isFirstOfRegion: i === 0,
        column,
        isRough,
        isRow: inTable || row.isMark === true,
        isUncertain: isUncertain[i]!,
        level: 0,
      }
    })
  })
}

function columnOf(rows: Region, body: number): Column {
  const running = rows.filter((row) => !row.table && row.size < 1.15 * body)
  const measured = running.length > 0 ? running : rows
  const steps = measured.slice(1).map((row, i) => middle(row) - middle(measured[i]!))
  return {
    left: Math.min(...measured.map((row) => row.left)),
    right: Math.max(...measured.map((row) => row.right)),
    pitch: median(steps),
  }
}
