import type { Line } from '../lines.ts'
import { isArrow, isControl, isTrail } from './controls.ts'
import { breaksOff, dateAlone, datingIn, isAuthor, isOfficer, isPerson, organisation, stampIn } from './dating.ts'
import { statedIn } from './statements.ts'

/** The use of a line in a document's head. */
export type HeadLineKind = 'control' | 'trail' | 'label' | 'dating' | 'date' | 'organisation' | 'author' | 'other'

/** A line of a head with its folded words. */
export interface HeadLine {
  readonly line: Line
  readonly shown: string
  readonly kind: HeadLineKind
}

/** Official letters open with their issuer's name and `文件`, and with a reference number. */
const letterhead = /^.{2,40}(?:政府|[党县市区省州]委|委员会|办公室|办公厅|局|厅|院|部)文件$/u
const reference = /^\p{Script=Han}{2,12} ?[〔[(]\d{4}[〕\])] ?第?\d{1,5}号$/u

/** The use of a folded line in a head. @param above the folded line above it */
export function headLineKind(shown: string, above: string | undefined): HeadLineKind {
  if (isControl(shown)) return 'control'
  if (isTrail(shown) || isArrow(shown)) return 'trail'
  if (datingIn(shown) !== null || breaksOff(shown)) return 'dating'
  if (statedIn(shown).length > 0 || letterhead.test(shown) || reference.test(shown)) return 'label'
  if (dateAlone.test(shown) || stampIn(shown) !== null) return 'date'
  if (organisation.test(shown.replaceAll(' ', ''))) return 'organisation'
  if (isAuthor(shown) || isOfficer(shown)) return 'author'
  if (isPerson(shown) && above !== undefined && (isOfficer(above) || /[上)]$/u.test(above))) {
    if (isOfficer(above) || datingIn(above) !== null) return 'author'
  }
  return 'other'
}

/** A folded title without the marks and blanks that may differ where the title comes again. */
export function bareOf(shown: string): string {
  return shown.replace(/\[\d+\]|[\s"《》]+/gu, '')
}
