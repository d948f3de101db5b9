import { type DocumentEnds, present } from './documentEnds.ts'
import { bodyOf, dateAlone, datingIn, organisation } from './head/dating.ts'
import { type Statement, statedIn } from './head/statements.ts'
import { mastheadDate, signedDate } from './issueDate.ts'

const mastheadName = /(?:^|\s)(\p{Script=Han}{2,8}(?:日报|晚报|时报|早报|晨报|商报|周报|周刊|导报))(?=\s|$)/u
const signatureLines = 4
const maxNameCharacters = 30
/** Words that name no publisher: the page itself, or an office inside the publisher. */
const nameless = /^(?:本[网站报刊台]|网络|互联网|转载|原创|其[他它]|无)$|^.{2,4}[科处股]室?$/u

/**
 * The publisher of a report: the issuer that a label states, the organisation above the text, the source that a label
 * states, the body whose officer gives the report, the newspaper's masthead, or the organisation that signs below the
 * text. The first of these that the report has decides; null where it names several publishers, or where there is none.
 */
export function publisherOf(ends: DocumentEnds): string | null {
  const { all, head, cover, tail, near } = ends
  const labelled = (statement: Statement) =>
    [...head, ...tail].flatMap((line) =>
      statedIn(line).flatMap(({ statement: found, value }) => {
        const name = value.split(/[\s|,;。]/u)[0]!.replace(/^[(《]|[)》]$/gu, '')
        return found === statement && isName(name) ? [name] : []
      }),
    )
  const below = cover.slice(1).map((line) => datingIn(line)?.author ?? line)
  const issuers = below.map((line) => line.split(' ')[0]!).filter((name) => organisation.test(name))
  const kinds = [
    () => labelled('issuer'),
    () => issuers.slice(0, 1),
    () => labelled('source'),
    () => present(below.map(bodyOf)).slice(0, 1),
    () => present(near.map((line, i) => (datesMasthead(near, i) ? mastheadName.exec(line)?.[1] : null))),
    () => signersOf(all),
  ]
  for (const kind of kinds) {
    const [first, ...others] = kind()
    if (first !== undefined) return others.every((other) => other === first) ? first : null
  }
  return null
}

/** True where a line bears a newspaper's date, or is a newspaper's name near a line that does. */
function datesMasthead(near: readonly string[], i: number): boolean {
  if (mastheadDate(near[i]!) !== null) return true
  const isAlone = mastheadName.exec(near[i]!)?.[0] === near[i]
  return isAlone && near.slice(Math.max(0, i - 2), i + 3).some((line) => mastheadDate(line) !== null)
}

/** The signers below the text: organisations over a line that is nothing but a date, or in front of that date. */
function signersOf(lines: readonly string[]): string[] {
  const from = Math.max(1, lines.length - signatureLines)
  return lines.slice(from).flatMap((line, i) => {
    const before = lines[from + i - 1]!
    if (dateAlone.test(line)) return organisation.test(before) ? [before] : []
    const signed = signedDate(line)
    return signed === null ? [] : [signed.signer]
  })
}

function isName(value: string): boolean {
  return value.length <= maxNameCharacters && /\p{L}{2}/u.test(value) && !/[\d:/]/u.test(value) && !nameless.test(value)
}
