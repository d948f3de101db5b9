import type { Embedder } from '../embeddings/types.ts'
import { type OpenIndex, outsideText } from '../indexes/types.ts'
import type { Passage, Report } from '../reports/types.ts'
import type { Range } from '../text/range.ts'
import { sentences } from '../text/sentences.ts'
import { words } from '../text/words.ts'
import { lateInteraction, loadKernel, maxSim, type Similarities } from './lateInteraction.ts'
import { type Question, readQuestion } from './question.ts'

/** A passage that may answer the question. */
export interface Hit {
  readonly passage: Passage
  /** The weighted sum of the components less the penalty for headings; comparable within one question. */
  readonly score: number
  readonly components: Components
  /** The sentence of the passage's text that fits the question best. */
  readonly sentence: Range
}

/** What a hit's score is made of. */
export interface Components {
  /** Mean best match of the question's tokens among the passage's, −1 … 1. */
  readonly lateInteraction: number
  /** Similarity of the two texts' vectors, −1 … 1. */
  readonly cosine: number
  /** BM25 divided by the best BM25 for this question, 0 … 1. */
  readonly words: number
}

/** Weights that measured best on development questions; see docs of the evaluation. */
const weights = { lateInteraction: 2, cosine: 0.3, words: 0.2 }
/** A heading repeats the question's words and seldom answers it. */
const headingPenalty = 0.2
/** Passages taken from each of the two retrievers, and those of them that late interaction looks at. */
const candidatesEach = 40
const rescored = 32

/** Search over one open index. */
export interface Searcher {
  readonly reports: ReadonlyMap<string, Report>
  /**
   * The passages that fit a question best, at most `limit`, best first: candidates by vectors and by words, rescored
   * by late interaction.
   * @throws QuestionError when the question cannot be searched as it stands
   */
  search(question: Question, limit: number): Promise<Hit[]>
}

export function createSearcher(index: OpenIndex, embedder: Embedder): Searcher {
  const kernel = loadKernel()
  return { reports: index.reports, search: (question, limit) => search({ index, embedder, kernel }, question, limit) }
}

interface Tools {
  readonly index: OpenIndex
  readonly embedder: Embedder
  readonly kernel: ReturnType<typeof loadKernel>
}

async function search({ index, embedder, kernel }: Tools, question: Question, limit: number): Promise<Hit[]> {
  const read = readQuestion(question)
  const [embedding] = await embedder.embed([read.input])
  if (!embedding) throw new Error('the embedder returned nothing for one text')
  const candidates = await findCandidates(index, embedding.vector, read.terms)
  const interact = lateInteraction(kernel, embedding.tokens, index.tokens.dimensions)
  const hits = candidates.map(({ position, cosine, words }) => {
    const passage = index.passages[position]!
    const matches = interact(index.tokens.of(position))
    const components = { lateInteraction: maxSim(matches), cosine, words }
    return { position, passage, matches, components, score: scoreOf(components, passage) }
  })
  hits.sort((a, b) => b.score - a.score || a.position - b.position)
  return hits.slice(0, limit).map(({ position, passage, matches, components, score }) => {
    const starts = index.tokens.of(position).starts
    return { passage, score, components, sentence: bestSentence(passage.text, matches, starts, read.terms, index) }
  })
}

function scoreOf({ lateInteraction, cosine, words }: Components, passage: Passage): number {
  const sum = weights.lateInteraction * lateInteraction + weights.cosine * cosine + weights.words * words
  return passage.kind === 'heading' ? sum - headingPenalty : sum
}

interface Candidate {
  readonly position: number
  readonly cosine: number
  readonly words: number
}

/** The union of both retrievers' best, cut to the best by cosine + BM25 ÷ its maximum. */
async function findCandidates(index: OpenIndex, vector: Float32Array, terms: readonly string[]): Promise<Candidate[]> {
  const byWords = index.words.scores(terms)
  const bestByWords = topPositions(byWords, candidatesEach)
  const highest = byWords[bestByWords[0] ?? 0] || 1
  const neighbours = await index.vectors.search(vector, candidatesEach)
  const positions = new Set([...neighbours.map(({ passage }) => passage), ...bestByWords])
  const candidates = [...positions].map((position) => ({
    position,
    cosine: index.vectors.similarity(vector, position),
    words: byWords[position]! / highest,
  }))
  return candidates
    .sort((a, b) => b.cosine + b.words - a.cosine - a.words || a.position - b.position)
    .slice(0, rescored)
}

/** Positions of the `count` highest scores above 0, highest first. */
function topPositions(scores: Float32Array, count: number): number[] {
  const found: number[] = []
  for (let i = 0; i < scores.length; i++) if (scores[i]! > 0) found.push(i)
  return found.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count)
}

/**
 * The sentence whose tokens match the question's best and that shares its rarer words. The words break the ties of
 * neighbouring sentences, whose token vectors are alike because each has read the other.
 */
function bestSentence(
  text: string,
  matches: Similarities,
  starts: Uint16Array,
  terms: readonly string[],
  index: OpenIndex,
): Range {
  const asked = new Set(terms)
  const total = [...asked].reduce((sum, term) => sum + index.words.weight(term), 0) || 1
  const firstInText = starts.findIndex((start) => start !== outsideText)
  const scored = sentences(text).map((range) => {
    const within = (start: number) => start >= range[0] && start < range[1] && start !== outsideText
    const from = firstInText < 0 ? -1 : starts.findIndex(within)
    const to = from < 0 ? -1 : starts.findLastIndex(within) + 1
    const shared = new Set(words(text.slice(range[0], range[1])).filter((term) => asked.has(term)))
    const overlap = [...shared].reduce((sum, term) => sum + index.words.weight(term), 0) / total
    return { range, score: maxSim(matches, from, to) + overlap }
  })
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).range
}
