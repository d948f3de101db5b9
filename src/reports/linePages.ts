import { isSamePage, type PageName, pageMarkIn } from './jumps.ts'
import type { Line } from './lines.ts'

/** The page of a newspaper that a line stands on, as far as the pages name themselves. */
export interface LinePage {
  /** The index of the page in the order of the text. */
  readonly sheet: number
  /** The name printed on the page; null where there is none. */
  readonly name: PageName | null
  /** The index of the issue: a page name that comes again begins the next issue. */
  readonly issue: number
}

/** Tells the page of each line. @param pages each page's start; without any, form feeds and printed names part pages */
export function linePages(text: string, lines: readonly Line[], pages: readonly number[]): ReadonlyMap<Line, LinePage> {
  const starts = pages.length > 0 ? pages : [0, ...[...text.matchAll(/\f/gu)].map(({ index }) => index + 1)]
  const sheets = starts.length > 1 ? sheetsByStart(lines, starts) : sheetsByName(lines)
  const found = new Map<Line, LinePage>()
  let seen: PageName[] = []
  let issue = 0
  for (const [sheet, { name, lines }] of sheets.entries()) {
    if (name !== null) {
      if (seen.some((other) => isSamePage(other, name))) {
        issue++
        seen = []
      }
      seen.push(name)
    }
    for (const line of lines) found.set(line, { sheet, name, issue })
  }
  return found
}

interface Sheet {
  name: PageName | null
  readonly lines: Line[]
}

const markOf = (line: Line): PageName | null => (line.jumps.length > 0 ? null : pageMarkIn(line.content.text))

function sheetsByStart(lines: readonly Line[], starts: readonly number[]): Sheet[] {
  const sheets = starts.map((): Sheet => ({ name: null, lines: [] }))
  let sheet = 0
  for (const line of lines) {
    while (sheet + 1 < starts.length && starts[sheet + 1]! <= line.range[0]) sheet++
    sheets[sheet]!.lines.push(line)
  }
  for (const sheet of sheets) {
    const names = sheet.lines.flatMap((line) => markOf(line) ?? [])
    if (names.every((name) => isSamePage(name, names[0]!))) sheet.name = names[0] ?? null
  }
  return sheets
}

/** Divides lines into pages by printed names, at the foot if the text ends with one and begins otherwise. */
function sheetsByName(lines: readonly Line[]): Sheet[] {
  const inked = lines.filter((line) => line.content.text !== '')
  const atFoot = inked.length > 0 && markOf(inked[0]!) === null && markOf(inked.at(-1)!) !== null
  const sheets: Sheet[] = [{ name: null, lines: [] }]
  let isOver = false
  for (const line of lines) {
    const name = markOf(line)
    const last = sheets.at(-1)!
    const isNew = atFoot ? isOver : name !== null && (last.name === null || !isSamePage(last.name, name))
    const sheet: Sheet = isNew && last.lines.length > 0 ? { name: null, lines: [] } : last
    if (sheet !== last) sheets.push(sheet)
    if (name !== null) sheet.name = name
    sheet.lines.push(line)
    isOver = name !== null
  }
  return sheets
}
