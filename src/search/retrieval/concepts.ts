import type { Concept } from '../../languages/translate.ts'
import { figuresIn, ordinalsIn, placesIn, titlesIn, yearsIn } from '../../text/mentions.ts'
import { normalize, normalizedRange } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { terms as termsOf } from '../../text/words.ts'
import { alternativePower, partShare } from '../handSetWeights.ts'
import { asksWriters } from '../question/answerType.ts'
import { answerTypeOfEnglish, listSizeOfEnglish, unitOfEnglish } from '../question/answerTypeEnglish.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import { stageAsked } from '../question/plans.ts'
import { tokensWithin } from '../question/tokens.ts'
import { asksVerdict } from '../question/verdicts.ts'
import type { Mention, Scope } from './scope.ts'

/** A concept of an English question, with its weight and the forms that its alternatives take in the reports. */
export interface WeightedConcept {
  readonly concept: Concept
  /** The inverse document frequency of the concept as a whole, times its share. */
  readonly weight: number
  readonly forms: readonly Form[]
}

interface Form {
  readonly text: string
  /** Pairs of characters and other terms; none for a lone character. */
  readonly terms: readonly string[]
  /** The weight, of which the best alternative has 1. */
  readonly weight: number
}

/**
 * @param frequency the number of passages that hold a string
 * @param size the number of passages
 */
export function weightedConcepts(
  concepts: readonly Concept[],
  frequency: (text: string) => number,
  size: number,
): WeightedConcept[] {
  return concepts.map((concept) => {
    const best = concept.alternatives[0]?.weight ?? 1
    const forms = concept.alternatives.map(({ word, weight }) => {
      const { text } = normalize(word)
      const found = termsOf(text).map(({ term }) => term)
      return {
        text,
        terms: [...new Set(found.filter((term) => /^(?:\p{Script=Han}{2}|[^\p{Script=Han}]+)$/u.test(term)))],
        weight: (weight / best) ** alternativePower,
      }
    })
    let held = 0
    for (const { word, weight } of concept.alternatives) held += (weight / best) * frequency(word)
    const rarity = Math.log(1 + (size + 0.5) / (Math.min(held, size) + 0.5))
    return { concept, forms, weight: rarity * concept.share }
  })
}

/** The match of a text with a concept, 0 … 1: by the best alternative that stands there, or by parts of one. */
export function matchOf({ forms }: WeightedConcept, text: string): number {
  let best = 0
  for (const form of forms) {
    if (form.weight <= best) continue
    if (text.includes(form.text)) best = form.weight
    else if (form.terms.length > 1) {
      const share = form.terms.filter((term) => text.includes(term)).length / form.terms.length
      best = Math.max(best, form.weight * share * partShare)
    }
  }
  return best
}

/** A translation of an English question, one alternative for each concept. */
export interface Translated {
  /** The text that the model is given. */
  readonly text: string
  /** The range of each concept in `text`; empty for a concept without alternatives. */
  readonly ranges: readonly Range[]
  /** The translation: `text` itself, unless the model reads English. */
  readonly chinese: string
}

/** @param choose gives the place of the alternative to take, of a concept that has some */
export function translationOf(
  concepts: readonly WeightedConcept[],
  choose: (concept: WeightedConcept) => number,
): Translated {
  let text = ''
  const ranges = concepts.map((one): Range => {
    if (one.forms.length === 0) return [text.length, text.length]
    const form = one.forms[choose(one)]!.text
    // Latin words and figures must not run together.
    if (/[\p{Script=Latin}\p{N}]$/u.test(text) && /^[\p{Script=Latin}\p{N}]/u.test(form)) text += ' '
    const start = text.length
    text += form
    return [start, text.length]
  })
  return { text, ranges, chinese: text }
}

/** The question as it stands, for a model that reads English. */
export function asItStands(text: string, concepts: readonly WeightedConcept[], { chinese }: Translated): Translated {
  const normalized = normalize(text)
  const ranges = concepts.map(({ concept: { range } }) => normalizedRange(normalized, [...range]))
  return { text: normalized.text, ranges, chinese }
}

/** The concepts that may name a report. Years count by themselves, so they are left out. */
export function conceptMentions(concepts: readonly WeightedConcept[]): Mention[] {
  return concepts
    .filter(({ concept: { kind } }) => kind !== 'year' && kind !== 'date' && kind !== 'figure')
    .map(({ concept: { range, share }, forms }) => ({ ranges: [[...range]], share, forms }))
}

/** The years that an English question names. */
export function yearsOfConcepts(concepts: readonly WeightedConcept[]): Set<number> {
  return yearsIn(firstForms(concepts, ['year', 'date', 'quoted']))
}

/** The first forms of the concepts of some kinds, parted by spaces. */
function firstForms(concepts: readonly WeightedConcept[], kinds: readonly string[]): string {
  return concepts
    .flatMap(({ concept, forms }) => (kinds.includes(concept.kind) && forms[0] ? [forms[0].text] : []))
    .join(' ')
}

/** The concepts that name neither the scope nor a year; null where all are left, or none. */
export function residualOfConcepts(
  concepts: readonly WeightedConcept[],
  { mentions }: Scope,
): WeightedConcept[] | null {
  const naming = new Set(mentions.flatMap(({ ranges }) => ranges.map(([from]) => from)))
  const rest = concepts.filter(({ concept: { kind, range } }) => kind !== 'year' && !naming.has(range[0]))
  return rest.length === concepts.length || rest.length === 0 ? null : rest
}

/**
 * Parses an English question together with its translation.
 * @param question the question in English, as it was typed
 * @param tokenStarts where each of the model's tokens starts in the translation's text
 * @param places the places of the reports, without their rank
 */
export function parseConcepts(
  question: string,
  concepts: readonly WeightedConcept[],
  { ranges, chinese }: Translated,
  tokenStarts: Uint32Array,
  places: ReadonlySet<string>,
): ParsedQuestion {
  const contentWeight = concepts.reduce((sum, { weight }) => sum + weight, 0)
  const answerType = answerTypeOfEnglish(question)
  const conceptAt = (start: number) => concepts[ranges.findIndex(([from, to]) => start >= from && start < to)]
  return {
    language: 'en',
    answerType,
    unit: unitOfEnglish(question),
    stage: stageAsked(question),
    asksWriters: asksWriters(question),
    asksVerdict: asksVerdict(question),
    titles: answerType === 'person' ? titlesIn(chinese) : new Set(),
    years: yearsOfConcepts(concepts),
    figures: figuresIn(firstForms(concepts, ['figure', 'quoted'])),
    ordinals: ordinalsIn(firstForms(concepts, ['ordinal', 'quoted'])),
    places: placesIn(chinese, places),
    excluded: new Set(),
    quoted: [],
    listSize: answerType === 'list' ? listSizeOfEnglish(question) : null,
    terms: [...new Set(termsOf(chinese).map(({ term }) => term))],
    content: new Map(concepts.map(({ concept, weight }) => [concept.source, weight])),
    contentWeight,
    coverage(holds) {
      if (contentWeight === 0) return 0
      let covered = 0
      for (const { forms, weight } of concepts) {
        let best = 0
        for (const form of forms) {
          if (form.weight <= best || form.terms.length === 0) continue
          const share = form.terms.filter(holds).length / form.terms.length
          best = Math.max(best, form.weight * (share === 1 ? 1 : share * partShare))
        }
        covered += weight * best
      }
      return covered / contentWeight
    },
    contentWords: concepts.map(({ concept, forms, weight }, i) => ({
      word: concept.source,
      forms: forms.map(({ text }) => text),
      isName: concept.kind === 'name',
      tokens: tokensWithin(tokenStarts, ranges[i]!),
      weight,
    })),
    tokenShares: Float32Array.from(tokenStarts, (start) => conceptAt(start)?.concept.share ?? 1),
    tokenWeights: Float32Array.from(tokenStarts, (start) => conceptAt(start)?.weight ?? 0),
  }
}
