import { namesWithTitle } from '../../text/mentions.ts'
import type { Range } from '../../text/range.ts'
import { holdsAnswerType } from '../question/answerType.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import { negates } from '../question/verdicts.ts'
import { type BestSentence, bestSentence } from './bestSentence.ts'
import type { PassageFacts } from './facts.ts'
import { maxSim, type Similarities } from './lateInteraction.ts'

/** The features of a passage for one wording of a question. Shares lie in 0 … 1, similarities in −1 … 1. */
export const featureNames = [
  /** Late interaction with the passage and its headings. */
  'late',
  /** Late interaction with the best sentence alone. */
  'lateSentence',
  /** The match of the worst-matched content word in the passage, and in its best sentence: 1 where the word stands there. */
  'worstWord',
  'worstInSentence',
  /** The mean match of the content words, weighted by rarity. */
  'wordsMatched',
  /** The same mean without the word that is matched worst. */
  'otherWordsMatched',
  /** The largest lack of a content word (1 less its match), weighted by its rarity: 1 where the rarest word is lacking wholly. */
  'rarestMissing',
  'cosine',
  /** BM25 ÷ the best BM25 for this question. */
  'words',
  /** The share of the content's weight in text and context, in the best sentence, and in the best clause of that. */
  'coveredAll',
  'coveredSentence',
  'coveredClause',
  /** 1 where the best sentence, and its best clause, hold the type of answer asked for. */
  'kindSentence',
  'kindClause',
  /** The items of the best sentence where a list is asked for: 1 for eight or more. */
  'items',
  /** 1 where the items are as many as the question speaks of. */
  'itemsEnough',
  /** 1 where the best sentence names somebody with a title that the question names. */
  'titledName',
  /** The shares of the years asked for that the report states and that the passage names; 1 where neither has any of them. */
  'year',
  'yearText',
  'yearWrong',
  /** 1 where the best sentence speaks of a year asked for, and 1 where it speaks of other years only. */
  'yearSentence',
  'yearOther',
  /** The same two for the year that a best sentence without a year of its own carries from the text before it. */
  'yearCarried',
  'yearCarriedOther',
  /** 1 where the best sentence states a plan and a plan is asked for; 1 where it states one and a result is asked for. */
  'planAsked',
  'planUnasked',
  /** 1 where yes or no is asked for and the best sentence denies something. */
  'negates',
  /** The number of figures of the question that the passage does not name. */
  'figuresMissing',
  /** The share of the unwanted terms that stand in the best sentence. */
  'excluded',
  /** The share of the ordinals asked for (`第八批`), and of the places, that the passage does not name. */
  'ordinalsMissing',
  'placesMissing',
  /** 1 where writers are asked for and named here. */
  'writers',
  /** 1 for a heading. */
  'heading',
  /** The share of the passage's terms that stand in its context: 1 for a title line. */
  'framed',
] as const

export type FeatureName = (typeof featureNames)[number]
export type Features = Readonly<Record<FeatureName, number>>

/** The data from which the features of a passage are computed, besides the question. */
export interface Evidence {
  readonly facts: PassageFacts
  /** The years that the passage's report states. */
  readonly statedYears: ReadonlySet<number>
  readonly matches: Similarities
  readonly cosine: number
  readonly bm25: number
  readonly bestBm25: number
}

/** The features of a passage for a question, as `featureNames` describes them. */
export function featuresOf(question: ParsedQuestion, evidence: Evidence): Features {
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
    items: question.answerType === 'list' ? Math.min(1, itemsIn(best.text) / maxItems) : 0,
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

/** The number of items beyond which a longer list is no better. */
const maxItems = 8

/** The number of marks that part the items of a sentence. */
function itemsIn(text: string): number {
  return (text.match(/[、;；]/gu) ?? []).length
}

/** The features of that clause of the best sentence which shares most with the question. */
function clauseFeatures(
  question: ParsedQuestion,
  facts: PassageFacts,
  { index }: BestSentence,
): Pick<Features, 'coveredClause' | 'kindClause'> {
  let coveredClause = 0
  let kindClause = 0
  for (const { text, terms } of facts.sentences[index]?.clauses ?? []) {
    const covered = question.coverage((term) => terms.has(term))
    if (covered < coveredClause || covered === 0) continue
    const kind = Number(holdsAnswerType(text, question.answerType, question.unit))
    kindClause = covered > coveredClause ? kind : Math.max(kindClause, kind)
    coveredClause = covered
  }
  return { coveredClause, kindClause }
}

function holdsName({ text, context, otherNames }: PassageFacts, name: string): boolean {
  return text.includes(name) || context.includes(name) || otherNames.includes(name)
}

/** The match of each content word in a passage: 1 where the word stands there, else the mean best match of its tokens. */
export function wordMatches(
  { contentWords }: ParsedQuestion,
  facts: PassageFacts,
  matches: Similarities,
): readonly number[] {
  return contentWords.map(({ forms, tokens }) =>
    forms.some((form) => holdsName(facts, form)) ? 1 : meanOfBest(matches, tokens, [0, matches.passageTokens]),
  )
}

/** The features of the content words. If a passage lacks the fact asked for, that shows in the one word that it matches worst. */
function wordFeatures(
  question: ParsedQuestion,
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
    // The index does not know how rare a lone character is.
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

/** The mean, over a range of question tokens, of their best match (at least 0) among a range of passage tokens. */
function meanOfBest({ values, passageTokens }: Similarities, tokens: Range, [from, to]: Range): number {
  let sum = 0
  for (let q = tokens[0]; q < tokens[1]; q++) {
    let best = 0
    for (let t = from; t < to; t++) best = Math.max(best, values[q * passageTokens + t]!)
    sum += best
  }
  return tokens[0] === tokens[1] ? 0 : sum / (tokens[1] - tokens[0])
}
