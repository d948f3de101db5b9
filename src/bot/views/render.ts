import { excerpt, markedWords } from '../../answer/excerpt.ts'
import { glossLine } from '../../answer/gloss.ts'
import type { Locale } from '../../answer/locale.ts'
import { shownQuotes } from '../../answer/shownQuotes.ts'
import { furtherSourcesLine, originWords, placeLine, sourceHead, withShortTitle } from '../../answer/sourceLine.ts'
import type { Answer, Quote } from '../../answer/types.ts'
import { inTraditional } from '../../languages/traditional.ts'
import type { ReportSummary } from '../../reports/types.ts'
import type { Range } from '../../text/range.ts'
import { sentences } from '../../text/sentences.ts'
import { type Message, MessageBuilder, maxEntities, maxMessageCharacters } from './message.ts'
import { clip, shorten } from './shorten.ts'
import { botTexts } from './texts.ts'

/** A page link gives the address of a quote's page, for a link in a message. */
export type PageLink = (quote: Quote) => string

/** A message shows this many quotes: the best one open, the others folded up. */
const maxShownQuotes = 3
const maxSourceCharacters = 300
const maxGlossCharacters = 320
const maxOtherCharacters = 120
/** A quote of this length leaves room for its source in one message. */
const maxQuoteCharacters = 3400

/**
 * Renders an answer as one message: the visible part of the best quote with its answering words in bold and its figure
 * underlined, its source below, then further quotes folded up. Where no quote answers, the message shows none: the
 * nearest passages stand behind a button.
 * @param link makes the links of the sources' titles; null for none
 * @param isShort makes the source lines short, as in groups
 */
export function renderAnswer(answer: Answer, language: Locale, link: PageLink | null = null, isShort = false): Message {
  const say = botTexts[language]
  const message = new MessageBuilder()
  if (answer.withheld.length > 0)
    message.add(`⚠️ ${clip(say.withheld(answer.withheld.join(', ')), maxSourceCharacters)}\n\n`)
  if (answer.band === 'none' || answer.quotes.length === 0) {
    message.add(say.nothing)
    if (answer.missing.length > 0)
      message.add(
        `\n${clip(say.missing(answer.missing.map((word) => (language === 'zh-Hant' ? inTraditional(word) : word))), maxSourceCharacters)}`,
      )
    return message.build()
  }
  if (answer.band === 'unsure') message.add(`${say.unsure}\n\n`)
  addQuotes(message, quotesOfMessage(answer).map(abridged), language, link, isShort)
  for (const { year, quote } of answer.otherValues) {
    const line = `\n📅 ${say.otherYear(year)}${clip(markedWords(quote), maxOtherCharacters)}`
    if (message.length + line.length <= maxMessageCharacters) message.add(line)
  }
  const [alternative] = answer.alternatives
  if (alternative) message.add(`\n\n🧭 ${say.whichOne[alternative.kind]}${say.narrow}`)
  return message.build()
}

/** The quotes that the message of an answer shows; a button leads to the others. */
export function quotesOfMessage(answer: Answer): readonly Quote[] {
  return shownQuotes(answer, maxShownQuotes)
}

/** A quote with its visible part for its text; a button leads to all of it. */
export function abridged(quote: Quote): Quote {
  return { ...quote, ...excerpt(quote) }
}

/** A quote with more marks than this could have more entities than a message. */
const maxMarks = 40

/**
 * Renders quotes, each over its source, the first open and the others folded up: as many as one message takes.
 * @param link makes the links of the sources' titles; null for none
 */
export function renderQuotes(quotes: readonly Quote[], language: Locale, link: PageLink | null = null): Message {
  return addQuotes(new MessageBuilder(), quotes, language, link).build()
}

/** Adds quotes to a message, as many as it takes, each over its source, the first open and the others folded up. */
export function addQuotes(
  message: MessageBuilder,
  quotes: readonly Quote[],
  language: Locale,
  link: PageLink | null,
  isShort = false,
): MessageBuilder {
  for (const [i, quote] of quotes.entries()) {
    const words = new MessageBuilder()
      .add(i === 0 ? '' : '\n\n')
      .addMessage(highlighted(shortened(quote)), i === 0 ? 'blockquote' : 'expandable_blockquote')
      .build()
    const source = sourced(quote, language, link, isShort)
    const room = maxMessageCharacters - message.length - words.text.length - source.text.length
    const part = new MessageBuilder()
      .addMessage(words)
      .add(glossed(quote, language, room))
      .addMessage(source)
      .build()
    if (message.length + part.text.length > maxMessageCharacters) break
    if (message.entityCount + part.entities.length > maxEntities) break
    message.addMessage(part)
  }
  return message
}

/**
 * A quote's source on a line of its own. The line begins with the report's name, which links to the quote's page; the site that
 * the report was fetched from links to the report's address.
 */
function sourced(quote: Quote, language: Locale, link: PageLink | null, isShort: boolean): Message {
  const source = isShort ? withShortTitle(quote.source) : quote.source
  const line = clip(placeLine(source, language, isShort), maxSourceCharacters)
  const further = clip(furtherSourcesLine(quote.sources, language), maxSourceCharacters)
  const linked = link ? sourceHead(source, language).length : 0
  const message = new MessageBuilder().add('\n📄 ')
  if (link) message.addLink(line.slice(0, linked), link(quote))
  message.add(line.slice(linked))
  for (const words of originWords(source, language)) message.add(' · ').addLink(words, source.address!)
  return message.add(further === '' ? '' : `\n${further}`).build()
}

/** A quote's gloss on a line of its own, as far as there is room. */
function glossed({ gloss }: Quote, language: Locale, room: number): string {
  const mark = '\n🔤 '
  const line = glossLine(gloss ?? [], language, Math.min(maxGlossCharacters, room - mark.length))
  return line === '' ? '' : mark + line
}

/** A page of the list has at most this many reports. */
const maxListed = 25

/**
 * Renders a page of the list of reports, which have all of the tags. A page has as many reports as one message takes.
 * @param wanted the number of the page, counted from 0; past the end the last page is rendered
 */
export function renderReports(
  reports: readonly ReportSummary[],
  language: Locale,
  tags: readonly string[] = [],
  wanted = 0,
) {
  const say = botTexts[language]
  const shownTags = clip(tags.map((tag) => `#${tag}`).join(' '), 120)
  const title = tags.length === 0 ? say.reportsTitle(reports.length) : say.reportsNarrowed(reports.length, shownTags)
  const room = maxMessageCharacters - title.length - say.page(reports.length, reports.length).length - 2
  const pages: string[] = ['']
  let listed = 0
  for (const [i, report] of reports.entries()) {
    const line = `\n${i + 1}. ${reportLine(report)}`
    if (listed === maxListed || pages.at(-1)!.length + line.length > room) {
      pages.push('')
      listed = 0
    }
    pages[pages.length - 1] += line
    listed++
  }
  const page = Math.min(wanted, pages.length - 1)
  const message = new MessageBuilder().add(title, 'bold').add(pages[page]!)
  if (pages.length > 1) message.add(`\n\n${say.page(page + 1, pages.length)}`)
  return { message: message.build(), page, pages: pages.length }
}

/** A report's title with its publisher or district, its date and its period. */
function reportLine({ metadata: { title, publisher, district, date, period } }: ReportSummary): string {
  const about = [publisher ?? district, date, title.includes(period ?? title) ? null : period]
    .filter(Boolean)
    .join(' · ')
  return `${clip(title, 120)}${about === '' ? '' : ` (${clip(about, 120)})`}`
}

/** A quote too long for a message, cut after a whole sentence; the rest is marked as left out. */
function shortened(quote: Quote): Quote {
  if (quote.text.length <= maxQuoteCharacters) return quote
  const ends = sentences(quote.text).map(([, end]) => end)
  const end = ends.findLast((at) => at <= maxQuoteCharacters) ?? shorten(quote.text, maxQuoteCharacters).length
  const before = (ranges: readonly Range[]) =>
    ranges.filter((range) => range[0] < end).map((range): Range => [range[0], Math.min(range[1], end)])
  const [highlights, figures] = [before(quote.highlights), before(quote.figures)]
  return { ...quote, text: `${quote.text.slice(0, end)}…`, highlights, figures }
}

/** A quote's text with its answering words in bold and the figure asked for underlined. */
function highlighted({ text, highlights, figures }: Quote): Message {
  const message = new MessageBuilder()
  let at = 0
  for (const range of highlights.slice(0, maxMarks)) {
    const own = figures.slice(0, maxMarks).filter(([start, end]) => start >= range[0] && end <= range[1])
    message.add(text.slice(at, range[0])).addMessage(underlined(text, range, own), 'bold')
    at = range[1]
  }
  return message.add(text.slice(at)).build()
}

function underlined(text: string, [from, to]: Range, figures: readonly Range[]): Message {
  const message = new MessageBuilder()
  let at = from
  for (const [start, end] of figures) {
    message.add(text.slice(at, start)).add(text.slice(start, end), 'underline')
    at = end
  }
  return message.add(text.slice(at, to)).build()
}
