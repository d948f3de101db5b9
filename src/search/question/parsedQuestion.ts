import type { Language } from '../../errors.ts'
import { figuresIn, ordinalsIn, placesIn, shortYearsIn, titlesIn, yearsIn } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { segments, terms, words } from '../../text/words.ts'
import { previousShare } from '../handSetWeights.ts'
import { type AnswerType, answerTypeOf, asksWriters, listSizeOf, unitOf } from './answerType.ts'
import { contentOf } from './content.ts'
import type { Lexicon } from './lexicon.ts'
import { type Stage, stageAsked } from './plans.ts'
import type { QuestionInput } from './question.ts'
import { yearsTagged } from './tags.ts'
import { tokensWithin } from './tokens.ts'
import { asksVerdict } from './verdicts.ts'

/** A question as its words say it: all that it asks for. */
export interface ParsedQuestion {
  /** The language of the question as it was asked: an English question is parsed by its translation. */
  readonly language: Language
  readonly answerType: AnswerType
  /** The unit of the figure or date asked for, or null. */
  readonly unit: string | null
  /** The stage asked for, a plan or its result; null where the question does not say. */
  readonly stage: Stage | null
  readonly asksWriters: boolean
  /** True where yes or no answers the question. */
  readonly asksVerdict: boolean
  /** The titles that a question for a person names. */
  readonly titles: ReadonlySet<string>
  readonly years: ReadonlySet<number>
  readonly figures: ReadonlySet<string>
  readonly ordinals: ReadonlySet<string>
  readonly places: ReadonlySet<string>
  /** The terms of what the question says it does not want, without those of what it wants. */
  readonly excluded: ReadonlySet<string>
  /** The words in quotation marks. */
  readonly quoted: readonly string[]
  /** The number of things that a question for a list speaks of, or null. */
  readonly listSize: number | null
  /** The terms to search for: the content terms, or all terms where there are none. */
  readonly terms: readonly string[]
  /** Content terms with their weight: the inverse document frequency, or the lexicon's weight of an unknown term. */
  readonly content: ReadonlyMap<string, number>
  readonly contentWeight: number
  /** The share of the content's weight whose terms satisfy `holds`, 0 … 1; 0 where there is no content. */
  coverage(holds: (term: string) => boolean): number
  /** The content words, each with its place among the model's tokens. */
  readonly contentWords: readonly ContentWord[]
  /** The share of each of the model's tokens in late interaction: 1, or less in the question before a follow-up. */
  readonly tokenShares: Float32Array
  /** The share of each token times the rarity of its word; 0 for tokens without content. */
  readonly tokenWeights: Float32Array
}

export interface ContentWord {
  /** The word as the question has it. */
  readonly word: string
  /** The words that may stand in the reports for it: the word itself, or the translations of an English one. */
  readonly forms: readonly string[]
  /** True for a name, without which a passage does not answer. */
  readonly isName: boolean
  readonly tokens: Range
  readonly weight: number
}

/** True where a text holds a word that the question has in quotation marks. */
export function holdsQuoted({ quoted }: Pick<ParsedQuestion, 'quoted'>, text: string): boolean {
  return quoted.some((word) => normalize(text).text.includes(word))
}

/** @returns the share at which a position of a question's text counts: less before `from`, where the question itself starts */
export function shareAt(from: number): (position: number) => number {
  return (position) => (position < from ? previousShare : 1)
}

/** The years that a question asks about: the years it names, or else those of its tags. */
export function yearsAsked({ text, from, tags }: Pick<QuestionInput, 'text' | 'from' | 'tags'>): Set<number> {
  const current = text.slice(from)
  const asking = /[0-9]{4}|[0-9]{2}年/u.test(current) ? current : text
  // `2016年以来` names where a time begins, not the year asked for.
  const named = yearsIn(asking.replace(/[0-9]{4}年?(?:以来|起|至今|之后|以后|以前|之前)/gu, ' '))
  const found = named.size > 0 ? named : shortYearsIn(asking)
  // A report of the year tagged speaks of other years too.
  return found.size > 0 ? found : yearsTagged(tags)
}

/**
 * Parses a Chinese question.
 * @param input as `questionInput` makes it
 * @param tokenStarts where each of the model's tokens starts in the input's text
 */
export function parseQuestion(
  { text, from, excluded = '', tags = [] }: Pick<QuestionInput, 'text' | 'from'> & Partial<QuestionInput>,
  tokenStarts: Uint32Array,
  lexicon: Pick<Lexicon, 'weight' | 'unknownWeight' | 'places'>,
): ParsedQuestion {
  const current = text.slice(from)
  const share = shareAt(from)
  const weightOf = (term: string) => lexicon.weight(term) || lexicon.unknownWeight
  const content = new Map<string, number>()
  const weights = new Float32Array(text.length + 1)
  const located = terms(contentOf(text))
  for (const { term, range } of located) {
    const value = weightOf(term) * share(range[0])
    content.set(term, Math.max(value, content.get(term) ?? 0))
    for (let i = range[0]; i < range[1]; i++) weights[i] = Math.max(weights[i]!, value)
  }
  let contentWeight = 0
  for (const value of content.values()) contentWeight += value
  const asking = answerTypeOf(current) === 'other' ? text : current
  const answerType = answerTypeOf(asking)
  return {
    language: 'zh',
    answerType,
    unit: unitOf(asking),
    stage: stageAsked(text),
    asksWriters: asksWriters(current),
    asksVerdict: asksVerdict(current),
    titles: answerType === 'person' ? titlesIn(asking) : new Set(),
    years: yearsAsked({ text, from, tags }),
    figures: figuresIn(current),
    ordinals: ordinalsIn(current),
    places: placesIn(text, lexicon.places),
    excluded: new Set(terms(contentOf(excluded)).flatMap(({ term }) => (content.has(term) ? [] : [term]))),
    quoted: [...text.matchAll(/["「『]([^"」』]{1,12})["」』]/gu)].map(([, word]) => word!),
    listSize: answerType === 'list' ? listSizeOf(asking) : null,
    terms: located.length > 0 ? located.map(({ term }) => term) : words(text),
    content,
    contentWeight,
    coverage(holds) {
      if (contentWeight === 0) return 0
      let covered = 0
      for (const [term, value] of content) if (holds(term)) covered += value
      return covered / contentWeight
    },
    contentWords: segments(contentOf(current))
      .filter(({ term }) => /[\p{L}\p{N}]/u.test(term))
      .map(({ term, range: [start, end] }) => {
        const tokens = tokensWithin(tokenStarts, [from + start, from + end])
        return { word: term, forms: [term], isName: false, tokens, weight: weightOf(term) }
      }),
    tokenShares: Float32Array.from(tokenStarts, share),
    tokenWeights: Float32Array.from(tokenStarts, (start) => weights[start]!),
  }
}
