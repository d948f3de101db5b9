import type { Concept } from '../../languages/translate.ts'
import { figuresIn, ordinalsIn, placesIn, titlesIn, yearsIn } from '../../text/mentions.ts'
import { normalize, normalizedRange } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { terms as termsOf } from '../../text/words.ts'
import { asksWriters } from '../question/answerType.ts'
import { kindOfEnglish, listSizeOfEnglish, unitOfEnglish } from '../question/answerTypeEnglish.ts'
import { stageAsked } from '../question/plans.ts'
import type { ReadQuestion } from '../question/question.ts'
import { asksVerdict } from '../question/verdicts.ts'
import type { Named, Scope } from './scope.ts'

/** A concept as a question asks for it: with its weight, and what each alternative consists of. */
export interface Wanted {
  readonly concept: Concept
  /** Inverse document frequency of the concept as a whole, times its share. */
  readonly weight: number
  readonly forms: readonly Form[]
}

interface Form {
  readonly text: string
  /** Pairs of characters and other terms; none for a lone character. */
  readonly terms: readonly string[]
  /** Beside the best alternative, which counts 1. */
  readonly weight: number
}

/** How much a less likely alternative counts: its weight beside the best one's, to this power. */
const alternativePower = 0.5

/**
 * @param frequency how many passages hold a string
 * @param size how many there are
 */
export function wantedOf(concepts: readonly Concept[], frequency: (text: string) => number, size: number): Wanted[] {
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

/** How well a text matches a concept, 0 … 1: by the best of its alternatives that stands there, or by parts of it. */
export function matchOf({ forms }: Wanted, text: string): number {
  let most = 0
  for (const form of forms) {
    if (form.weight <= most) continue
    if (text.includes(form.text)) most = form.weight
    else if (form.terms.length > 1) {
      const share = form.terms.filter((term) => text.includes(term)).length / form.terms.length
      most = Math.max(most, form.weight * share * partShare)
    }
  }
  return most
}

/** What parts of an alternative count beside the whole. */
const partShare = 0.7

/** What an English question says in Chinese, one alternative for each concept: what the model is given. */
export interface Translated {
  readonly text: string
  /** Where each concept stands in it; empty for one that has no alternative. */
  readonly ranges: readonly Range[]
  /** The same in Chinese: the text itself, but where the model reads English. */
  readonly chinese: string
}

/** @param choose the place of the alternative to take of a concept that has some */
export function wordingOf(wanted: readonly Wanted[], choose: (wanted: Wanted, i: number) => number): Translated {
  let text = ''
  const ranges = wanted.map((one, i): Range => {
    if (one.forms.length === 0) return [text.length, text.length]
    const form = one.forms[choose(one, i)]!.text
    // Latin words and figures must not run together.
    if (/[\p{Script=Latin}\p{N}]$/u.test(text) && /^[\p{Script=Latin}\p{N}]/u.test(form)) text += ' '
    const start = text.length
    text += form
    return [start, text.length]
  })
  return { text, ranges, chinese: text }
}

/** The question as it stands, for a model that reads English. */
export function asItStands(text: string, wanted: readonly Wanted[], { chinese }: Translated): Translated {
  const normalized = normalize(text)
  const ranges = wanted.map(({ concept: { range } }) => normalizedRange(normalized, [...range]))
  return { text: normalized.text, ranges, chinese }
}

/** The concepts of an English question as what may name a report; years are asked for by themselves. */
export function namedInEnglish(wanted: readonly Wanted[]): Named[] {
  return wanted
    .filter(({ concept: { kind } }) => kind !== 'year' && kind !== 'date' && kind !== 'figure')
    .map(({ concept: { range, share }, forms }) => ({ ranges: [[...range]], share, forms }))
}

/** The years that an English question names. */
export function yearsOfConcepts(wanted: readonly Wanted[]): Set<number> {
  return yearsIn(joinedForms(wanted, ['year', 'date', 'quoted']))
}

/** The first forms of the concepts of some kinds. */
function joinedForms(wanted: readonly Wanted[], kinds: readonly string[]): string {
  return wanted
    .flatMap(({ concept, forms }) => (kinds.includes(concept.kind) && forms[0] ? [forms[0].text] : []))
    .join(' ')
}

/** The concepts that name neither the scope nor a year; null where all are left, or none. */
export function residualOfConcepts(wanted: readonly Wanted[], { named }: Scope): Wanted[] | null {
  const naming = new Set(named.flatMap(({ ranges }) => ranges.map(([from]) => from)))
  const rest = wanted.filter(({ concept: { kind, range } }) => kind !== 'year' && !naming.has(range[0]))
  return rest.length === wanted.length || rest.length === 0 ? null : rest
}

/**
 * What an English question asks for, over one of its Chinese wordings.
 * @param question the question in English, normalised
 * @param tokenStarts where the model's tokens start in the wording
 * @param knownPlaces places of the reports, without their rank
 */
export function readConcepts(
  question: string,
  wanted: readonly Wanted[],
  { ranges, chinese }: Translated,
  tokenStarts: Uint32Array,
  knownPlaces: Iterable<string>,
): ReadQuestion {
  const total = wanted.reduce((sum, { weight }) => sum + weight, 0)
  const chosen = [...new Set(termsOf(chinese).map(({ term }) => term))]
  const kind = kindOfEnglish(question)
  const weightAt = (start: number) => {
    const i = ranges.findIndex(([from, to]) => start >= from && start < to)
    return i < 0 ? null : wanted[i]!
  }
  return {
    language: 'en',
    kind,
    unit: unitOfEnglish(question),
    stage: stageAsked(question),
    asksWriters: asksWriters(question),
    asksVerdict: asksVerdict(question),
    titles: kind === 'person' ? titlesIn(chinese) : new Set(),
    years: yearsOfConcepts(wanted),
    figures: figuresIn(joinedForms(wanted, ['figure', 'quoted'])),
    ordinals: ordinalsIn(joinedForms(wanted, ['ordinal', 'quoted'])),
    places: placesIn(chinese, knownPlaces),
    excluded: new Set(),
    quoted: [],
    listSize: kind === 'list' ? listSizeOfEnglish(question) : null,
    terms: chosen,
    content: new Map(wanted.map(({ concept, weight }) => [concept.source, weight])),
    contentWeight: total,
    coverage(holds) {
      if (total === 0) return 0
      let covered = 0
      for (const { forms, weight } of wanted) {
        let most = 0
        for (const form of forms) {
          if (form.weight <= most || form.terms.length === 0) continue
          const share = form.terms.filter(holds).length / form.terms.length
          most = Math.max(most, form.weight * (share === 1 ? 1 : share * partShare))
        }
        covered += weight * most
      }
      return covered / total
    },
    contentWords: wanted.map(({ concept, forms, weight }, i) => {
      const [from, to] = ranges[i]!
      const within = (start: number) => start >= from && start < to
      const first = tokenStarts.findIndex(within)
      const tokens: Range = first < 0 ? [0, 0] : [first, tokenStarts.findLastIndex(within) + 1]
      return {
        word: concept.source,
        forms: forms.map(({ text }) => text),
        isName: concept.kind === 'name',
        tokens,
        weight,
      }
    }),
    tokenShares: Float32Array.from(tokenStarts, (start) => weightAt(start)?.concept.share ?? 1),
    tokenWeights: Float32Array.from(tokenStarts, (start) => weightAt(start)?.weight ?? 0),
  }
}
