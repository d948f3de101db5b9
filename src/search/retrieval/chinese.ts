import type { Embedder } from '../../embeddings/types.ts'
import type { OpenIndex, Reports } from '../../indexes/types.ts'
import { words } from '../../text/words.ts'
import { previousShare, type QuestionInput, readQuestion, yearsAsked } from '../question/question.ts'
import { candidateFinder } from './candidates.ts'
import { embedQuestion } from './queryEmbedding.ts'
import { type Frames, namedInChinese, residualOf } from './scope.ts'
import type { Searched, SearchedPassage, Wording, Worth } from './types.ts'

/** A wording with its vector and the candidates that it finds. */
interface Found extends Wording {
  readonly vector: Float32Array
  /** What each of its candidates is worth for it, by position. */
  readonly worths: ReadonlyMap<number, Worth>
}

/** Searches with questions in Chinese: as they are asked in all reports, and their residual within their scope. */
export function chineseSearch(index: OpenIndex, embedder: Embedder, frames: Frames, places: ReadonlySet<string>) {
  const findCandidates = candidateFinder(index)
  const weight = (term: string) => index.words.weight(term)
  const occurs = (text: string) => words(text).every((term) => weight(term) > 0)
  const unknownWeight = Math.log(1 + (index.size + 0.5) / 0.5)

  const find = async (input: QuestionInput, among?: Reports): Promise<Found> => {
    const { embedding, vector } = await embedQuestion(embedder, input.text)
    const question = readQuestion(input, embedding.tokenStarts, weight, unknownWeight, places)
    const found = await findCandidates(question, vector, among)
    const worths = new Map(found.map(({ position, cosine, bm25 }) => [position, { cosine, bm25 }]))
    return { question, input: input.text, embedding, vector, worths, bestBm25: found[0]?.bestBm25 ?? 1 }
  }
  /** What passages are worth for a wording: those that the other wording found are compared with it now. */
  const worthsOf = async ({ question, vector, worths }: Found, positions: readonly number[]): Promise<Worth[]> => {
    const others = positions.filter((position) => !worths.has(position))
    if (others.length === 0) return positions.map((position) => worths.get(position)!)
    const [cosines, scores] = await Promise.all([
      index.vectors.similarities(vector, others),
      index.words.scores(question.terms, others),
    ])
    const compared = new Map(others.map((position, i) => [position, { cosine: cosines[i]!, bm25: scores[i]! }]))
    return positions.map((position) => worths.get(position) ?? compared.get(position)!)
  }

  return async (input: QuestionInput, among: Reports | undefined): Promise<Searched> => {
    const shareAt = (position: number) => (position < input.from ? previousShare : 1)
    const named = [...namedInChinese(input.text, shareAt), ...frames.misspelt(input.text, occurs)]
    const scope = frames.scope(named, yearsAsked(input), among)
    const rest = scope ? residualOf(input, scope) : null
    const [asked, residual] = await Promise.all([
      find(input, among),
      rest && find(rest, new Set(scope!.reports.map(({ id }) => id))),
    ])
    const positions = [...new Set([...asked.worths.keys(), ...(residual?.worths.keys() ?? [])])]
    const [worths, residualWorths] = await Promise.all([
      worthsOf(asked, positions),
      residual && worthsOf(residual, positions),
    ])
    const candidates = positions.map((position, i): SearchedPassage => {
      return { position, worths: [{ asked: worths[i]!, residual: residualWorths?.[i] ?? null }] }
    })
    return { readings: [{ asked, residual }], candidates, scope }
  }
}
