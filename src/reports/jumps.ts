import { numeralValue } from '../text/numerals.ts'
import type { Range } from '../text/range.ts'

/** A page as a newspaper names it: `第三版`, `A03版`. */
export interface PageName {
  /** The letter of its part of the paper; '' where there is none. */
  readonly part: string
  readonly number: number
}

/** The content of a jump line: the page on which the story goes on, or from which it comes. */
export interface Jump {
  readonly leads: 'on' | 'back'
  readonly page: PageName
  /** The headline that the line names; null where it names none. */
  readonly title: string | null
}

const page = String.raw`(?:[A-Za-z]\s*)?\d{1,3}|[〇零一二三四五六七八九十]{1,3}`
const title = String.raw`[《“「][^《》“”「」\n]{1,40}[》”」]`
const brackets = String.raw`()（）【】〔〕［］\[\]\n`
const [open, close] = [String.raw`[(（【〔［\[]`, String.raw`[)）】〕］\]]`]
const inPaper = String.raw`\s*(?:今日|本报)?\s*第?`
/** Words that always point to the story's other half, and words that do so only right before a page. */
const [sure, bare] = ['(?:下转|上接|紧接)', String.raw`(?:转|接)\s*(?:至|自)?${inPaper}`]
const bracketed = String.raw`${open}\s*(?:${sure}(?:${title})?[^${brackets}]{0,12}?|${bare}\s*)(?:${page})\s*版[^${brackets}《“「]{0,8}(?:${title})?[^${brackets}]{0,4}${close}`
const plain = String.raw`(?:${sure}${inPaper}|${bare})\s*(?:${page})\s*版\s*(?:${title})?`
const arrows = '▶►→»>◀◄←«△▲▼◆■●'
const jump = new RegExp(
  // A jump line without brackets fills a line but for Markdown's marks, or is behind a blank or an arrow at its end.
  String.raw`${bracketed}|(?<=^[\s*#]{0,16})[${arrows}\s]{0,8}${plain}[${arrows}\s.。]{0,8}(?=[\s*]{0,16}$)|(?<=[\s${arrows}])[${arrows}]{0,8}(?=下转|上接)${plain}[${arrows}\s]{0,8}$`,
  'gu',
)

/** Finds the jump lines in a line of text, as offsets into it. */
export function jumpsIn(line: string): Range[] {
  return [...line.matchAll(jump)].map(({ 0: found, index }): Range => {
    const lead = found.length - found.trimStart().length
    return [index + lead, index + found.trimEnd().length]
  })
}

/** Reads a jump line that `jumpsIn` found. @returns null when its page is no number */
export function readJump(text: string): Jump | null {
  const named = new RegExp(title, 'u').exec(text)?.[0] ?? null
  const rest = named === null ? text : text.replace(named, '')
  const number = pageName(new RegExp(`(${page})\\s*版`, 'u').exec(rest)?.[1] ?? '')
  if (number === null) return null
  return {
    leads: /^[^\p{Script=Han}]*(?:上接|紧接|接)/u.test(text) ? 'back' : 'on',
    page: number,
    title: named?.slice(1, -1) ?? null,
  }
}

/** Reads `A03`, `3` or `十二` as a page. @returns null for other texts */
function pageName(text: string): PageName | null {
  const western = /^([A-Za-z]?)\s*(\d+)$/u.exec(text)
  if (western) return { part: western[1]!.toUpperCase(), number: Number(western[2]) }
  const isNumeral = /^(?:[二三四五六七八九]?十[一二三四五六七八九]?|[〇零一二三四五六七八九]+)$/u.test(text)
  return isNumeral ? { part: '', number: numeralValue(text)! } : null
}

/** Tells whether two names may mean one page; a part of the paper that only one of them gives is no difference. */
export function isSamePage(a: PageName, b: PageName): boolean {
  return a.number === b.number && (a.part === b.part || a.part === '' || b.part === '')
}

const mark = new RegExp(
  String.raw`^第?\s*(${page})\s*版(?=$|[\s:：·|｜])|(?:^|[\s:：·|｜])第?\s*(${page})\s*版$|^([A-Z]\d{1,2})(?=$|\s)`,
  'u',
)

/** The page that a line names as its own (`第三版`, `A3版:要闻`, a masthead with the date); null for other lines. */
export function pageMarkIn(line: string): PageName | null {
  if ([...line].length > 42 || /[。！？!?；;]/u.test(line)) return null
  const found = mark.exec(line)
  return found ? pageName((found[1] ?? found[2] ?? found[3])!) : null
}
