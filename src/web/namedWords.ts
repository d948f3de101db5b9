import { decodeQuote } from '../answer/address.ts'
import type { QuoteInReport, ReportAnswerer } from '../answer/answerer.ts'
import { findMoved } from './movedWords.ts'
import { decodeSelection, hashOf } from './selectionLink.ts'

/** The words that an address names, in their report. */
interface NamedWords {
  readonly placed: QuoteInReport
  readonly isSelection: boolean
}

/** The quote of a parameter `q`; null when no report has its words any more. */
export async function quotedBy(answerer: ReportAnswerer, text: string): Promise<NamedWords | null> {
  const address = decodeQuote(text)
  const placed = address && (await answerer.locate(address.passage, address))
  return placed && { placed, isSelection: false }
}

/** The selection of a parameter `s`, whose words are still in the report, where they were or elsewhere; else null. */
export async function selectedBy(answerer: ReportAnswerer, id: string, text: string): Promise<NamedWords | null> {
  const link = decodeSelection(text)
  const report = link && (await answerer.report(id))
  if (!report) return null
  const isSame = (words: string) => hashOf(words) === link.hash
  const there = await answerer.locateSelection(id, link.ranges)
  if (there && isSame(there.quote.text)) return { placed: there, isSelection: true }
  const ranges = findMoved(report, link.trace, isSame)
  const moved = ranges && (await answerer.locateSelection(id, ranges))
  return moved && isSame(moved.quote.text) ? { placed: moved, isSelection: true } : null
}
