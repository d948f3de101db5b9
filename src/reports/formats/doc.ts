import { ReportError } from '../../errors.ts'
import { type FormatReader, maxTextCharacters } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { openCompound } from './compoundStorage.ts'
import { unreadEquations } from './equations.ts'
import { damaged, locked } from './faults.ts'
import { borneOut } from './fileStatements.ts'
import { parsePage } from './html.ts'
import { summaryStatements } from './summaryInformation.ts'
import { openWord, type Story, type WordBinary } from './wordBinary.ts'
import { storyMarkup } from './wordStory.ts'
import { ManuscriptWriter } from './writer.ts'

/** The stories that are read, in their order in the canonical text. Headers and comments are none of the author's text. */
const readStories: readonly Story[] = ['main', 'textBoxes', 'footnotes', 'endnotes']

/**
 * Reads documents of Word 97 to 2003, and of other programs that write this format, as they stand after all tracked changes, with
 * notes at the end. They have no pages, as the format does not store where pages end.
 */
export const readDoc: FormatReader = async (bytes, { file }) => {
  const { stories, summary } = openDoc(bytes, file)
  const writer = new ManuscriptWriter()
  writeBlocks(writer, parsePage(stories.map(({ markup }) => markup).join('')).body)
  const { text, lines } = writer
  const notes = unreadEquations(stories.reduce((sum, { unread }) => sum + unread, 0))
  return { text, lines, pages: [], doubtful: [], stated: borneOut(summaryStatements(summary), text), notes }
}

function openDoc(bytes: Uint8Array, file: string) {
  try {
    const storage = openCompound(file, bytes)
    const word = openWord(storage, maxTextCharacters)
    if (word === 'locked') throw locked(file)
    if (word === 'old') throw tooOld(file)
    const stories = readStories.map((story) => storyMarkup(word, ...rangeOf(word, story)))
    return { stories, summary: storage.stream('\x05SummaryInformation') }
  } catch (cause) {
    throw cause instanceof ReportError ? cause : damaged(file, cause)
  }
}

/** The range of a story in the text. */
function rangeOf({ stories }: WordBinary, wanted: Story): [number, number] {
  let start = 0
  for (const [name, length] of Object.entries(stories)) {
    if (name === wanted) return [start, start + length]
    start += length
  }
  return [start, start]
}

function tooOld(file: string): ReportError {
  return new ReportError({
    zh: `${file}:应为 Word 97 及以后的文档,实为更早的格式。请用办公软件打开并另存为 .docx。`,
    en: `${file}: expected a document of Word 97 or later, found an older one. Open it in an office program and save it as .docx.`,
  })
}
