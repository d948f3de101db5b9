import type { QuoteInReport } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import { sourceLine } from '../answer/sourceLine.ts'
import { inTraditional } from '../languages/traditional.ts'
import type { Card, CardSpan } from '../reports/drawing/card.ts'
import { originalRanges, overlapAny, type Range } from '../text/range.ts'
import { paragraphOf, shared } from './framing.ts'

/** A card shows this many characters of the paragraph before the quote, and as many after it. */
const maxSurroundings = 160
/** The digits of a hash by which people compare files. */
const shownHashDigits = 12

/** The lines below a card. */
const footers = {
  zh: (hash: string) => `按报告文字重新排版,不是原件的影像 · 问据\n文件 SHA-256:${hash}`,
  en: (hash: string) =>
    `Typeset anew from the words of the report; not an image of it · Wenju\nSHA-256 of the file: ${hash}`,
}

/** The first digits of a file's hash, by which people compare files. */
export function shortHash(contentSha256: string): string {
  return contentSha256.slice(0, shownHashDigits)
}

/** Makes the card of a quote, with the paragraph around it. */
export function cardOf(placed: QuoteInReport, contentSha256: string, locale: Locale): Card {
  const { quote } = placed
  const hash = shortHash(contentSha256)
  const footer = locale === 'en' ? footers.en(hash) : footers.zh(hash)
  return {
    title: quote.source.title,
    source: sourceLine(quote.source, locale).slice(quote.source.title.length).replace(/^ · /u, ''),
    spans: spansOf(placed),
    footer: locale === 'zh-Hant' ? inTraditional(footer) : footer,
  }
}

/** The paragraph with its marks; the quote alone where it is no part of a paragraph, as a heading, or repeats a table's heads. */
function spansOf({ report, quote, highlights }: QuoteInReport): CardSpan[] {
  const paragraph = paragraphOf(report, quote.ranges)
  const pieces = paragraph?.pieces.map(({ range }) => range) ?? []
  const count = (ranges: readonly Range[]) => ranges.reduce((sum, [start, end]) => sum + end - start, 0)
  if (!paragraph || count(shared(pieces, quote.ranges)) !== count(quote.ranges)) {
    const isHighlighted = (at: number) => overlapAny([[at, at + 1]], quote.highlights)
    return joined(quote.text, (at) => ({ isQuoted: true, isHighlighted: isHighlighted(at), isDoubtful: false }))
  }
  const doubtful = shared(report.doubtful, pieces)
  let before: Looks | null = null
  const spans = joined(paragraph.text, (at) => {
    const own = originalRanges(paragraph, [at, at + 1])
    // A space that joins two stretches looks as the words before it.
    if (own.length === 0 && before) return before
    before = {
      isQuoted: overlapAny(own, quote.ranges),
      isHighlighted: overlapAny(own, highlights),
      isDoubtful: overlapAny(own, doubtful),
    }
    return before
  })
  return shortened(spans)
}

type Looks = Omit<CardSpan, 'text'>

/** Divides a text where its looks change. */
function joined(text: string, looksAt: (at: number) => Looks): CardSpan[] {
  const spans: CardSpan[] = []
  for (let at = 0; at < text.length; at++) {
    const looks = looksAt(at)
    const last = spans.at(-1)
    const isSame =
      last?.isQuoted === looks.isQuoted &&
      last.isHighlighted === looks.isHighlighted &&
      last.isDoubtful === looks.isDoubtful
    if (isSame) spans[spans.length - 1] = { ...last, text: last.text + text[at]! }
    else spans.push({ ...looks, text: text[at]! })
  }
  return spans
}

/** Shortens the text before and after the quote. */
function shortened(spans: readonly CardSpan[]): CardSpan[] {
  const [first, last] = [spans.findIndex(({ isQuoted }) => isQuoted), spans.findLastIndex(({ isQuoted }) => isQuoted)]
  const plain = { isQuoted: false, isHighlighted: false, isDoubtful: false }
  const [before, after] = [spans.slice(0, first), spans.slice(last + 1)].map((some) =>
    some.map(({ text }) => text).join(''),
  )
  const head = before!.length > maxSurroundings ? `…${before!.slice(-maxSurroundings)}` : before!
  const tail = after!.length > maxSurroundings ? `${after!.slice(0, maxSurroundings)}…` : after!
  return [{ ...plain, text: head }, ...spans.slice(first, last + 1), { ...plain, text: tail }].filter(
    ({ text }) => text !== '',
  )
}
