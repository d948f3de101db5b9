import { bare } from '../../text/normalize.ts'
import { organisation } from '../head/dating.ts'
import type { Metadata } from '../manuscript.ts'

const maxTitleCharacters = 200

/** The statements of an office file's properties. */
export interface FileStatements {
  readonly title?: string
  readonly author?: string
  /** The days of creation and of the last change, in ISO 8601. */
  readonly days: readonly string[]
}

/**
 * The statements of an office file's properties, as far as its text bears them out: programs keep the title and the days of a
 * document that this one was copied from, and the day on which it was converted. The author is the publisher only where the name
 * is that of an organisation.
 * @param text the canonical text
 */
export function borneOut({ title = '', author = '', days }: FileStatements, text: string): Partial<Metadata> {
  const words = bare(text)
  const isTitle = title.trim() !== '' && title.length <= maxTitleCharacters && words.includes(bare(title))
  const date = days.length === 0 ? '' : days.reduce(sharedDate)
  return {
    ...(isTitle && { title: title.trim() }),
    ...(organisation.test(author.trim()) && { publisher: author.trim() }),
    ...(date !== '' && words.includes(date.slice(0, 4)) && { date }),
  }
}

/** The part that two days in ISO 8601 have in common (`2023-05`); '' where not even the year is the same. */
function sharedDate(one: string, other: string): string {
  const parts = other.split('-')
  const own = one.split('-')
  const differs = own.findIndex((part, i) => part !== parts[i])
  return own.slice(0, differs < 0 ? own.length : differs).join('-')
}
