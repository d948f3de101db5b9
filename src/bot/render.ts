import { nearQuotes } from '../answer/nearQuotes.ts'
import { sourceLine } from '../answer/sourceLine.ts'
import type { Answer, Quote } from '../answer/types.ts'
import type { Language } from '../errors.ts'
import type { Report } from '../reports/types.ts'
import type { Range } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { type Message, MessageBuilder, maxMessageCharacters } from './message.ts'
import { botTexts } from './texts.ts'

/** Quotes shown in one message: the best one open, the others folded up. */
const maxShownQuotes = 3
const maxSourceCharacters = 300
/** Leaves room for the frame and the source in one message. */
const maxQuoteCharacters = 3400

/**
 * An answer as one message: the best quote with its answering words in bold, its source below, then further quotes
 * folded up. Pure: the same answer always gives the same message.
 */
export function renderAnswer(answer: Answer, language: Language): Message {
  const say = botTexts[language]
  const message = new MessageBuilder()
  if (answer.withheld.length > 0)
    message.add(`⚠️ ${clip(say.withheld(answer.withheld.join(', ')), maxSourceCharacters)}\n\n`)
  if (answer.band === 'none' || answer.quotes.length === 0) {
    message.add(say.nothing)
    if (answer.missing.length > 0) message.add(`\n${clip(say.missing(answer.missing), maxSourceCharacters)}`)
    if (answer.quotes.length === 0) return message.build()
    message.add(`\n\n${say.nearest}\n`)
  }
  if (answer.band === 'unsure') message.add(`${say.unsure}\n\n`)
  for (const [i, quote] of nearQuotes(answer, maxShownQuotes).entries()) {
    const part = new MessageBuilder()
      .add(i === 0 ? '' : '\n\n')
      .addMessage(
        highlighted(shortened(quote)),
        i === 0 && answer.band !== 'none' ? 'blockquote' : 'expandable_blockquote',
      )
      .add(`\n📄 ${clip(sourceLine(quote.source, language), maxSourceCharacters)}`)
      .build()
    if (message.length + part.text.length > maxMessageCharacters) break
    message.addMessage(part)
  }
  return message.build()
}

/** The reports in a list; those that no longer fit are counted. */
export function renderReports(reports: readonly Report[], language: Language): Message {
  const say = botTexts[language]
  const message = new MessageBuilder().add(say.reportsTitle(reports.length), 'bold')
  for (const [i, { metadata }] of reports.entries()) {
    const about = [metadata.publisher ?? metadata.district, metadata.date, metadata.period].filter(Boolean).join(' · ')
    const line = `\n${i + 1}. ${clip(metadata.title, 120)}${about === '' ? '' : ` (${clip(about, 120)})`}`
    const more = `\n${say.moreReports(reports.length - i)}`
    if (message.length + line.length + more.length > maxMessageCharacters) return message.add(more).build()
    message.add(line)
  }
  return message.build()
}

/** A quote too long for a message, cut after a whole sentence; the rest is marked as left out. */
function shortened(quote: Quote): Quote {
  if (quote.text.length <= maxQuoteCharacters) return quote
  const ends = sentences(quote.text).map(([, end]) => end)
  const end = ends.findLast((at) => at <= maxQuoteCharacters) ?? lastCharacterBefore(quote.text, maxQuoteCharacters)
  const highlights = quote.highlights
    .filter((range) => range[0] < end)
    .map((range): Range => [range[0], Math.min(range[1], end)])
  return { ...quote, text: `${quote.text.slice(0, end)}…`, highlights }
}

/** The last position up to `limit` that does not part a surrogate pair. */
function lastCharacterBefore(text: string, limit: number): number {
  return /[\uD800-\uDBFF]/u.test(text[limit - 1] ?? '') ? limit - 1 : limit
}

/** A quote's text with its answering words in bold. */
function highlighted({ text, highlights }: Quote): Message {
  const message = new MessageBuilder()
  let at = 0
  for (const [start, end] of highlights) {
    message.add(text.slice(at, start)).add(text.slice(start, end), 'bold')
    at = end
  }
  return message.add(text.slice(at)).build()
}

/** Shortens what is not a quote; the cut never parts a surrogate pair. */
function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, lastCharacterBefore(text, limit - 1))}…`
}
