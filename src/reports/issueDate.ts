import { agreed, dateIn, weekdayOf } from './dates.ts'
import { type DocumentEnds, present } from './documentEnds.ts'
import { dateAlone, datingIn, organisation, stampIn } from './head/dating.ts'
import { type Statement, statedIn } from './head/statements.ts'
import { datingOf } from './head/title.ts'

const weekday = /(?:星期|周)([一二三四五六日天])/u
const maxMastheadCharacters = 60
/** The date of a label is within this many characters behind it. */
const maxDateCharacters = 24
/** A page that shows a document later than this many years after it was written did not publish it first. */
const maxYearsApart = 1

/**
 * The day on which a report was published, as far as its lines plainly say so. A label of the page takes precedence
 * over the day of the meeting and the signature, and those over a page's bare time stamp; null where statements
 * contradict each other.
 */
export function dateOf({ all, head, cover, tail, near }: DocumentEnds): string | null {
  const labelled = (statement: Statement) =>
    [...head, ...tail].flatMap((line) =>
      statedIn(line).flatMap(({ statement: found, value }) =>
        found === statement ? [dateIn(value.slice(0, maxDateCharacters))] : [],
      ),
    )
  const published = present(labelled('published'))
  const written = present(labelled('written'))
  const first = agreed(published)
  const own = agreed(written)
  if (published.length > 0) {
    const isLater =
      first !== null && own !== null && Number(first.slice(0, 4)) - Number(own.slice(0, 4)) > maxYearsApart
    return isLater ? own : first
  }
  const signature = all.slice(-signatureLines)
  // A diary also has lines that are nothing but a date, and where there is no other line the date is the text.
  const alone =
    all.length > 1 && [...cover, ...signature].some((line) => dateAlone.test(line))
      ? all.filter((line) => dateAlone.test(line)).map(dateIn)
      : []
  const stated = present([
    ...written,
    ...alone,
    ...cover.map((line) => (datingIn(line) ?? datingIn(datingOf(line)))?.date),
    ...near.map(mastheadDate),
    ...[...cover, ...signature].map((line) => signedDate(line)?.date),
  ])
  if (stated.length > 0) return agreed(stated)
  // A line of the text may begin with 时间, too; only a value that is nothing but a date is the page's.
  const times = cover.flatMap((line) =>
    statedIn(line).flatMap(({ statement, value }) =>
      statement === 'time' && (dateAlone.test(value) || stampIn(value) !== null) ? [dateIn(value)] : [],
    ),
  )
  const stamps = cover.map((line) => stampIn(line) ?? leadingDate(line))
  return agreed(present([...times, ...stamps]))
}

const signatureLines = 4

/** The date that a page sets in front of its labels (`2021-01-20 来源:…`); null where there is none. */
function leadingDate(line: string): string | null {
  const [date = ''] = line.split(' ')
  return dateAlone.test(date) && statedIn(line).length > 0 ? dateIn(date) : null
}

/** The date of a line that names the day of the week, too, which proves that no digit was misread; else null. */
export function mastheadDate(line: string): string | null {
  const day = weekday.exec(line)?.[1]?.replace('天', '日')
  if (day === undefined || line.length > maxMastheadCharacters || /[。,;]|^时间/u.test(line)) return null
  const date = dateIn(line)
  return date !== null && weekdayOf(date) === day ? date : null
}

/** The first organisation and the date of a signature in one line; null for other lines. */
export function signedDate(line: string): { signer: string; date: string } | null {
  if (line.length > maxMastheadCharacters * 2) return null
  const words = line.split(' ')
  const signers = words.findIndex((word) => !organisation.test(word))
  const date = words.slice(signers).join('')
  if (signers < 1 || !dateAlone.test(date)) return null
  const signed = dateIn(date)
  return signed === null ? null : { signer: words[0]!, date: signed }
}
