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
 * Lines of any format, with all told of them that takes more than a line to see but is no matter of headings and
 * paragraphs: what the document begins and ends with, its contents pages, running heads, notes, tables and drawings.
 *
 * @param text the canonical text that the lines are of
 */
export function prepared(text: string, lines: readonly Line[]): Line[] {
  const own = withoutRunningHeads(text, withoutContents(withoutFrontMatter(lines)))
  const read = withNotesBehind(text, withTextTables(text, own))
  return withSignatures(text, withoutDrawnHeadings(text, withHead(text, read)))
}
