import { readLines } from '../lines.ts'
import type { Manuscript, Reader } from '../manuscript.ts'
import { decode } from './decode.ts'

/** Reads plain text: the canonical text is the decoded file, to the letter. */
export const readText: Reader = async (bytes, { file }) => manuscriptOf(decode(bytes, file))

/** Reads Markdown, whose marks `readLines` understands in plain text too. */
export const readMarkdown: Reader = async (bytes, reading) => ({
  ...(await readText(bytes, reading)),
  format: 'markdown',
})

/** The manuscript of a plain text. */
export function manuscriptOf(text: string): Manuscript {
  return { format: 'text', text, lines: readLines(text), pages: [], doubtful: [], stated: {}, notes: [] }
}
