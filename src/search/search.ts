import type { Embedder } from '../embeddings/types.ts'
import type { OpenIndex, ReportEntry, Reports } from '../indexes/types.ts'
import { isEnglish } from '../languages/english.ts'
import type { Passage } from '../reports/types.ts'
import { normalize } from '../text/normalize.ts'
import { words } from '../text/words.ts'
import { withOfficialTerms } from './aliases.ts'
import { placeName } from './asked.ts'
import { candidateFinder } from './candidates.ts'
import { complementing } from './complement.ts'
import { isMadeOfFunctionWords } from './content.ts'
import { embedQuestion } from './embedded.ts'
import { englishSearch } from './english.ts'
import { type PassageFacts, passageReader, statedYears } from './facts.ts'
import { type Features, featuresOf } from './features.ts'
import { type Highlight, highlightOf } from './highlight.ts'
import { lateInteraction, loadKernel, type Similarities } from './lateInteraction.ts'
import { type Question, type QuestionInput, questionInput, type ReadQuestion, readQuestion } from './question.ts'
import { type Bands, bands, confidenceOf, type Signals, scoreOf, signalsOf } from './ranker.ts'
import type { Searched, SearchedPassage } from './searched.ts'
import { narrow } from './tags.ts'
import { typedReader } from './typed.ts'

/** A passage that may answer the question. */
export interface Hit {
  readonly passage: Passage
  /** Comparable within one question. */
  readonly score: number
  readonly features: Features
  /** What of the passage's text answers the question. */
  readonly highlight: Highlight
}

/** What was found for a question. */
export interface Findings {
  /** Best first, at most as many as asked for. */
  readonly hits: readonly Hit[]
  /** Probability that the first hit answers the question, 0 … 1. */
  readonly confidence: number
  /** The bounds of confidence that hold for the question. */
  readonly bands: Bands
  /** Words of the question that occur in no report. */
  readonly missing: readonly string[]
}

/** Every candidate of a question with its features, best first: for training and for explanations. */
export interface Ranking {
  readonly question: ReadQuestion
  readonly input: string
  readonly ranked: readonly Ranked[]
  readonly signals: Signals | null
}

export interface Ranked {
  /** The reading of the question that fits the passage best. */
  readonly question: ReadQuestion
  readonly position: number
  readonly facts: PassageFacts
  readonly features: Features
  readonly score: number
  readonly matches: Similarities
  readonly starts: Uint16Array
}

/** Search over one open index. */
export interface Searcher {
  readonly reports: ReadonlyMap<string, ReportEntry>
  /**
   * The passages that fit a question best: candidates by vectors and by words, ranked by late interaction and by what
   * the passage holds of what was asked. The question's tags say in which reports.
   * @throws QuestionError when the question cannot be searched as it stands, or no report has its tags
   */
  search(question: Question, limit: number): Promise<Findings>
  rank(question: Question): Promise<Ranking>
}

/**
 * @param index stays open for as long as the searcher is used
 * @param embedder the model that made the index's vectors
 */
export function createSearcher(index: OpenIndex, embedder: Embedder): Searcher {
  const kernel = loadKernel()
  const findCandidates = candidateFinder(index)
  const readPassages = passageReader(index)
  const years = new Map([...index.reports].map(([id, report]) => [id, statedYears(report)]))
  const places = new Set(
    [...index.reports.values()]
      .flatMap(({ metadata }) => [metadata.district, metadata.publisher])
      .map((name) => (name === undefined ? null : placeName(normalize(name).text)))
      .filter((name) => name !== null),
  )
  const unknownWeight = Math.log(1 + (index.size + 0.5) / 0.5)
  const weight = (term: string) => index.words.weight(term)
  const occurs = (term: string) => words(term).every((part) => weight(part) > 0)

  const asTyped = typedReader(weight, unknownWeight)
  const reports = [...index.reports.values()]
  const reportsWith = (tags: readonly string[]) => new Set(narrow(reports, tags).reports.map(({ id }) => id))

  const searchEnglish = englishSearch(index, embedder, readPassages, places)

  /** Every candidate under the reading of the question that fits it best, best first. */
  const ranking = ({ readings, candidates, bestBm25 }: Searched): Ranking => {
    const under = readings.map(({ question, embedding }) => {
      return { question, interact: lateInteraction(kernel, embedding.tokens, index.vectors.dimensions) }
    })
    const ranked = candidates.map(({ position, facts, tokens, bm25, cosines }): Ranked => {
      const stated = years.get(facts.report.id) ?? new Set<number>()
      const read = under.map(({ question, interact }, i): Ranked => {
        const matches = interact(tokens)
        const features = featuresOf(question, {
          facts,
          statedYears: stated,
          matches,
          cosine: cosines[i]!,
          bm25,
          bestBm25,
        })
        return { question, position, facts, matches, starts: tokens.starts, features, score: scoreOf(features) }
      })
      return read.reduce((best, one) => (one.score > best.score ? one : best))
    })
    ranked.sort((a, b) => b.score - a.score || a.position - b.position)
    const question = ranked[0]?.question ?? readings[0]!.question
    return {
      question,
      input: readings.map(({ input }) => input).join(' | '),
      ranked,
      signals: signalsOf(question, ranked),
    }
  }

  const searchChinese = async (input: QuestionInput, among: Reports | undefined): Promise<Searched> => {
    const { embedding, vector } = await embedQuestion(embedder, input.text)
    const question = readQuestion(input, embedding.tokenStarts, weight, unknownWeight, places)
    const found = await findCandidates(question, vector, among)
    const passages = await readPassages(found.map(({ position }) => position))
    const candidates = found.map(({ position, cosine, bm25 }, i): SearchedPassage => {
      return { ...passages[i]!, position, bm25, cosines: [cosine] }
    })
    return { readings: [{ question, input: input.text, embedding }], candidates, bestBm25: found[0]?.bestBm25 ?? 1 }
  }

  const rank = async (question: Question): Promise<Ranking> => {
    const input = withOfficialTerms(await asTyped(questionInput(question)), occurs)
    const among = input.tags.length > 0 ? reportsWith(input.tags) : undefined
    const english = isEnglish(input.text, (word) => weight(word) > 0)
    return ranking(await (english ? searchEnglish(input.typed, among) : searchChinese(input, among)))
  }

  return {
    reports: index.reports,
    rank,
    async search(question, limit) {
      const { question: read, ranked, signals } = await rank(question)
      const hits = complementing(ranked, limit).map(({ question, facts, matches, starts, features, score }) => {
        return { passage: facts.passage, score, features, highlight: highlightOf(question, facts, matches, starts) }
      })
      const missing = read.contentWords
        .filter(({ word, forms }) => word.length > 1 && !forms.some(occurs) && !isMadeOfFunctionWords(word))
        .map(({ word }) => word)
      const confidence = signals ? confidenceOf(signals, read.language) : 0
      return { hits, confidence, bands: bands[read.language], missing: [...new Set(missing)] }
    },
  }
}
