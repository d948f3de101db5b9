import type { Embedder, Reranker } from '../embeddings/types.ts'
import type { OpenIndex, PassageTokens, ReportEntry } from '../indexes/types.ts'
import { isEnglish } from '../languages/english.ts'
import type { Passage } from '../reports/types.ts'
import { statedYears } from '../reports/years.ts'
import { placeName } from '../text/mentions.ts'
import { normalize } from '../text/normalize.ts'
import { words } from '../text/words.ts'
import { withOfficialTerms } from './question/aliases.ts'
import { isMadeOfFunctionWords } from './question/content.ts'
import { typedReader } from './question/pinyinInput.ts'
import { type Question, questionInput } from './question/question.ts'
import { narrow } from './question/tags.ts'
import { complementing, twinsOf } from './ranking/complement.ts'
import { type Bands, bands, confidenceOf, probabilityOf, type ScoredRanking, signalsOf } from './ranking/confidence.ts'
import { type PassageFacts, passageReader } from './ranking/facts.ts'
import { featuresOf } from './ranking/features.ts'
import { type Highlight, highlightOf } from './ranking/highlight.ts'
import { inputsOf } from './ranking/inputs.ts'
import { lateInteraction, loadKernel } from './ranking/lateInteraction.ts'
import { type Ranked, scoreOf, sharesOf } from './ranking/ranker.ts'
import { reranked } from './ranking/reranking.ts'
import { reportsWithSisters, sisterWorth } from './ranking/sisters.ts'
import { chineseSearch } from './retrieval/chinese.ts'
import { englishSearch } from './retrieval/english.ts'
import { framesOf } from './retrieval/scope.ts'
import type { Searched, Worded, Wording, Worth } from './retrieval/types.ts'

/** A passage that may answer the question. */
export interface Hit {
  readonly passage: Passage
  /** Passages with the same words in other places. */
  readonly twins: readonly Passage[]
  /** The probability that it answers the question, 0 … 1. */
  readonly probability: number
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

/** Every candidate of a question with what it is ranked by, best first: for training and for explanations. */
export interface Ranking extends ScoredRanking {
  /** The wordings that the model read: as asked, and the residual. */
  readonly wordings: readonly Worded<string>[]
  readonly ranked: readonly Ranked[]
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
 * @param reranker reads the best candidates beside the question once more; null for none
 */
export function createSearcher(index: OpenIndex, embedder: Embedder, reranker: Reranker | null = null): Searcher {
  const kernel = loadKernel()
  const readPassages = passageReader(index)
  const reports = [...index.reports.values()]
  const frames = framesOf(reports)
  const sisters = reportsWithSisters(reports)
  const years = new Map(reports.map((report) => [report.id, statedYears(report)]))
  const places = new Set(
    reports
      .flatMap(({ metadata }) => [metadata.district, metadata.publisher])
      .map((name) => (name === undefined ? null : placeName(normalize(name).text)))
      .filter((name) => name !== null),
  )
  const unknownWeight = Math.log(1 + (index.size + 0.5) / 0.5)
  const weight = (term: string) => index.words.weight(term)
  const occurs = (term: string) => words(term).every((part) => weight(part) > 0)

  const asTyped = typedReader(weight, unknownWeight)
  const reportsWith = (tags: readonly string[]) => new Set(narrow(reports, tags).reports.map(({ id }) => id))

  const searchChinese = chineseSearch(index, embedder, frames, places)
  const searchEnglish = englishSearch(index, embedder, frames, places)

  /** Every candidate under the reading of the question that fits it best, best first. */
  const ranking = async ({ readings, candidates, scope }: Searched): Promise<Ranking> => {
    // Only the candidates are read closely, which takes most of the time.
    const passages = await readPassages(candidates.map(({ position }) => position))
    const odds = scope && new Map(scope.reports.map((report) => [report.id, report.odds]))
    const under = readings.map((reading, i): Ranked[] => {
      const asked = comparison(reading.asked)
      const residual = reading.residual && comparison(reading.residual)
      const seen = candidates.map(({ worths }, k) => {
        const { facts, tokens } = passages[k]!
        const stated = years.get(facts.report.id) ?? new Set<number>()
        const worth = worths[i]!
        const own = asked(facts, stated, tokens, worth.asked)
        const rest = residual && worth.residual && residual(facts, stated, tokens, worth.residual)
        return {
          facts,
          matches: own.matches,
          residual: rest && { question: reading.residual!.question, matches: rest.matches },
          features: { asked: own.features, residual: rest?.features ?? null },
          odds: odds && (odds.get(facts.report.id) ?? 0),
          hasSisters: sisters.has(facts.report.id),
        }
      })
      const { question } = reading.asked
      return inputsOf(question, seen).map((inputs, k): Ranked => {
        const { facts, matches, residual, hasSisters } = seen[k]!
        const { position } = candidates[k]!
        const amongSisters = hasSisters ? sisterWorth(inputs) : 0
        return {
          question,
          position,
          facts,
          matches,
          residual,
          starts: passages[k]!.tokens.starts,
          inputs,
          score: scoreOf(inputs) + amongSisters,
          amongSisters,
          reranking: 0,
        }
      })
    })
    const ranked = candidates.map((_, k) =>
      under.map((read) => read[k]!).reduce((best, one) => (one.score > best.score ? one : best)),
    )
    ranked.sort((a, b) => b.score - a.score || a.position - b.position)
    const question = ranked[0]?.question ?? readings[0]!.asked.question
    return {
      question,
      wordings: readings.map(({ asked, residual }) => ({ asked: asked.input, residual: residual?.input ?? null })),
      scope,
      unknown: 1 - question.coverage(occurs),
      ranked,
    }
  }

  /** Compares passages with a wording. */
  const comparison = ({ question, embedding, bestBm25 }: Wording) => {
    const interact = lateInteraction(kernel, embedding.tokens, index.vectors.dimensions)
    return (facts: PassageFacts, statedYears: ReadonlySet<number>, tokens: PassageTokens, { cosine, bm25 }: Worth) => {
      const matches = interact(tokens)
      return { matches, features: featuresOf(question, { facts, statedYears, matches, cosine, bm25, bestBm25 }) }
    }
  }

  const rank = async (question: Question): Promise<Ranking> => {
    const input = withOfficialTerms(await asTyped(questionInput(question)), occurs)
    const among = input.tags.length > 0 ? reportsWith(input.tags) : undefined
    const english = isEnglish(input.text, (word) => weight(word) > 0)
    const found = await ranking(await (english ? searchEnglish(input.typed, among) : searchChinese(input, among)))
    return reranker ? { ...found, ranked: await reranked(reranker, input.typed, found.ranked) } : found
  }

  return {
    reports: index.reports,
    rank,
    async search(question, limit) {
      const found = await rank(question)
      const { question: read, ranked } = found
      const signals = signalsOf(found)
      const confidence = signals ? confidenceOf(signals) : 0
      const shares = sharesOf(ranked.map(({ score }) => score))
      const hits = complementing(ranked, limit).map((one): Hit => {
        const { facts, starts } = one
        const { question, matches } = one.residual ?? one
        const share = shares[ranked.indexOf(one)]!
        const highlight = highlightOf(question, facts, matches, starts, one.question)
        const twins = twinsOf(one, ranked).map(({ facts: { passage } }) => passage)
        return { passage: facts.passage, twins, probability: probabilityOf(confidence, share), highlight }
      })
      const missing = read.contentWords
        .filter(({ word, forms }) => word.length > 1 && !forms.some(occurs) && !isMadeOfFunctionWords(word))
        .map(({ word }) => word)
      return { hits, confidence, bands: bands[read.language], missing: [...new Set(missing)] }
    },
  }
}
