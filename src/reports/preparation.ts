import { withoutContents } from './contentsPage.ts'
import { withoutDrawnHeadings } from './drawings.ts'
import { withNotesBehind } from './footnotes.ts'
import { withoutFrontMatter } from './frontMatter.ts'
import { withHead } from './head/head.ts'
import type { Line } from './lines.ts'
import { withoutRunningHeads } from './runningHeads.ts'
import { withSignatures } from './signatures.ts'
import { withTextTables } from './tables/textTables.ts'

/**
 * Recognises the parts of a document that more than one line tells, before headings and paragraphs are looked for: its
 * head and signature, contents pages, running heads, notes, tables and drawings.
 * @param text the canonical text of the lines
 */
export function prepareLines(text: string, lines: readonly Line[]): Line[] {
  const own = withoutRunningHeads(text, withoutContents(withoutFrontMatter(lines)))
  const read = withNotesBehind(text, withTextTables(text, own))
  return withSignatures(text, withoutDrawnHeadings(text, withHead(text, read)))
}
