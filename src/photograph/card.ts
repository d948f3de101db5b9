import type { QuoteInReport } from '../answer/answerer.ts'
import type { Locale } from '../answer/locale.ts'
import { sourceHead, sourceLine } from '../answer/sourceLine.ts'
import { inTraditional } from '../languages/traditional.ts'
import type { Card, CardSpan } from '../reports/drawing/card.ts'
import { lengthOfRanges, originalRanges, overlapAny, slice } from '../text/range.ts'
import { paragraphOf, shared } from './framing.ts'

/** A card shows this many characters of the paragraph before the quote, and as many after it. */
const maxSurroundings = 160
/** The length of a shown hash, which is enough for people to compare files by. */
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
  const head = sourceHead(quote.source, locale)
  return {
    title: head,
    source: sourceLine(quote.source, locale).slice(head.length).replace(/^ · /u, ''),
    spans: spansOf(placed),
    footer: locale === 'zh-Hant' ? inTraditional(footer) : footer,
  }
}

/** The paragraph with its marks; the quote alone where it is no part of a paragraph, as a heading, or repeats a table's heads. */
function spansOf({ report, quote, highlights }: QuoteInReport): CardSpan[] {
  const paragraph = paragraphOf(report, quote.ranges)
  const pieces = paragraph?.pieces.map(({ range }) => range) ?? []
  if (!paragraph || lengthOfRanges(shared(pieces, quote.ranges)) !== lengthOfRanges(quote.ranges)) {
    const isHighlighted = (at: number) => overlapAny([[at, at + 1]], quote.highlights)
    const { isDoubtful } = quote.source
    return joined(quote.text, (at) => ({ isQuoted: true, isHighlighted: isHighlighted(at), isDoubtful }))
  }
  const { text, pieces: placed } = paragraph
  // A paragraph may be as long as a book, so the quoted stretch is found by its pieces, and only the characters shown are looked at.
  const stretches = placed.flatMap(({ at, range }) =>
    shared([range], quote.ranges).map(([start, end]) => [at + start - range[0], at + end - range[0]] as const),
  )
  const from = Math.max(0, stretches.reduce((least, [start]) => Math.min(least, start), text.length) - maxSurroundings)
  const to = Math.min(text.length, stretches.reduce((most, [, end]) => Math.max(most, end), 0) + maxSurroundings)
  const part = slice(paragraph, [from, to])
  const doubtful = shared(
    report.doubtful,
    part.pieces.map(({ range }) => range),
  )
  const looks: Looks[] = []
  for (let at = 0; at < part.text.length; at++) {
    const own = originalRanges(part, [at, at + 1])
    const before = looks.at(-1)
    // A space that joins two stretches looks as the words before it.
    if (own.length === 0 && before) looks.push(before)
    else {
      looks.push({
        isQuoted: overlapAny(own, quote.ranges),
        isHighlighted: overlapAny(own, highlights),
        isDoubtful: overlapAny(own, doubtful),
      })
    }
  }
  return [
    ...(from > 0 ? [ellipsis] : []),
    ...joined(part.text, (at) => looks[at]!),
    ...(to < text.length ? [ellipsis] : []),
  ]
}

type Looks = Omit<CardSpan, 'text'>

const ellipsis: CardSpan = { text: '…', isQuoted: false, isHighlighted: false, isDoubtful: false }

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
