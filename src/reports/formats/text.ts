import type { Bilingual } from '../../errors.ts'
import { readLines } from '../lines.ts'
import type { Manuscript, Reader } from '../manuscript.ts'
import { decode } from './decode.ts'
import { withPipeTables } from './pipeTables.ts'

/** Reads plain text: the canonical text is the decoded file, to the letter. */
export const readText: Reader = async (bytes, { file }) => {
  const { text, notes } = decode(bytes, file)
  return manuscriptOf(text, notes)
}

/** Reads Markdown, whose marks `readLines` understands in plain text too. */
export const readMarkdown: Reader = async (bytes, reading) => ({
  ...(await readText(bytes, reading)),
  format: 'markdown',
})

/** The manuscript of a plain text. */
export function manuscriptOf(text: string, notes: readonly Bilingual[] = []): Manuscript {
  const lines = withPipeTables(text, readLines(text))
  return { format: 'text', text, lines, pages: [], doubtful: [], stated: {}, notes }
}
