import type { Bilingual } from '../../errors.ts'
import { readLines } from '../lines.ts'
import type { FormatReader, Manuscript } from '../manuscript.ts'
import { decode } from './decode.ts'
import { withPipeTables } from './pipeTables.ts'

/**
 * Reads plain text, and Markdown, whose marks `readLines` understands in plain text, too. The canonical text is the decoded file,
 * to the letter.
 */
export const readText: FormatReader = async (bytes, { file, charset }) => {
  const { text, notes } = decode(bytes, file, charset)
  return manuscriptOf(text, notes)
}

/** The manuscript of a plain text. */
export function manuscriptOf(text: string, notes: readonly Bilingual[] = []): Manuscript {
  const lines = withPipeTables(text, readLines(text))
  return { text, lines, pages: [], doubtful: [], stated: {}, notes }
}
