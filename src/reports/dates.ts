import { numeralValue } from '../text/numerals.ts'

/** Dates as Chinese reports write them, to be told in ISO 8601 as far as they are known. */

const digit = '[〇○零一二三四五六七八九]'
const small = '[一二三四五六七八九十]{1,3}'

/** The pattern of a date to the day or month in a text folded by NFKC: three times the groups year, month, day. */
export const datePattern = [
  '(\\d{4})\\s*年\\s*(\\d{1,2})\\s*月(?:\\s*(\\d{1,2})\\s*日)?',
  '(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)',
  `([一二]${digit}{3})年(${small})月(?:(${small})日)?`,
].join('|')

/** The first date in a folded text; null where there is none, or where no calendar has it. */
export function dateIn(text: string): string | null {
  const found = new RegExp(`(?<![\\d.])(?:${datePattern})`, 'u').exec(text)
  if (!found) return null
  const [, y1, m1, d1, y2, m2, d2, y3, m3, d3] = found
  if (y3 !== undefined) {
    return recentDate(numeralValue(y3)!, smallNumber(m3!), d3 === undefined ? null : smallNumber(d3))
  }
  const day = y1 === undefined ? d2 : d1
  return recentDate(Number(y1 ?? y2), Number(m1 ?? m2), day === undefined ? null : Number(day))
}

/** Tells whether `YYYY`, `YYYY-MM` or `YYYY-MM-DD` is a time that the calendar has. */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/u.exec(text) ?? []
  if (year === undefined) return false
  return month === undefined || isoDate(Number(year), Number(month), day === undefined ? null : Number(day)) !== null
}

/** The date that all of `dates` agree on, as full as the fullest of them; null where not even the year is the same. */
export function agreed(dates: readonly string[]): string | null {
  for (const size of [10, 7, 4]) {
    const heads = dates.map((date) => date.slice(0, size)).sort((a, b) => b.length - a.length)
    if (heads[0] !== undefined && heads.every((head) => heads[0]!.startsWith(head))) return heads[0]
  }
  return null
}

/** The day of a time in China, which has one time zone, eight hours before UTC. */
export function dayInChina(time: Date): string {
  return new Date(time.getTime() + 8 * 3600 * 1000).toISOString().slice(0, 10)
}

/** The day of the week of a date, `日一二三四五六`; null for a date without its day. */
export function weekdayOf(date: string): string | null {
  return date.length === 10 ? '日一二三四五六'[new Date(`${date}T00:00:00Z`).getUTCDay()]! : null
}

function recentDate(year: number, month: number, day: number | null): string | null {
  return year < 1900 || year > 2100 ? null : isoDate(year, month, day)
}

function isoDate(year: number, month: number, day: number | null): string | null {
  if (month < 1 || month > 12) return null
  const toMonth = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
  if (day === null) return toMonth
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return day >= 1 && day <= last ? `${toMonth}-${String(day).padStart(2, '0')}` : null
}

/** A number from 一 to 三十九; 0 for any other text. */
function smallNumber(text: string): number {
  return /^(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])$/u.test(text) ? numeralValue(text)! : 0
}
