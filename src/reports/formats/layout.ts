import type { Range } from '../../text/range.ts'
import { groupBy } from '../groups.ts'
import { isTorn, numberingOf } from '../lineClues.ts'
import { emsOf } from '../width.ts'
import { middle, type PageTable } from './boxes.ts'
import { markFurniture } from './furniture.ts'
import { joinHeadings, markHeadings } from './headings.ts'
import { bodySize, indentEms, type PageOfWords, type PlacedLine, placeLines } from './placedLines.ts'
import type { Grid } from './rows.ts'
import { type OpenTable, writeTable } from './tableWriter.ts'
import { encodedPlaces, type WrittenWords } from './wordPlacing.ts'
import type { ManuscriptWriter } from './writer.ts'

export type { Word } from './boxes.ts'
export type { PageOfWords } from './placedLines.ts'

/** The properties of the canonical text that layout tells. Stretches are in its order. */
interface LaidOut {
  /** The lines that OCR read with doubt. */
  readonly doubtful: readonly Range[]
  /** The lines of tables whose columns could not be told. */
  readonly uncertainTables: readonly Range[]
  /** The places of the words, as `encodePlaces` writes them; null where no word has one. */
  readonly places: Uint8Array | null
}

/** The typographic habits of a document. */
interface Habits {
  /** The size of running text. */
  readonly body: number
  /** True where paragraphs open with white space. */
  readonly indents: boolean
  /** The words that are written with a hyphen somewhere inside a line. */
  readonly hyphened: ReadonlySet<string>
}

/**
 * Writes pages in reading order, a line of the canonical text for each physical line. The layout tells running heads
 * and page numbers, headings by their size, and where paragraphs begin and go on.
 */
export function layOut(pages: readonly PageOfWords[], writer: ManuscriptWriter): LaidOut {
  const body = bodySize(pages)
  const lines = placeLines(pages, body)
  markFurniture(lines, pages, body)
  markHeadings(lines, body)
  const habits = { body, indents: opensIndented(lines), hyphened: hyphenedWords(lines) }
  const doubtful: Range[] = []
  const uncertainTables: Range[] = []
  const written: WrittenWords[] = []
  const byPage = groupBy(lines, ({ page }) => page)
  const ordered = [...pages.entries()].map(([number, page]) => {
    const own = joinHeadings(byPage.get(number) ?? [])
    const isHead = (line: PlacedLine) => line.furniture && middle(line.row) < page.height / 2
    const isFoot = (line: PlacedLine) => line.furniture && !isHead(line)
    return [...own.filter(isHead), ...own.filter((line) => !line.furniture), ...own.filter(isFoot)]
  })
  const running = ordered.flat().filter((line) => !line.furniture)
  let read = 0
  let open: Continued | null = null
  for (const own of ordered) {
    writer.page()
    for (const line of own) {
      const { table } = line.row
      if (table) open = writePageTable(writer, table, open, body)
      else if (!line.furniture) open = null
      if (table) {
        doubtful.push(...doubtfulCells(table, open!.table.cells))
        written.push({ range: open!.table.range, page: line.page, words: table.words, edges: table.edges })
        if (lacksHead(table, open!.table) || line.isUncertain) uncertainTables.push(open!.table.range)
      } else {
        const range = write(line, running[read - 1], running[read + 1], habits, writer)
        if (line.row.doubtful) doubtful.push(range)
        written.push({ range, page: line.page, words: line.row.cells.flatMap((cell) => cell.words) })
        if (line.isUncertain && !line.furniture) uncertainTables.push(range)
      }
      if (!line.furniture) read++
    }
  }
  return { doubtful, uncertainTables, places: encodedPlaces(writer.text, written, pages) }
}

/** A table that the next page may go on with. */
interface Continued {
  readonly table: OpenTable
  readonly edges: readonly number[]
}

/** True where no head tells what the figures of a table are; a single column beside the labels needs none. */
function lacksHead({ edges }: PageTable, { head }: OpenTable): boolean {
  return head.length === 0 && edges.length > 3
}

/** Writes a table, which goes on with the table before it if their columns stand at the same positions. */
function writePageTable(
  writer: ManuscriptWriter,
  { cells, merges, edges }: PageTable,
  before: Continued | null,
  body: number,
): Continued {
  const goesOn =
    before !== null &&
    before.edges.length === edges.length &&
    edges.every((edge, i) => Math.abs(edge - before.edges[i]!) <= body)
  const texts = cells.map((row) => row.map(({ text }) => text))
  return { table: writeTable(writer, texts, merges, {}, goesOn ? before.table : null), edges }
}

/** The doubtful cells of a table, in the canonical text. @param written the ranges of its cells there */
function doubtfulCells({ cells }: PageTable, written: Grid): Range[] {
  return cells.flatMap((row, r) =>
    row.flatMap(({ doubtful }, c) => {
      const range = written[r]?.[c] ?? null
      return doubtful && range ? [range] : []
    }),
  )
}

function write(
  line: PlacedLine,
  before: PlacedLine | undefined,
  next: PlacedLine | undefined,
  habits: Habits,
  writer: ManuscriptWriter,
): Range {
  const { row, level, furniture } = line
  const notes = row.hidden ?? []
  if (furniture) return writer.line(row.text, { furniture })
  if (line.isRow) return writer.line(row.text, { isRow: true, hidden: notes })
  const isStory = line.isFirstOfRegion && level > 0 && row.size >= 1.35 * habits.body
  const continues = level > 0 ? undefined : continuesParagraph(before, line, habits)
  return writer.line(row.text, {
    level,
    bold: row.bold && level === 0,
    indented: isIndented(line),
    blanksBefore: isStory && before !== undefined ? 3 : continues === false && isApart(before, line) ? 1 : 0,
    ...(continues !== undefined && { continues }),
    hidden: [...notes, ...(next && level === 0 ? breakingHyphen(row.text, next.row.text, habits) : [])],
  })
}

/** The indent of a line from its column's edge, in em. */
const indentOf = ({ row, column }: PlacedLine): number => (row.left - column.left) / row.size

function isIndented(line: PlacedLine): boolean {
  return indentOf(line) >= indentEms.min && indentOf(line) <= indentEms.max
}

/** Tells whether the first word of `next` would have had room at the end of `line`. */
function isShort(line: PlacedLine, next: PlacedLine): boolean {
  const head = /^[“‘"'(（《]*(?:[\p{Script=Latin}\d.,%/@:-]+|.)[”’"')）》,，。.;；:：、!！?？%]*/u.exec(next.row.text)
  const room = (line.column.right - line.row.right) / line.row.size
  return room > emsOf(head?.[0] ?? '') + 0.8
}

function isApart(before: PlacedLine | undefined, line: PlacedLine): boolean {
  if (before === undefined || before.region !== line.region) return true
  return middle(line.row) - middle(before.row) > 1.45 * Math.max(line.column.pitch, line.row.size)
}

function opensIndented(lines: readonly PlacedLine[]): boolean {
  const running = lines.filter((line) => !line.furniture && line.level === 0)
  return running.filter(isIndented).length * 30 > running.length
}

/** Tells whether a line carries on the paragraph of the line before it; undefined where its place does not tell. */
function continuesParagraph(before: PlacedLine | undefined, line: PlacedLine, habits: Habits): boolean | undefined {
  if (before === undefined || before.level > 0 || before.isRow || before.row.table) return false
  const change = Math.abs(before.row.size - line.row.size) / Math.max(before.row.size, line.row.size)
  if (change > (line.isRough ? 0.3 : 0.12)) return false
  if (before.row.bold !== line.row.bold && !isTorn(before.row.text)) return false
  const isSame = before.region === line.region
  const torn = isTorn(before.row.text)
  if (isSame && isApart(before, line)) return false
  // Text below a gap in the same column goes on only in mid-sentence, as around a picture.
  const isBelow = before.page === line.page && line.row.top > before.row.bottom && line.row.left < before.row.right
  if (!isSame && isBelow && !torn) return false
  const opensItem = numberingOf(before.row.text) > 0 || /^(?:[-•●·○▪]|\d+[.)、）])/u.test(before.row.text)
  const hangs = isSame && opensItem && line.row.left - before.row.left > 0.5 * line.row.size
  if (!hangs && indentOf(line) >= indentEms.min) {
    const isBlock = isSame && torn && Math.abs(before.row.left - line.row.left) < 0.3 * line.row.size
    return isBlock ? undefined : false
  }
  // A ragged line may end though the next word would have had room; then a sentence goes on in small letters.
  const goesOnInLatin = torn && /^\p{Ll}/u.test(line.row.text) && /[\p{Script=Latin}\d,]$/u.test(before.row.text)
  if (goesOnInLatin) return true
  if (isShort(before, line)) return torn && !isSame ? undefined : false
  if (numberingOf(line.row.text) > 0 && !torn) return undefined
  return habits.indents || torn || hangs ? true : undefined
}

const lineEnd = /(\p{Script=Latin}+)[-\u2010\u00ad]$/u

/** The hyphen at a line's end that only breaks a word, as a range in the line; none where there is no such hyphen. */
function breakingHyphen(text: string, next: string, { hyphened }: Habits): Range[] {
  const start = lineEnd.exec(text)?.[1]
  const rest = /^\p{Ll}+/u.exec(next)?.[0]
  if (start === undefined || rest === undefined || hyphened.has(`${start}-${rest}`)) return []
  return [[text.length - 1, text.length]]
}

function hyphenedWords(lines: readonly PlacedLine[]): Set<string> {
  return new Set(lines.flatMap(({ row }) => row.text.match(/\p{Script=Latin}+-\p{Ll}+/gu) ?? []))
}
