import type { OpenIndex, Reports } from '../../indexes/types.ts'
import type { Lexicon } from '../question/lexicon.ts'
import { parseQuestion, shareAt, yearsAsked } from '../question/parsedQuestion.ts'
import type { QuestionInput } from '../question/question.ts'
import { candidateFinder } from './candidates.ts'
import type { QuestionEmbedder } from './queryEmbedding.ts'
import type { ReportDirectory } from './reportDirectory.ts'
import { chineseMentions, residualOf } from './scope.ts'
import type { Relevance, Retrieved, RetrievedPassage, Wording } from './types.ts'

/** A wording with its vector and the relevance of each of its candidates, by position. */
interface SearchedWording extends Wording {
  readonly vector: Float32Array
  readonly relevances: ReadonlyMap<number, Relevance>
}

/** Retrieves passages for Chinese questions: for a question as asked from all reports, for its residual from those in its scope. */
export function chineseRetrieval(
  index: OpenIndex,
  embed: QuestionEmbedder,
  lexicon: Lexicon,
  directory: ReportDirectory,
) {
  const findCandidates = candidateFinder(index)

  const search = async (input: QuestionInput, among?: Reports): Promise<SearchedWording> => {
    const { embedding, vector } = await embed(input.text)
    const question = parseQuestion(input, embedding.tokenStarts, lexicon)
    const found = await findCandidates(question, vector, among)
    const relevances = new Map(found.map(({ position, cosine, bm25 }) => [position, { cosine, bm25 }]))
    return { question, input: input.text, embedding, vector, relevances, bestBm25: found[0]?.bestBm25 ?? 1 }
  }
  /** The relevance of passages to a wording, computed here for those that only the other wording has found. */
  const relevancesTo = async (
    { question, vector, relevances }: SearchedWording,
    positions: readonly number[],
  ): Promise<Relevance[]> => {
    const others = positions.filter((position) => !relevances.has(position))
    if (others.length === 0) return positions.map((position) => relevances.get(position)!)
    const [cosines, scores] = await Promise.all([
      index.vectors.similarities(vector, others),
      index.words.scores(question.terms, others),
    ])
    const computed = new Map(others.map((position, i) => [position, { cosine: cosines[i]!, bm25: scores[i]! }]))
    return positions.map((position) => relevances.get(position) ?? computed.get(position)!)
  }

  return async (input: QuestionInput, among: Reports | undefined): Promise<Retrieved> => {
    const mentions = [
      ...chineseMentions(input.text, shareAt(input.from)),
      ...directory.misspelt(input.text, lexicon.occurs),
    ]
    const scope = directory.scope(mentions, yearsAsked(input), among)
    const rest = scope ? residualOf(input, scope) : null
    const [asked, residual] = await Promise.all([
      search(input, among),
      rest && search(rest, new Set(scope!.reports.map(({ id }) => id))),
    ])
    const positions = [...new Set([...asked.relevances.keys(), ...(residual?.relevances.keys() ?? [])])]
    const [own, ofResidual] = await Promise.all([
      relevancesTo(asked, positions),
      residual && relevancesTo(residual, positions),
    ])
    const candidates = positions.map((position, i): RetrievedPassage => {
      return { position, relevances: [{ asked: own[i]!, residual: ofResidual?.[i] ?? null }] }
    })
    return { readings: [{ asked, residual }], candidates, scope }
  }
}
