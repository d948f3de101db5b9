import { outsideText, type ReportEntry } from '../../indexes/types.ts'
import type { Passage } from '../../reports/types.ts'
import { yearOfIssue, yearsSpokenOf } from '../../reports/years.ts'
import { figuresIn, ordinalsIn } from '../../text/mentions.ts'
import { normalize, normalizedRange } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { clauses, sentences } from '../../text/sentences.ts'
import { terms } from '../../text/words.ts'
import { statesPlan } from '../question/plans.ts'
import { tokensWithin } from '../question/tokens.ts'
import { contextOf } from '../retrieval/passageContext.ts'

/** The facts of a passage that ranking needs beyond the index. All texts in them are normalised. */
export interface PassageFacts {
  readonly passage: Passage
  readonly report: ReportEntry
  readonly text: string
  /** The passage's terms, and those of its other names. The same holds for the terms of its sentences and clauses. */
  readonly terms: ReadonlySet<string>
  /** The names that the report defines for names in the passage, one a line. */
  readonly otherNames: string
  /** The text and the terms of the passage's context. */
  readonly context: string
  readonly contextTerms: ReadonlySet<string>
  readonly sentences: readonly SentenceFacts[]
  /** The years in the passage or its headings. */
  readonly years: ReadonlySet<number>
  readonly figures: ReadonlySet<string>
  readonly ordinals: ReadonlySet<string>
  /** The names of the article's writers as a range of the passage's own text, or null where they do not stand in it. */
  readonly writers: Range | null
}

export interface SentenceFacts {
  /** The sentence in the passage's own text. */
  readonly range: Range
  /** Its tokens, as positions among the passage's tokens. */
  readonly tokens: Range
  readonly text: string
  readonly terms: ReadonlySet<string>
  readonly years: ReadonlySet<number>
  /** For a sentence that names no year, the years of the last sentence before it that does, or else of the section. */
  readonly carriedYears: ReadonlySet<number>
  /** True where the sentence states a plan. */
  readonly isPlan: boolean
  /** Its clauses, in order. */
  readonly clauses: readonly ClauseFacts[]
}

export interface ClauseFacts {
  readonly text: string
  readonly terms: ReadonlySet<string>
}

/** @param starts the start of each of the passage's tokens in its text */
export function factsOf(passage: Passage, report: ReportEntry, starts: Uint16Array): PassageFacts {
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
      // Tokens of the headings have a start that lies behind every text.
      const tokens = tokensWithin(starts, [range[0], Math.min(range[1], outsideText)])
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
        isPlan: statesPlan(sentence, heading),
        clauses: parts,
      }
    }),
    years: yearsSpokenOf(`${text}\n${headings}`, issued),
    figures: figuresIn(`${text}\n${headings}`),
    ordinals: ordinalsIn(`${text}\n${context}`),
    writers: passage.writers,
  }
}

const normalizedDefinitions = new WeakMap<ReportEntry, readonly [short: string, long: string][]>()

/** The definitions of a report, normalised once for all its passages. */
function definitionsOf(report: ReportEntry): readonly [short: string, long: string][] {
  const known = normalizedDefinitions.get(report)
  if (known) return known
  const made = report.definitions.map(({ short, long }): [string, string] => [
    normalize(short).text,
    normalize(long).text,
  ])
  normalizedDefinitions.set(report, made)
  return made
}

/** The names that definitions give for those in a text, where only one name of a pair stands in it. */
function otherNames(definitions: readonly [string, string][], text: string): string[] {
  return definitions.flatMap(([short, long]) => {
    if (text.includes(long)) return text.includes(short) ? [] : [short]
    return text.includes(short) ? [long] : []
  })
}

/** @returns a function that gives the terms of a text's other names */
function termsDefined(definitions: readonly [string, string][]): (text: string) => string[] {
  if (definitions.length === 0) return () => []
  return (text) => otherNames(definitions, text).flatMap((name) => terms(name).map(({ term }) => term))
}
