import { yearRanges } from '../../text/mentions.ts'
import type { Range } from '../../text/range.ts'
import { segments, terms } from '../../text/words.ts'
import type { QuestionInput } from '../question/question.ts'

/**
 * The scope of a question: the reports that it names by place, office, kind or year. People name the report they ask about,
 * and every title line repeats that name. Only the rest of the question, the *residual*, tells the report's passages apart.
 */
export interface Scope {
  /** The reports in scope, the likeliest first. */
  readonly reports: readonly ScopedReport[]
  /** The mentions in the question that name them. */
  readonly mentions: readonly Mention[]
}

export interface ScopedReport {
  readonly id: string
  /** The probability that the question is asked about this report, 0 … 1. */
  readonly odds: number
}

/** A part of a question that may name a report: a term of a Chinese question, or a concept of an English one. */
export interface Mention {
  /** All places where it stands in the question. */
  readonly ranges: readonly Range[]
  /** The forms that it may take in the reports, each as its terms. */
  readonly forms: readonly { readonly terms: readonly string[]; readonly weight: number }[]
  /** Its weight, 0 … 1. */
  readonly share: number
}

/**
 * The terms of a Chinese question that may name a report. Years count by themselves, so they are left out.
 * @param share at which a term counts that starts at a position, 0 … 1
 */
export function chineseMentions(text: string, share: (position: number) => number): Mention[] {
  const found = new Map<string, { ranges: Range[]; share: number }>()
  for (const { term, range } of terms(text)) {
    if (/^(?:19|20)[0-9]{2}$/u.test(term)) continue
    const known = found.get(term)
    found.set(term, {
      ranges: [...(known?.ranges ?? []), range],
      share: Math.max(known?.share ?? 0, share(range[0])),
    })
  }
  return [...found].map(([term, { ranges, share }]) => ({ ranges, share, forms: [{ terms: [term], weight: 1 }] }))
}

/**
 * A Chinese question without the names of its scope: without years, and without words that lie wholly inside mentions. Null
 * where nothing is left out, or nothing is left to ask for.
 */
export function residualOf(input: QuestionInput, { mentions }: Scope): QuestionInput | null {
  const { text, from } = input
  const gone = new Uint8Array(text.length)
  for (const { ranges } of mentions) for (const range of ranges) gone.fill(1, ...range)
  for (const range of yearRanges(text)) gone.fill(1, ...range)
  const without = (start: number, end: number) =>
    segments(text.slice(start, end))
      .map(({ term, range: [a, b] }) => (gone.subarray(start + a, start + b).every(Boolean) ? ' ' : term))
      .join('')
      .replace(/\s+/gu, ' ')
      .trim()
  const before = from === 0 ? '' : `${without(0, from)} `.trimStart()
  const rest = `${before}${without(from, text.length)}`
  if (rest === text || !/[\p{L}\p{N}]{2}/u.test(rest)) return null
  return { ...input, text: rest, from: before.length }
}
