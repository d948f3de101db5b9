import { type OpenIndex, outsideText, type PassageTokens, type ReportEntry } from '../../indexes/types.ts'
import { LruMap } from '../../lru.ts'
import type { Passage } from '../../reports/types.ts'
import { yearOfIssue, yearsSpokenOf } from '../../reports/years.ts'
import { figuresIn, ordinalsIn } from '../../text/mentions.ts'
import { normalize, normalizedRange } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { clauses, sentences } from '../../text/sentences.ts'
import { terms } from '../../text/words.ts'
import { tellsPlan } from '../question/plans.ts'
import { contextOf } from '../retrieval/passageContext.ts'

/** What ranking needs to know of a passage beyond the index: read off once, then kept. */
export interface PassageFacts {
  readonly passage: Passage
  readonly report: ReportEntry
  /** Normalised, as are all texts here. */
  readonly text: string
  /** Its terms, and those of other names that its report defines for what it names; so for its sentences and clauses. */
  readonly terms: ReadonlySet<string>
  /** Those other names. */
  readonly otherNames: string
  /** The text of the passage's context, for looking names up, and its terms. */
  readonly context: string
  readonly contextTerms: ReadonlySet<string>
  readonly sentences: readonly SentenceFacts[]
  /** Years in the passage or its headings. */
  readonly years: ReadonlySet<number>
  readonly figures: ReadonlySet<string>
  readonly ordinals: ReadonlySet<string>
  /** Where this passage names the article's writers, as a range of its own text, or null. */
  readonly writers: Range | null
}

export interface SentenceFacts {
  /** In the passage's own text. */
  readonly range: Range
  /** Its tokens, as positions among the passage's tokens. */
  readonly tokens: Range
  readonly text: string
  readonly terms: ReadonlySet<string>
  readonly years: ReadonlySet<number>
  /** Where it names no year, those of the sentence before it that does, or else of the section. */
  readonly carriedYears: ReadonlySet<number>
  /** Whether it tells what is planned. */
  readonly isPlan: boolean
  /** Its clauses, in order. */
  readonly clauses: readonly ClauseFacts[]
}

export interface ClauseFacts {
  readonly text: string
  readonly terms: ReadonlySet<string>
}

/** Passages kept at a time, some 40 KB each; a question looks at some dozens. */
const maxKept = 1000

/** What a passage is ranked by. */
export interface ReadPassage {
  readonly facts: PassageFacts
  readonly tokens: PassageTokens
}

/** Reads the passages at some positions, and keeps them until `maxKept` others were read after them. */
export type PassageReader = (positions: readonly number[]) => Promise<ReadPassage[]>

/** @returns a reader of the index's passages with a memory of its own */
export function passageReader(index: OpenIndex): PassageReader {
  const cache = new LruMap<number, ReadPassage>(maxKept)
  return async (positions) => {
    const known = new Map(positions.map((position) => [position, cache.get(position)]))
    const unknown = positions.filter((position) => !known.get(position))
    const [passages, tokens] = await Promise.all([index.passages(unknown), index.tokens(unknown)])
    for (const [i, position] of unknown.entries()) {
      const passage = passages[i]!
      const facts = readFacts(passage, index.reports.get(passage.report)!, tokens[i]!.starts)
      known.set(position, { facts, tokens: tokens[i]! })
    }
    for (const [position, read] of known) cache.set(position, read!)
    return positions.map((position) => known.get(position)!)
  }
}

/** @param starts where the passage's tokens start in its text */
export function readFacts(passage: Passage, report: ReportEntry, starts: Uint16Array): PassageFacts {
  const normalized = normalize(passage.text)
  const { text } = normalized
  const found = terms(text)
  const issued = yearOfIssue(report)
  const { headings, text: context, terms: contextTerms } = contextOf(passage, report)
  const heading = normalize(passage.section ?? '').text
  const definitions = definitionsOf(report)
  const defined = termsDefined(definitions)
  let carried = yearsSpokenOf(heading, issued)
  return {
    passage,
    report,
    text,
    terms: new Set([...found.map(({ term }) => term), ...defined(text)]),
    otherNames: otherNames(definitions, text).join('\n'),
    contextTerms,
    context,
    sentences: sentences(passage.text).map((range) => {
      const within = (start: number) => start !== outsideText && start >= range[0] && start < range[1]
      const from = starts.findIndex(within)
      const tokens: Range = from < 0 ? [0, 0] : [from, starts.findLastIndex(within) + 1]
      const [start, end] = normalizedRange(normalized, range)
      const own = found.filter(({ range }) => range[0] >= start && range[1] <= end)
      const sentence = text.slice(start, end)
      const parts = clauses(passage.text, range).map((clause): ClauseFacts => {
        const [from, to] = normalizedRange(normalized, clause)
        const inside = own.filter(({ range }) => range[0] >= from && range[1] <= to)
        const clauseText = text.slice(from, to)
        return { text: clauseText, terms: new Set([...inside.map(({ term }) => term), ...defined(clauseText)]) }
      })
      const years = yearsSpokenOf(sentence, issued)
      const carriedYears = years.size > 0 ? new Set<number>() : carried
      if (years.size > 0) carried = years
      return {
        range,
        tokens,
        text: sentence,
        terms: new Set([...own.map(({ term }) => term), ...defined(sentence)]),
        years,
        carriedYears,
        isPlan: tellsPlan(sentence, heading),
        clauses: parts,
      }
    }),
    years: yearsSpokenOf(`${text}\n${headings}`, issued),
    figures: figuresIn(`${text}\n${headings}`),
    ordinals: ordinalsIn(`${text}\n${context}`),
    writers: passage.writers,
  }
}

const definitionsRead = new WeakMap<ReportEntry, readonly [short: string, long: string][]>()

/** A report's definitions, normalised once for all its passages. */
function definitionsOf(report: ReportEntry): readonly [short: string, long: string][] {
  const known = definitionsRead.get(report)
  if (known) return known
  const read = report.definitions.map(({ short, long }): [string, string] => [
    normalize(short).text,
    normalize(long).text,
  ])
  definitionsRead.set(report, read)
  return read
}

/** The names that a report's definitions give for those in a text, where it holds one of the two. */
function otherNames(definitions: readonly [string, string][], text: string): string[] {
  return definitions.flatMap(([short, long]) => {
    if (text.includes(long)) return text.includes(short) ? [] : [short]
    return text.includes(short) ? [long] : []
  })
}

/** The terms of such names. */
function termsDefined(definitions: readonly [string, string][]): (text: string) => string[] {
  if (definitions.length === 0) return () => []
  return (text) => otherNames(definitions, text).flatMap((name) => terms(name).map(({ term }) => term))
}
