import type { Locale } from '../answer/locale.ts'
import { sourceLine } from '../answer/sourceLine.ts'
import type { Quote } from '../answer/types.ts'

/** A citation to paste elsewhere: the highlights, or else the whole quote, in quotation marks, the source, the link. */
export function fullCitation(quote: Quote, language: Locale, link = ''): string {
  const { text, highlights, source } = quote
  const words = highlights.length > 0 ? highlights.map((range) => text.slice(...range)).join('……') : text
  const end = link === '' ? '' : ` ${link}`
  const line = sourceLine(source, language)
  return language === 'en' ? `“${words}” (${line})${end}` : `“${words}”(${line})${end}`
}
