import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { OpenIndex, ReportEntry, Reports } from '../indexes/types.ts'
import { isEnglish } from '../languages/english.ts'
import type { Passage } from '../reports/types.ts'
import type { Range } from '../text/range.ts'
import { minShownProbability } from './handSetWeights.ts'
import { withOfficialTerms } from './question/aliases.ts'
import type { AnswerType } from './question/answerType.ts'
import { isMadeOfFunctionWords } from './question/content.ts'
import { lexiconOf } from './question/lexicon.ts'
import { pinyinConverter } from './question/pinyinInput.ts'
import { type Question, questionInput } from './question/question.ts'
import { narrow } from './question/tags.ts'
import { type Alternative, alternativesOf } from './ranking/alternatives.ts'
import { complementary, twinsOf } from './ranking/complement.ts'
import { type Bands, bands, confidenceOf, probabilityOf, signalsOf } from './ranking/confidence.ts'
import { type Highlight, highlightOf } from './ranking/highlight.ts'
import { type OtherValue, otherValueFinder } from './ranking/otherValues.ts'
import { type Ranked, sharesOf } from './ranking/ranker.ts'
import { passageRanker, type Ranking } from './ranking/ranking.ts'
import { rerank } from './ranking/reranking.ts'
import { visibleRanges } from './ranking/visible.ts'
import { chineseRetrieval } from './retrieval/chinese.ts'
import { englishRetrieval } from './retrieval/english.ts'
import { questionEmbedder } from './retrieval/queryEmbedding.ts'
import { reportDirectory } from './retrieval/reportDirectory.ts'
import { type Closeness, closenessTo, type Sketch, sketchOf } from './retrieval/sketch.ts'

/** A passage that may answer the question. */
export interface Hit {
  readonly passage: Passage
  /** Passages with the same words in other places. */
  readonly twins: readonly Passage[]
  /** The probability that the passage answers the question, 0 … 1. */
  readonly probability: number
  /** The part of the passage's text that answers the question. */
  readonly highlight: Highlight
  /** The part of the passage's text that is shown first, as ranges in order. */
  readonly visible: readonly Range[]
  /** True where a place that the question names stands neither in the passage nor in what its report states of itself. */
  readonly lacksPlace: boolean
  /** True for the first hit, and for others that add to it or may well be the right one. */
  readonly isShown: boolean
}

/** The best passages for a question. */
export interface Hits {
  /** Best first, at most as many as asked for. */
  readonly hits: readonly Hit[]
  /** The probability that the first hit answers the question, 0 … 1. */
  readonly confidence: number
  /** The bounds of confidence that hold for the question. */
  readonly bands: Bands
  /** The type of answer that the question asks for. */
  readonly answerType: AnswerType
}

/** The result of a search. */
export interface Findings extends Hits {
  /** The tags that narrow a question which several reports answer, most likely first; none where the question is clear. */
  readonly alternatives: readonly Alternative[]
  /** The values that reports of other years give for the first hit's figure, newest first. */
  readonly otherValues: readonly OtherValue[]
  /** The words of the question that occur in no report. */
  readonly missing: readonly string[]
}

/** Search over one open index. */
export interface Searcher {
  /** The id of the model that reads questions. */
  readonly model: string
  readonly reports: ReadonlyMap<string, ReportEntry>
  /**
   * The passages that fit a question best: candidates by vectors and by words, ranked by late interaction and by what
   * the passage holds of what was asked. The question's tags say in which reports.
   * @throws QuestionError when the question cannot be searched as it stands, or no report has its tags
   */
  search(question: Question, limit: number): Promise<Findings>
  /**
   * The hits of a search alone, which cost less.
   * @param among the only reports to search; all where it is left out
   * @throws QuestionError as `search` does
   */
  find(question: Question, limit: number, among?: Reports): Promise<Hits>
  /** Ranks every candidate. @throws QuestionError as `search` does */
  rank(question: Question, among?: Reports): Promise<Ranking>
  /**
   * Sketches a question, to tell later which passages come near it, and gives the positions of its candidates.
   * @throws QuestionError as `search` does
   */
  sketch(question: Question): Promise<{ readonly sketch: Sketch; readonly candidates: readonly number[] }>
  /** Compares questions with the passages at `positions`. */
  closenessTo(positions: readonly number[]): Closeness
}

/**
 * A question goes through three stages, each a folder that imports from those before it: `question` parses it, `retrieval`
 * finds candidates, `ranking` puts them in order.
 * @param index an index that stays open for as long as the searcher is used
 * @param embedder the model that made the index's vectors
 * @param reranker a model that reads the best candidates beside the question once more; null for none
 */
export function createSearcher(index: OpenIndex, embedder: Embedder, reranker: Reranker | null = null): Searcher {
  const reports = [...index.reports.values()]
  const lexicon = lexiconOf(index)
  const directory = reportDirectory(reports)
  const withoutPinyin = pinyinConverter(lexicon)
  const embed = questionEmbedder(embedder)
  const retrieveChinese = chineseRetrieval(index, embed, lexicon, directory)
  const english = { embed, isMultilingual: embedder.isMultilingual }
  const retrieveEnglish = englishRetrieval(index, english, lexicon, directory)
  const ranked = passageRanker(index, lexicon)
  const otherValuesOf = otherValueFinder(index, reports)

  const retrieve = async (question: Question, only?: Reports) => {
    const input = withOfficialTerms(await withoutPinyin(questionInput(question)), lexicon.occurs)
    const { text, typed, tags } = input
    const tagged = tags.length > 0 ? new Set(narrow(reports, tags).reports.map(({ id }) => id)) : undefined
    const among = tagged && only ? new Set([...tagged].filter((id) => only.has(id))) : (only ?? tagged)
    const retrieved = isEnglish(text, (word) => lexicon.weight(word) > 0)
      ? await retrieveEnglish(typed, among)
      : await retrieveChinese(input, among)
    return { typed, retrieved }
  }
  const rank = async (question: Question, only?: Reports): Promise<Ranking> => {
    const { typed, retrieved } = await retrieve(question, only)
    const ranking = await ranked(retrieved)
    return reranker ? { ...ranking, ranked: await rerank(reranker, typed, ranking.ranked) } : ranking
  }

  /** The hits of a question, with the ranking that they are taken from and the share of each candidate in the odds of all. */
  const findRanked = async (question: Question, limit: number, among?: Reports) => {
    const ranking = await rank(question, among)
    const { question: parsed, ranked } = ranking
    const signals = signalsOf(ranking)
    const confidence = signals ? confidenceOf(signals) : 0
    const shares = sharesOf(ranked.map(({ score }) => score))
    const hits = complementary(ranked, limit).map((one, i): Hit => {
      const { facts, position } = one
      const { question, matches } = one.residual ?? one
      // A list's continuation has another score than it was ranked with, so its place alone tells which one it is.
      const share = shares[ranked.findIndex((other) => other.position === position)]!
      const highlight = highlightIn(one)
      const visible = visibleRanges(question, facts, matches, highlight.highlights)
      const twins = twinsOf(one, ranked).map(({ facts: { passage } }) => passage)
      const probability = probabilityOf(confidence, share)
      const isShown = i === 0 || probability >= minShownProbability[parsed.answerType === 'list' ? 'list' : 'other']
      const lacksPlace = one.inputs.placesMissing > 0
      return { passage: facts.passage, twins, probability, highlight, visible, lacksPlace, isShown }
    })
    const found: Hits = { hits, confidence, bands: bands[parsed.language], answerType: parsed.answerType }
    return { found, parsed, ranked, shares }
  }

  return {
    model: embedder.model.id,
    reports: index.reports,
    rank,
    async sketch(question) {
      const { retrieved } = await retrieve(question)
      const { readings, candidates } = retrieved
      const { asked } = readings[0]!
      // Ranking tells which of several readings is meant; of a single one it would tell nothing.
      const { terms } = readings.length > 1 ? (await ranked(retrieved)).question : asked.question
      const { vector } = await embed(asked.input)
      const sketch = sketchOf(embedder.model.id, vector, terms)
      return { sketch, candidates: candidates.map(({ position }) => position) }
    },
    closenessTo: (positions) => closenessTo(index, lexicon, positions),
    find: async (question, limit, among) => (await findRanked(question, limit, among)).found,
    async search(question, limit) {
      const { found, parsed, ranked, shares } = await findRanked(question, limit)
      const missing = parsed.contentWords
        .filter(({ word, forms }) => word.length > 1 && !forms.some(lexicon.occurs) && !isMadeOfFunctionWords(word))
        .map(({ word }) => word)
      const [first] = found.hits
      const otherValues =
        first && first.highlight.figures.length > 0 ? await otherValuesOf(first.passage, first.highlight) : []
      const text = `${question.previous ?? ''} ${question.text}`
      const alternatives = alternativesOf({ question: parsed, text, ranked, shares, figureOf })
      return { ...found, alternatives, otherValues, missing: [...new Set(missing)] }
    },
  }
}

function highlightIn(one: Ranked): Highlight {
  const { question, matches } = one.residual ?? one
  return highlightOf(question, one.facts, matches, one.starts, one.question)
}

/** The first figure that is marked in a passage; null where none is. */
function figureOf(one: Ranked): string | null {
  const [figure] = highlightIn(one).figures
  return figure ? one.facts.passage.text.slice(...figure) : null
}
