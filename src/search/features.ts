import type { Range } from '../text/range.ts'
import { holdsKind } from './asked.ts'
import type { PassageFacts } from './facts.ts'
import { maxSim, type Similarities } from './lateInteraction.ts'
import type { ReadQuestion } from './question.ts'

/** What ranking and confidence look at, in the order of a feature vector. Shares lie in 0 … 1, similarities in −1 … 1. */
export const featureNames = [
  /** Late interaction with the passage and its headings. */
  'late',
  /** How well the worst-matched content word is matched by the passage and by its best sentence: 1 where it stands there. */
  'worstWord',
  'worstInSentence',
  /** The mean over content words, weighted by rarity. */
  'wordsMatched',
  'cosine',
  /** BM25 ÷ the best BM25 for this question. */
  'words',
  /** Share of the content's weight in text and frame, in the best single sentence. */
  'coveredAll',
  'coveredSentence',
  /** Whether the best sentence holds the kind of thing asked for. */
  'kindSentence',
  /** Shares of the years asked for that the report states, that the passage names; whether neither does. */
  'year',
  'yearText',
  'yearWrong',
  /** Whether the best sentence speaks of a year asked for, and whether it speaks of other years only. */
  'yearSentence',
  'yearOther',
  'figuresMissing',
  /** Share of the ordinals asked for (`第八批`) and of the places that the passage does not name. */
  'ordinalsMissing',
  'placesMissing',
  /** Whether writers are asked for and named here. */
  'writers',
  'heading',
] as const

export type FeatureName = (typeof featureNames)[number]
export type Features = Readonly<Record<FeatureName, number>>

export interface Evidence {
  readonly facts: PassageFacts
  readonly statedYears: ReadonlySet<number>
  readonly matches: Similarities
  readonly cosine: number
  readonly bm25: number
  readonly bestBm25: number
}

/** The features of a passage for a question, each in the range that its name is given in `featureNames`. */
export function featuresOf(question: ReadQuestion, evidence: Evidence): Features {
  const { facts, statedYears, matches, cosine, bm25, bestBm25 } = evidence
  const best = bestSentence(question, facts, matches)
  const years = [...question.years]
  const share = (held: ReadonlySet<number>) =>
    years.length === 0 ? 0 : years.filter((year) => held.has(year)).length / years.length
  const year = share(statedYears)
  const yearText = share(facts.years)
  const missing = <T>(asked: readonly T[], holds: (name: T) => boolean) =>
    asked.length === 0 ? 0 : asked.filter((name) => !holds(name)).length / asked.length
  const names = [
    ...[...question.places].map((place) => [place]),
    ...question.contentWords.filter(({ isName }) => isName).map(({ forms }) => forms),
  ]
  return {
    late: maxSim(matches, question.tokenShares),
    ...wordFeatures(question, facts, matches, best),
    cosine,
    words: bm25 / bestBm25,
    coveredAll: question.coverage((term) => facts.terms.has(term) || facts.frameTerms.has(term)),
    coveredSentence: best.covered,
    kindSentence: best.kind,
    year,
    yearText,
    yearWrong: Number(years.length > 0 && year === 0 && yearText === 0),
    yearSentence: Number(years.some((asked) => best.years.has(asked))),
    yearOther: Number(years.length > 0 && best.years.size > 0 && !years.some((asked) => best.years.has(asked))),
    figuresMissing: [...question.figures].filter((figure) => !facts.figures.has(figure)).length,
    ordinalsMissing: missing([...question.ordinals], (ordinal) => facts.ordinals.has(ordinal)),
    placesMissing: missing(names, (forms) => forms.some((form) => holdsName(facts, form))),
    writers: Number(question.asksWriters && facts.writers !== null),
    heading: Number(facts.passage.kind === 'heading'),
  }
}

/** The sentence that fits a question best, with how well it does. */
export interface BestSentence {
  readonly index: number
  readonly covered: number
  /** 1 where it holds the kind of thing asked for. */
  readonly kind: number
  readonly text: string
  readonly years: ReadonlySet<number>
}

/**
 * The sentence whose tokens match the question's best, that shares its rarer words and holds the kind of thing asked
 * for. Words break the ties of neighbouring sentences, whose token vectors are alike because each has read the other.
 */
export function bestSentence(question: ReadQuestion, facts: PassageFacts, matches: Similarities): BestSentence {
  let best: BestSentence = { index: 0, covered: 0, kind: 0, text: facts.text, years: facts.years }
  let bestScore = -Infinity
  const said = new Set(facts.frameTerms)
  for (const [index, { tokens, terms, text, years }] of facts.sentences.entries()) {
    const late = maxSim(matches, question.tokenShares, ...tokens)
    const covered = question.coverage((term) => terms.has(term))
    const carried = question.coverage((term) => !terms.has(term) && said.has(term))
    const kind = Number(holdsKind(text, question.kind, question.unit))
    const score = late + covered + carriedShare * carried + kindBonus * kind
    for (const term of terms) said.add(term)
    if (score > bestScore) {
      best = { index, covered, kind, text, years }
      bestScore = score
    }
  }
  return best
}

const kindBonus = 0.15
/** What a word counts that was said before the sentence: an answer often only refers back (`该小区被列为…`). */
const carriedShare = 0.6

function holdsName({ text, frame }: PassageFacts, name: string): boolean {
  return text.includes(name) || frame.includes(name)
}

/** How well the passage matches each content word: 1 where it stands there, else the mean best match of its tokens. */
export function wordMatches(
  { contentWords }: ReadQuestion,
  facts: PassageFacts,
  matches: Similarities,
): readonly number[] {
  return contentWords.map(({ forms, tokens }) =>
    forms.some((form) => holdsName(facts, form)) ? 1 : meanOfBest(matches, tokens, [0, matches.passageTokens]),
  )
}

/** A fact that is not there shows in the one word that nothing speaks of. */
function wordFeatures(
  question: ReadQuestion,
  facts: PassageFacts,
  matches: Similarities,
  best: BestSentence,
): Pick<Features, 'worstWord' | 'worstInSentence' | 'wordsMatched'> {
  const matched = wordMatches(question, facts, matches)
  const sentence = facts.sentences[best.index]
  let worstInSentence = 1
  let sum = 0
  let total = 0
  for (const [i, { forms, tokens, weight }] of question.contentWords.entries()) {
    if (sentence && !forms.some((form) => best.text.includes(form)))
      worstInSentence = Math.min(worstInSentence, meanOfBest(matches, tokens, sentence.tokens))
    sum += weight * matched[i]!
    total += weight
  }
  return { worstWord: Math.min(1, ...matched), worstInSentence, wordsMatched: total === 0 ? 0 : sum / total }
}

/** The mean over question tokens `tokens` of their best match, at least 0, among passage tokens `from … to`. */
function meanOfBest({ values, passageTokens }: Similarities, tokens: Range, [from, to]: Range): number {
  let sum = 0
  for (let q = tokens[0]; q < tokens[1]; q++) {
    let most = 0
    for (let t = from; t < to; t++) most = Math.max(most, values[q * passageTokens + t]!)
    sum += most
  }
  return tokens[0] === tokens[1] ? 0 : sum / (tokens[1] - tokens[0])
}
