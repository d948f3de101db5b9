import { isSamePage, type PageName, pageMarkIn } from './jumps.ts'
import type { Line } from './lines.ts'

/** Where in a newspaper a line stands, as far as the pages name themselves. */
export interface Place {
  /** Counts the pages as they come. */
  readonly sheet: number
  /** The name printed on the page. */
  readonly page: PageName | null
  /** Counts the issues: a page name that comes again begins the next. */
  readonly issue: number
}

/**
 * The place of each of `lines`.
 * @param pages where each page starts; where the format has none, form feeds and the printed page names part pages
 */
export function placesOf(text: string, lines: readonly Line[], pages: readonly number[]): ReadonlyMap<Line, Place> {
  const starts = pages.length > 0 ? pages : [0, ...[...text.matchAll(/\f/gu)].map(({ index }) => index + 1)]
  const sheets = starts.length > 1 ? sheetsByStart(lines, starts) : sheetsByName(lines)
  const places = new Map<Line, Place>()
  let seen: PageName[] = []
  let issue = 0
  for (const [sheet, { page, lines }] of sheets.entries()) {
    if (page !== null) {
      if (seen.some((other) => isSamePage(other, page))) {
        issue++
        seen = []
      }
      seen.push(page)
    }
    for (const line of lines) places.set(line, { sheet, page, issue })
  }
  return places
}

interface Sheet {
  page: PageName | null
  readonly lines: Line[]
}

const markOf = (line: Line): PageName | null => (line.jumps.length > 0 ? null : pageMarkIn(line.content.text))

function sheetsByStart(lines: readonly Line[], starts: readonly number[]): Sheet[] {
  const sheets = starts.map((): Sheet => ({ page: null, lines: [] }))
  let sheet = 0
  for (const line of lines) {
    while (sheet + 1 < starts.length && starts[sheet + 1]! <= line.range[0]) sheet++
    sheets[sheet]!.lines.push(line)
  }
  for (const sheet of sheets) {
    const names = sheet.lines.flatMap((line) => markOf(line) ?? [])
    if (names.every((name) => isSamePage(name, names[0]!))) sheet.page = names[0] ?? null
  }
  return sheets
}

/** A page's name stands at its head, unless the text ends with one and does not begin so. */
function sheetsByName(lines: readonly Line[]): Sheet[] {
  const inked = lines.filter((line) => line.content.text !== '')
  const atFoot = inked.length > 0 && markOf(inked[0]!) === null && markOf(inked.at(-1)!) !== null
  const sheets: Sheet[] = [{ page: null, lines: [] }]
  let isOver = false
  for (const line of lines) {
    const name = markOf(line)
    const last = sheets.at(-1)!
    const isNew = atFoot ? isOver : name !== null && (last.page === null || !isSamePage(last.page, name))
    const sheet: Sheet = isNew && last.lines.length > 0 ? { page: null, lines: [] } : last
    if (sheet !== last) sheets.push(sheet)
    if (name !== null) sheet.page = name
    sheet.lines.push(line)
    isOver = name !== null
  }
  return sheets
}
