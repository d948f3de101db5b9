import { restore } from '../../src/reports/restore.ts'
import type { Report } from '../../src/reports/types.ts'
import { reportOf } from '../support/reportOutline.ts'

/** A report of any text, also of one that would be refused because it says nothing. */
export function anyReport(text: string): Report {
  return { ...reportOf('三座老桥全部完工。'), text, ...restore(text) }
}
