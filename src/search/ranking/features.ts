import { namesWithTitle } from '../../text/mentions.ts'
import type { Range } from '../../text/range.ts'
import { holdsKind } from '../question/answerType.ts'
import type { ReadQuestion } from '../question/question.ts'
import { negates } from '../question/verdicts.ts'
import type { PassageFacts } from './facts.ts'
import { maxSim, type Similarities } from './lateInteraction.ts'

/** What is read off a passage for one wording of a question. Shares lie in 0 … 1, similarities in −1 … 1. */
export const featureNames = [
  /** Late interaction with the passage and its headings. */
  'late',
  /** The same with the best sentence alone. */
  'lateSentence',
  /** How well the worst-matched content word is matched by the passage and by its best sentence: 1 where it stands there. */
  'worstWord',
  'worstInSentence',
  /** The mean over content words, weighted by rarity. */
  'wordsMatched',
  /** The same without the word that is matched worst. */
  'otherWordsMatched',
  /** How much of a content word is missing, times its rarity beside the rarest's: 1 where that stands nowhere near. */
  'rarestMissing',
  'cosine',
  /** BM25 ÷ the best BM25 for this question. */
  'words',
  /** Share of the content's weight in text and context, in the best single sentence, in the best clause of that. */
  'coveredAll',
  'coveredSentence',
  'coveredClause',
  /** Whether the best sentence, and its best clause, hold the kind of thing asked for. */
  'kindSentence',
  'kindClause',
  /** Where a list is asked for, the items of the best sentence: 1 for eight or more. */
  'items',
  /** Whether these are as many as the question speaks of. */
  'itemsEnough',
  /** Whether the best sentence names somebody with a title that the question names. */
  'titledName',
  /** Shares of the years asked for that the report states, that the passage names; whether neither does. */
  'year',
  'yearText',
  'yearWrong',
  /** Whether the best sentence speaks of a year asked for, and whether it speaks of other years only. */
  'yearSentence',
  'yearOther',
  /** The same of the year that the best sentence carries from what stands before it, where it names none itself. */
  'yearCarried',
  'yearCarriedOther',
  /** Whether the best sentence tells a plan where a plan is asked for, and where a result is. */
  'planAsked',
  'planUnasked',
  /** 1 where yes or no is asked for and the best sentence denies something. */
  'negates',
  'figuresMissing',
  /** Share of the terms that the question says it does not want in the best sentence. */
  'excluded',
  /** Share of the ordinals asked for (`第八批`) and of the places that the passage does not name. */
  'ordinalsMissing',
  'placesMissing',
  /** Whether writers are asked for and named here. */
  'writers',
  'heading',
  /** Share of the passage's terms that stand in its headings or its report's names: 1 for a title line. */
  'framed',
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
  const isAsked = (year: number) => question.years.has(year)
  const names = [
    ...[...question.places].map((place) => [place]),
    ...question.contentWords.filter(({ isName }) => isName).map(({ forms }) => forms),
  ]
  return {
    late: maxSim(matches, question.tokenShares),
    lateSentence: best.late,
    ...wordFeatures(question, facts, matches, best),
    cosine,
    words: bm25 / bestBm25,
    coveredAll: question.coverage((term) => facts.terms.has(term) || facts.contextTerms.has(term)),
    coveredSentence: best.covered,
    ...clauseFeatures(question, facts, best),
    kindSentence: best.kind,
    itemsEnough: Number(question.listSize !== null && itemsIn(best.text) + 1 >= question.listSize),
    titledName: Number([...question.titles].some((title) => namesWithTitle(best.text, title))),
    items: question.kind === 'list' ? Math.min(1, itemsIn(best.text) / manyItems) : 0,
    year,
    yearText,
    yearWrong: Number(years.length > 0 && year === 0 && yearText === 0),
    yearSentence: Number([...best.years].some(isAsked)),
    yearOther: Number(years.length > 0 && best.years.size > 0 && ![...best.years].some(isAsked)),
    yearCarried: Number([...best.carriedYears].some(isAsked)),
    yearCarriedOther: Number(years.length > 0 && best.carriedYears.size > 0 && ![...best.carriedYears].some(isAsked)),
    planAsked: Number(question.stage === 'planned' && best.isPlan),
    planUnasked: Number(question.stage === 'done' && best.isPlan),
    negates: Number(question.asksVerdict && negates(best.text)),
    figuresMissing: [...question.figures].filter((figure) => !facts.figures.has(figure)).length,
    excluded:
      question.excluded.size === 0
        ? 0
        : [...question.excluded].filter((term) => best.text.includes(term)).length / question.excluded.size,
    ordinalsMissing: missing([...question.ordinals], (ordinal) => facts.ordinals.has(ordinal)),
    placesMissing: missing(names, (forms) => forms.some((form) => holdsName(facts, form))),
    writers: Number(question.asksWriters && facts.writers !== null),
    heading: Number(facts.passage.kind === 'heading'),
    framed: [...facts.terms].filter((term) => facts.contextTerms.has(term)).length / Math.max(1, facts.terms.size),
  }
}

/** More items make a list no better. */
const manyItems = 8

/** The items that a sentence sets side by side. */
function itemsIn(text: string): number {
  return (text.match(/[、;；]/gu) ?? []).length
}

/** What the clause of the best sentence holds that shares most with the question. */
function clauseFeatures(
  question: ReadQuestion,
  facts: PassageFacts,
  { index }: BestSentence,
): Pick<Features, 'coveredClause' | 'kindClause'> {
  let coveredClause = 0
  let kindClause = 0
  for (const { text, terms } of facts.sentences[index]?.clauses ?? []) {
    const covered = question.coverage((term) => terms.has(term))
    if (covered < coveredClause || covered === 0) continue
    const kind = Number(holdsKind(text, question.kind, question.unit))
    kindClause = covered > coveredClause ? kind : Math.max(kindClause, kind)
    coveredClause = covered
  }
  return { coveredClause, kindClause }
}

/** The sentence that fits a question best, with how well it does. */
export interface BestSentence {
  readonly index: number
  /** Late interaction with its tokens. */
  readonly late: number
  readonly covered: number
  /** 1 where it holds the kind of thing asked for. */
  readonly kind: number
  readonly text: string
  readonly years: ReadonlySet<number>
  readonly carriedYears: ReadonlySet<number>
  readonly isPlan: boolean
}

/**
 * The sentence whose tokens match the question's best, that shares its rarer words and holds the kind of thing asked
 * for. Words break the ties of neighbouring sentences, whose token vectors are alike because each has read the other.
 */
export function bestSentence(question: ReadQuestion, facts: PassageFacts, matches: Similarities): BestSentence {
  let best: BestSentence = {
    index: 0,
    late: 0,
    covered: 0,
    kind: 0,
    text: facts.text,
    ...noSentence,
    years: facts.years,
  }
  let bestScore = -Infinity
  const said = new Set(facts.contextTerms)
  for (const [index, { tokens, terms, text, years, carriedYears, isPlan }] of facts.sentences.entries()) {
    const late = maxSim(matches, question.tokenShares, ...tokens)
    const covered = question.coverage((term) => terms.has(term))
    const carried = question.coverage((term) => !terms.has(term) && said.has(term))
    const kind = Number(holdsKind(text, question.kind, question.unit))
    const score = late + covered + carriedShare * carried + kindBonus * kind
    for (const term of terms) said.add(term)
    if (score > bestScore) {
      best = { index, late, covered, kind, text, years, carriedYears, isPlan }
      bestScore = score
    }
  }
  return best
}

const noSentence = { carriedYears: new Set<number>(), isPlan: false }
const kindBonus = 0.15
/** What a word counts that was said before the sentence: an answer often only refers back (`该小区被列为…`). */
const carriedShare = 0.6

function holdsName({ text, context, otherNames }: PassageFacts, name: string): boolean {
  return text.includes(name) || context.includes(name) || otherNames.includes(name)
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
): Pick<Features, 'worstWord' | 'worstInSentence' | 'wordsMatched' | 'otherWordsMatched' | 'rarestMissing'> {
  const matched = wordMatches(question, facts, matches)
  const sentence = facts.sentences[best.index]
  let worstInSentence = 1
  let sum = 0
  let total = 0
  let rarest = 0
  let missing = 0
  const worst = matched.indexOf(Math.min(...matched))
  let [otherSum, otherTotal] = [0, 0]
  for (const [i, { word, forms, tokens, weight }] of question.contentWords.entries()) {
    if (sentence && !forms.some((form) => best.text.includes(form)))
      worstInSentence = Math.min(worstInSentence, meanOfBest(matches, tokens, sentence.tokens))
    sum += weight * matched[i]!
    total += weight
    if (i !== worst) {
      otherSum += weight * matched[i]!
      otherTotal += weight
    }
    // How rare a lone character is, the index does not know.
    if ([...word].length < 2) continue
    rarest = Math.max(rarest, weight)
    missing = Math.max(missing, weight * (1 - Math.min(1, matched[i]!)))
  }
  return {
    worstWord: Math.min(1, ...matched),
    worstInSentence,
    wordsMatched: total === 0 ? 0 : sum / total,
    otherWordsMatched: otherTotal === 0 ? 0 : otherSum / otherTotal,
    rarestMissing: rarest === 0 ? 0 : missing / rarest,
  }
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
