import type { Locale } from '../../answer/locale.ts'
import { sourceLine } from '../../answer/sourceLine.ts'
import type { Quote } from '../../answer/types.ts'
import { shorten } from './shorten.ts'

/** Telegram's limit for the text that a button copies, in UTF-16 code units. */
const maxCopyCharacters = 256
/** A source of this length leaves most of the citation to the words cited. */
const maxSourceCharacters = 120

/**
 * A citation to paste elsewhere, at most 256 characters long: the answering words between quotation marks, the source,
 * and the quote's link where one is given.
 */
export function citation(quote: Quote, language: Locale, link = ''): string {
  const words =
    quote.highlights.length > 0 ? quote.highlights.map((range) => quote.text.slice(...range)).join('……') : quote.text
  const source = shorten(sourceLine(quote.source, language), maxSourceCharacters)
  const end = link === '' ? '' : ` ${link}`
  const cited = (text: string) => (language === 'en' ? `“${text}” (${source})${end}` : `“${text}”(${source})${end}`)
  const room = maxCopyCharacters - cited('').length
  return cited(words.length <= room ? words : `${shorten(words, room - 1)}…`)
}
