import type { Range } from '../../text/range.ts'
import { folded } from '../head/folded.ts'
import { kindOf } from '../head/headLine.ts'
import { endsTitle } from '../head/title.ts'
import { isTorn, numberingOf } from '../signs.ts'
import type { Dropped } from '../types.ts'
import { isTabular, withAlignedTables } from './alignment.ts'
import { ruledTables } from './grids.ts'
import { median, middle, type PageTable, type Region, type Row, regionsOf, type Word } from './regions.ts'
import { type OpenTable, writeTable } from './rows.ts'
import type { Ruling } from './rulings.ts'
import type { ManuscriptWriter } from './writer.ts'

export type { Word } from './regions.ts'

/** What stands on a page. */
export interface PageOfWords {
  readonly width: number
  readonly height: number
  readonly words: readonly Word[]
  /** Words set in another direction than the page's, turned upright; read after the others. */
  readonly turned?: readonly Word[]
  readonly rulings?: readonly Ruling[]
  /** Whether places and sizes are measured on a picture. */
  readonly isRough?: boolean
}

/** A line that is about to be written. */
interface Placed {
  row: Row
  readonly page: number
  /** Counted over the whole document. */
  readonly region: number
  readonly isFirstOfRegion: boolean
  readonly column: Column
  readonly isRough: boolean
  /** Whether it is a row of a table whose columns are not certain. */
  readonly isRow: boolean
  furniture?: Dropped['reason']
  level: number
}

interface Column {
  readonly left: number
  readonly right: number
  /** From one line to the next. */
  readonly pitch: number
}

/** What holds for the whole document. */
interface Habits {
  /** Size of running text. */
  readonly body: number
  /** Paragraphs open with white space. */
  readonly indents: boolean
  /** Words that are written with a hyphen somewhere inside a line. */
  readonly hyphened: ReadonlySet<string>
}

/** Share of the page's height, at its top and at its bottom, where running heads and page numbers stand. */
const margin = 0.12
/** In em: a first line's indent. Less is uneven printing, more is a centred line. */
const indent = { least: 1.2, most: 4.6 } as const
const longestHeading = 60
const pageNumber =
  /^[-—–·•.\s/|]*(?:(?:第|共|page|of|p\.?)?\s*\d{1,4}\s*(?:页|版)?[-—–·•,，.\s/|]*){1,2}$|^[ivxlc]{1,6}$/iu
/** What the edge of a newspaper's page says in small type. */
const dated = /\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}|第?\s*[\da-z〇一二三四五六七八九十]{1,4}\s*版/iu

/**
 * Writes pages in reading order, a line of the canonical text for each physical one, with what the layout tells of it:
 * running heads and page numbers, headings by their size, where paragraphs begin and go on.
 * @returns where the doubtful lines stand
 */
export function layOut(pages: readonly PageOfWords[], writer: ManuscriptWriter): Range[] {
  const body = bodySize(pages)
  const lines = placeLines(pages, body)
  markFurniture(lines, pages, body)
  markHeadings(lines, body)
  const habits = { body, indents: opensIndented(lines), hyphened: hyphenedWords(lines) }
  const doubtful: Range[] = []
  const byPage = groupByPage(lines)
  const ordered = [...pages.entries()].map(([number, page]) => {
    const own = joinHeadings(byPage.get(number) ?? [])
    const isHead = (line: Placed) => line.furniture && middle(line.row) < page.height / 2
    const isFoot = (line: Placed) => line.furniture && !isHead(line)
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
      const range: Range = table ? open!.table.range : write(line, running[read - 1], running[read + 1], habits, writer)
      if (line.row.doubtful) doubtful.push(range)
      if (!line.furniture) read++
    }
  }
  return doubtful
}

/** A table that the next page may go on with. */
interface Continued {
  readonly table: OpenTable
  readonly edges: readonly number[]
}

/** Writes a table; one whose columns stand where those of the table before it do goes on with that. */
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
  return { table: writeTable(writer, cells, merges, {}, goesOn ? before.table : null), edges }
}

function write(
  line: Placed,
  before: Placed | undefined,
  next: Placed | undefined,
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

function groupByPage(lines: readonly Placed[]): Map<number, Placed[]> {
  const pages = new Map<number, Placed[]>()
  for (const line of lines) {
    const own = pages.get(line.page)
    if (own) own.push(line)
    else pages.set(line.page, [line])
  }
  return pages
}

/** Size of most characters. */
function bodySize(pages: readonly PageOfWords[]): number {
  const counts = new Map<number, number>()
  for (const { words, isRough } of pages) {
    for (const { size, text } of words) {
      // Steps of 4 % (12 % on a picture).
      const step = isRough ? 0.12 : 0.04
      const key = Math.round(Math.log(Math.max(size, 0.1)) / step) * step
      counts.set(key, (counts.get(key) ?? 0) + text.length)
    }
  }
  const [key] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [Math.log(10), 0])
  return Math.exp(key)
}

function placeLines(pages: readonly PageOfWords[], body: number): Placed[] {
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
    // Of a few lines the column's edges are not seen: those of a column like it are taken.
    const like = (other: Column) =>
      other.left <= own.left + 0.3 * body &&
      own.left - other.left <= indent.most * body &&
      own.right <= other.right + 0.5 * body
    const column = (rows.length < 4 && wide.find(like)) || own
    const isRough = pages[page]!.isRough === true
    const isRow = rows.map((row) => isTabular(row, body))
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

/** Finds running heads and feet, which stand at the same place of several pages, and page numbers. */
function markFurniture(lines: readonly Placed[], pages: readonly PageOfWords[], body: number): void {
  const seen = new Map<string, Placed[]>()
  const outermost = new Map<number, { top: number; bottom: number }>()
  for (const { page, row } of lines) {
    const ends = outermost.get(page) ?? { top: Infinity, bottom: -Infinity }
    outermost.set(page, { top: Math.min(ends.top, middle(row)), bottom: Math.max(ends.bottom, middle(row)) })
  }
  for (const line of lines) {
    if (line.row.table) continue
    const { height } = pages[line.page]!
    const at = middle(line.row) / height
    if (at > margin && at < 1 - margin) continue
    const ends = outermost.get(line.page)!
    const isOutermost = [ends.top, ends.bottom].some((end) => Math.abs(middle(line.row) - end) < line.row.size)
    if (isOutermost && pageNumber.test(line.row.text) && /\d|^[ivxlc]+$/iu.test(line.row.text)) {
      line.furniture = 'page number'
      continue
    }
    const isSmall = isOutermost && line.row.size < 0.95 * body
    if (isSmall && (dated.test(line.row.text) || standsOverHeadline(line, lines, body))) {
      line.furniture = 'header or footer'
    }
    const words = line.row.text.replaceAll(/\d+/gu, '#').replaceAll(/\s+/gu, '')
    for (const place of [Math.round(at * 50), Math.round(at * 50 + 0.5) + 1000]) {
      const key = `${place} ${words}`
      seen.set(key, [...(seen.get(key) ?? []), line])
    }
  }
  for (const alike of seen.values()) {
    const on = new Set(alike.map((line) => line.page)).size
    if (on >= 2 && on * 5 >= pages.length) for (const line of alike) line.furniture ??= 'header or footer'
  }
}

/** Whether the next line below, at some distance, is a headline: a running head stands so, a kicker is no smaller than the text. */
function standsOverHeadline({ row, page }: Placed, lines: readonly Placed[], body: number): boolean {
  let next: Row | undefined
  for (const other of lines) {
    if (other.page === page && other.row.top > row.bottom && !(next && next.top <= other.row.top)) next = other.row
  }
  return next !== undefined && next.size >= 1.3 * body && next.top - row.bottom > body
}

/** Gives levels to short lines in larger type than running text. */
function markHeadings(lines: readonly Placed[], body: number): void {
  const larger = ({ row, isRow, isRough }: Placed) => !isRow && !row.table && row.size >= (isRough ? 1.3 : 1.15) * body
  const running = lines.filter((line) => !line.furniture)
  const heads: Placed[] = []
  let run: Placed[] = []
  const close = () => {
    const text = run.map((line) => line.row.text).join('')
    if (run.length <= 3 && text.length <= longestHeading && !/[。；;，,、]$/u.test(text)) heads.push(...run)
    run = []
  }
  for (const line of running) {
    const last = run.at(-1)
    if (last && (last.region !== line.region || Math.abs(last.row.size / line.row.size - 1) > 0.08)) close()
    if (larger(line)) run.push(line)
    else close()
  }
  close()
  const sizes: number[] = []
  for (const { row, isRough } of [...heads].sort((a, b) => b.row.size - a.row.size)) {
    if (sizes.length === 0 || row.size < sizes.at(-1)! * (isRough ? 0.85 : 0.92)) sizes.push(row.size)
  }
  for (const line of heads) {
    line.level = Math.min(6, sizes.filter((size) => size >= line.row.size).length || 1)
  }
}

/** A headline broken into several lines is one. */
function joinHeadings(lines: readonly Placed[]): Placed[] {
  const joined: Placed[] = []
  for (const line of lines) {
    const last = joined.at(-1)
    const isSame =
      last !== undefined &&
      line.level > 0 &&
      last.level === line.level &&
      !partsStatements(last, line) &&
      (isCentredBelow(last, line) || (last.region === line.region && gapBetween(last, line) < 0.9)) &&
      last.row.text.length + line.row.text.length < longestHeading &&
      numberingOf(line.row.text) === 0
    if (!isSame) {
      joined.push({ ...line })
      continue
    }
    // No blank parts Chinese words, wherever a centred line ends.
    const isChinese = /[\p{Script=Han}\p{P}]$/u.test(last.row.text) && /^[\p{Script=Han}\p{P}\d]/u.test(line.row.text)
    const text = last.row.text + (isChinese ? '' : ' ')
    const hidden = (line.row.hidden ?? []).map(([from, to]): Range => [from + text.length, to + text.length])
    last.row = {
      ...last.row,
      text: text + line.row.text,
      hidden: [...(last.row.hidden ?? []), ...hidden],
      right: line.row.right,
      bottom: line.row.bottom,
      ...(line.row.doubtful && { doubtful: true }),
    }
  }
  return joined
}

/** In em of the lower one. */
const gapBetween = (last: Placed, { row }: Placed): number => (row.top - last.row.bottom) / row.size

/** True where two lines of a headline are centred over each other, so that white space around the shorter one parts them. */
function isCentredBelow(last: Placed, line: Placed): boolean {
  const gap = gapBetween(last, line)
  const isBelow = gap > -0.5 && gap < 1.1
  const axis = ({ row }: Placed) => (row.left + row.right) / 2
  return isBelow && Math.abs(axis(last) - axis(line)) < line.row.size && !endsTitle(folded(last.row.text))
}

/** True where one of two lines in large type is a date or label of the document, or each names an organisation. */
function partsStatements(...lines: readonly Placed[]): boolean {
  const kinds = lines.map(({ row }) => kindOf(folded(row.text), undefined))
  const isStatement = kinds.some((kind) => kind === 'date' || kind === 'label' || kind === 'dating')
  return isStatement || kinds.every((kind) => kind === 'organisation')
}

/** How far a line stands in from its column's edge, in em. */
const indentOf = ({ row, column }: Placed): number => (row.left - column.left) / row.size

function isIndented(line: Placed): boolean {
  return indentOf(line) >= indent.least && indentOf(line) <= indent.most
}

/** Whether the first word of `next` would have had room in the line before it. */
function isShort(line: Placed, next: Placed): boolean {
  const head = /^[“‘"'(（《]*(?:[\p{Script=Latin}\d.,%/@:-]+|.)[”’"')）》,，。.;；:：、!！?？%]*/u.exec(next.row.text)
  const room = (line.column.right - line.row.right) / line.row.size
  return room > widthInEm(head?.[0] ?? '') + 0.8
}

function widthInEm(text: string): number {
  let width = 0
  for (const character of text) width += /[\u2e80-\uffff]/u.test(character) ? 1 : 0.55
  return width
}

function isApart(before: Placed | undefined, line: Placed): boolean {
  if (before === undefined || before.region !== line.region) return true
  return middle(line.row) - middle(before.row) > 1.45 * Math.max(line.column.pitch, line.row.size)
}

function opensIndented(lines: readonly Placed[]): boolean {
  const running = lines.filter((line) => !line.furniture && line.level === 0)
  return running.filter(isIndented).length * 30 > running.length
}

/** Whether `line` carries on the paragraph of the line before it; undefined when its place does not tell. */
function continuesParagraph(before: Placed | undefined, line: Placed, habits: Habits): boolean | undefined {
  if (before === undefined || before.level > 0 || before.isRow || before.row.table) return false
  const change = Math.abs(before.row.size - line.row.size) / Math.max(before.row.size, line.row.size)
  if (change > (line.isRough ? 0.3 : 0.12)) return false
  if (before.row.bold !== line.row.bold && !isTorn(before.row.text)) return false
  const isSame = before.region === line.region
  const torn = isTorn(before.row.text)
  if (isSame && isApart(before, line)) return false
  // Below a gap in the same column only half a sentence goes on: a picture stands between.
  const isBelow = before.page === line.page && line.row.top > before.row.bottom && line.row.left < before.row.right
  if (!isSame && isBelow && !torn) return false
  const opensItem = numberingOf(before.row.text) > 0 || /^(?:[-•●·○▪]|\d+[.)、）])/u.test(before.row.text)
  const hangs = isSame && opensItem && line.row.left - before.row.left > 0.5 * line.row.size
  if (!hangs && indentOf(line) >= indent.least) {
    const isBlock = isSame && torn && Math.abs(before.row.left - line.row.left) < 0.3 * line.row.size
    return isBlock ? undefined : false
  }
  // Ragged lines end where the next word would still have had room; a sentence goes on in small letters.
  const goesOnInLatin = torn && /^\p{Ll}/u.test(line.row.text) && /[\p{Script=Latin}\d,]$/u.test(before.row.text)
  if (goesOnInLatin) return true
  if (isShort(before, line)) return torn && !isSame ? undefined : false
  if (numberingOf(line.row.text) > 0 && !torn) return undefined
  return habits.indents || torn || hangs ? true : undefined
}

const lineEnd = /(\p{Script=Latin}+)[-\u2010\u00ad]$/u

/** The hyphen at a line's end that only breaks a word, as an offset into the line. */
function breakingHyphen(text: string, next: string, { hyphened }: Habits): Range[] {
  const start = lineEnd.exec(text)?.[1]
  const rest = /^\p{Ll}+/u.exec(next)?.[0]
  if (start === undefined || rest === undefined || hyphened.has(`${start}-${rest}`)) return []
  return [[text.length - 1, text.length]]
}

function hyphenedWords(lines: readonly Placed[]): Set<string> {
  return new Set(lines.flatMap(({ row }) => row.text.match(/\p{Script=Latin}+-\p{Ll}+/gu) ?? []))
}
