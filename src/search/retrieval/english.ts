import type { Embedding } from '../../embeddings/types.ts'
import type { OpenIndex, Reports } from '../../indexes/types.ts'
import { type Dictionary, loadDictionary } from '../../languages/dictionary.ts'
import { openPinyin } from '../../languages/pinyin.ts'
import { conceptsOf, type Vocabulary } from '../../languages/translate.ts'
import { normalize } from '../../text/normalize.ts'
import { contextShare } from '../handSetWeights.ts'
import type { Lexicon } from '../question/lexicon.ts'
import type { ParsedQuestion } from '../question/parsedQuestion.ts'
import {
  asItStands,
  conceptMentions,
  matchOf,
  parseConcepts,
  residualOfConcepts,
  type Translated,
  translationOf,
  type WeightedConcept,
  weightedConcepts,
  yearsOfConcepts,
} from './concepts.ts'
import { contextOf } from './passageContext.ts'
import type { QuestionEmbedder } from './queryEmbedding.ts'
import type { ReportDirectory } from './reportDirectory.ts'
import type { AskedAndResidual, Retrieved, RetrievedPassage, Wording } from './types.ts'
import { vocabularyOf } from './vocabulary.ts'

/** A Chinese wording of an English question, with the vector by which passages are found. */
interface TranslatedWording {
  readonly question: ParsedQuestion
  readonly input: string
  readonly embedding: Embedding
  readonly vector: Float32Array
}

/** The model, as far as English questions need it. */
interface EnglishEmbedder {
  readonly embed: QuestionEmbedder
  /** True for a model that reads English as it stands. */
  readonly isMultilingual: boolean
}

/** A found passage with the worth of its words. */
interface FoundPassage {
  readonly position: number
  readonly report: string
  /** Its own text, normalised. */
  readonly text: string
  /** The BM25 of its words for the question, and for the residual. */
  readonly bm25: number
  readonly residualBm25: number
}

/** The most passages from each search: by all translations, by the chosen one, by the vector. */
const maxByAllTranslations = 60
const maxByOneTranslation = 40
const maxByVector = 40
/** The most candidates for ranking. There are more than of a Chinese question, since translated words find less surely. */
const maxCandidates = 64
/** The most further candidates by the residual, where there is a scope. */
const maxCandidatesOfScope = 40
/** The number of passages that give the feedback on translations. */
const maxFeedbackPassages = 5
/** The least divisor of scores. A question none of whose words occurs has a best score of zero. */
const minBestBm25 = 1e-9

/**
 * Retrieves passages for English questions by their Chinese translations. The dictionary is loaded for the first of them.
 * Which translation of a concept the reports use shows in the passages that a first search finds: by pseudo-relevance
 * feedback (Manning, Raghavan and Schütze, 2008, 9.1.6) a second translation is made of the words that stand in the best of them.
 */
export function englishRetrieval(
  index: OpenIndex,
  { embed, isMultilingual }: EnglishEmbedder,
  lexicon: Lexicon,
  directory: ReportDirectory,
) {
  let loading: Promise<{ dictionary: Dictionary; vocabulary: Vocabulary }> | undefined
  const load = async () => {
    const [dictionary, pinyin] = await Promise.all([loadDictionary(), openPinyin(lexicon.weight)])
    return { dictionary, vocabulary: vocabularyOf(lexicon, index.size, pinyin) }
  }

  return async (text: string, among: Reports | undefined): Promise<Retrieved> => {
    loading ??= load()
    loading.catch(() => (loading = undefined))
    const { dictionary, vocabulary } = await loading
    const concepts = weightedConcepts(conceptsOf(text, dictionary, vocabulary), vocabulary.frequency, index.size)
    const scope = directory.scope(conceptMentions(concepts), yearsOfConcepts(concepts), among)
    const rest = scope ? residualOfConcepts(concepts, scope) : null
    const within = scope && new Set(scope.reports.map(({ id }) => id))
    const wordingOf = async (of: readonly WeightedConcept[], translated: Translated): Promise<TranslatedWording> => {
      const { embedding, vector } = await embed(translated.text === '' ? text : translated.text)
      const question = parseConcepts(text, of, translated, embedding.tokenStarts, lexicon.places)
      return { question, input: translated.text, embedding, vector }
    }
    const usual = (concept: WeightedConcept) => usualAlternative(concept, vocabulary)
    const translated = translationOf(concepts, usual)
    const [first, firstRest] = await Promise.all([
      wordingOf(concepts, isMultilingual ? asItStands(text, concepts, translated) : translated),
      rest && wordingOf(rest, translationOf(rest, usual)),
    ])
    const hits = await Promise.all([
      index.words.search(termsOfForms(concepts), maxByAllTranslations, among),
      index.words.search(first.question.terms, maxByOneTranslation, among),
      index.vectors.search(first.vector, maxByVector, among),
      ...(firstRest && within
        ? [
            index.words.search(termsOfForms(rest!), maxByAllTranslations, within),
            index.vectors.search(firstRest.vector, maxByVector, within),
          ]
        : []),
    ])
    const read = async (positions: readonly number[]): Promise<FoundPassage[]> => {
      const passages = await index.passages(positions)
      return passages.map((passage, i) => {
        const { text } = normalize(passage.text)
        const context = contextOf(passage, index.reports.get(passage.report)!).text
        return {
          position: positions[i]!,
          report: passage.report,
          text,
          bm25: worthOf(concepts, text, context),
          residualBm25: worthOf(rest ?? [], text, context),
        }
      })
    }
    const found = await read(passagesOf(hits))
    const best = found.toSorted((a, b) => b.bm25 - a.bm25).slice(0, maxFeedbackPassages)
    const feedback = best.map(({ text }) => text)
    const fedBack = (concept: WeightedConcept) => alternativeIn(feedback, concept, usual(concept))
    const retranslated = translationOf(concepts, fedBack)
    const readings: AskedAndResidual<TranslatedWording>[] = [{ asked: first, residual: firstRest }]
    // A model that reads English needs no other wording than the asker's.
    if (!isMultilingual && retranslated.text !== first.input) {
      const [second, secondRest] = await Promise.all([
        wordingOf(concepts, retranslated),
        rest && wordingOf(rest, translationOf(rest, fedBack)),
      ])
      readings.push({ asked: second, residual: secondRest })
      const known = new Set(found.map(({ position }) => position))
      const nearest = await Promise.all([
        index.vectors.search(second.vector, maxByVector, among),
        ...(secondRest && within ? [index.vectors.search(secondRest.vector, maxByVector, within)] : []),
      ])
      found.push(...(await read(passagesOf(nearest).filter((position) => !known.has(position)))))
    }
    const positions = found.map(({ position }) => position)
    const cosines = await Promise.all(
      readings.map(async ({ asked, residual }) => ({
        asked: await index.vectors.similarities(asked.vector, positions),
        residual: residual && (await index.vectors.similarities(residual.vector, positions)),
      })),
    )
    const { candidates, bestBm25, bestResidualBm25 } = candidatesOf(found, cosines, rest ? within : null)
    const worded = ({ asked, residual }: AskedAndResidual<TranslatedWording>): AskedAndResidual<Wording> => ({
      asked: { ...asked, bestBm25 },
      residual: residual && { ...residual, bestBm25: bestResidualBm25 },
    })
    return { readings: readings.map(worded), candidates, scope }
  }
}

/**
 * The best passages by cosine + worth of words ÷ its maximum: first for the question, then, in its scope, for the residual.
 * @param cosines of all passages, for each reading
 * @param within the reports in scope; null where there is no residual
 */
function candidatesOf(
  found: readonly FoundPassage[],
  cosines: readonly AskedAndResidual<Float64Array>[],
  within: Reports | null,
): { candidates: RetrievedPassage[]; bestBm25: number; bestResidualBm25: number } {
  const inScope = found.filter(({ report }) => within?.has(report))
  const bestBm25 = Math.max(...found.map(({ bm25 }) => bm25), minBestBm25)
  const bestResidualBm25 = Math.max(...inScope.map(({ residualBm25 }) => residualBm25), minBestBm25)
  const scored = found.map(({ position, report, bm25, residualBm25 }, i) => {
    const relevances = cosines.map(({ asked, residual }) => ({
      asked: { cosine: asked[i]!, bm25 },
      residual: residual && { cosine: residual[i]!, bm25: residualBm25 },
    }))
    return {
      position,
      relevances,
      isInScope: within?.has(report) ?? false,
      fused: Math.max(...relevances.map(({ asked }) => asked.cosine)) + bm25 / bestBm25,
      fusedResidual:
        Math.max(...relevances.map(({ residual }) => residual?.cosine ?? 0)) + residualBm25 / bestResidualBm25,
    }
  })
  const byQuestion = bestBy(scored, ({ fused }) => fused, maxCandidates)
  const byResidual = bestBy(
    scored.filter(({ isInScope, fusedResidual }) => isInScope && fusedResidual >= 0),
    ({ fusedResidual }) => fusedResidual,
    maxCandidatesOfScope,
  )
  const candidates = [...new Set([...byQuestion, ...byResidual])].map(
    ({ position, relevances }): RetrievedPassage => ({ position, relevances }),
  )
  return { candidates, bestBm25, bestResidualBm25 }
}

function bestBy<T extends { readonly position: number }>(
  found: readonly T[],
  worth: (one: T) => number,
  count: number,
): T[] {
  return found.toSorted((a, b) => worth(b) - worth(a) || a.position - b.position).slice(0, count)
}

/** The terms of all alternatives of some concepts. */
function termsOfForms(concepts: readonly WeightedConcept[]): string[] {
  return [...new Set(concepts.flatMap(({ forms }) => forms.flatMap((form) => form.terms)))]
}

/** The passages of some hits, each once. */
function passagesOf(hits: readonly (readonly { readonly passage: number }[])[]): number[] {
  return [...new Set(hits.flat().map(({ passage }) => passage))]
}

/** The place of the alternative that translates a concept best and occurs most. */
function usualAlternative({ concept }: WeightedConcept, vocabulary: Vocabulary): number {
  const worth = concept.alternatives.map(({ word, weight }) => weight * Math.log(1.5 + vocabulary.frequency(word)))
  return worth.indexOf(Math.max(...worth))
}

/** The place of the alternative that stands in most of the texts, the first of which count most; `otherwise` where none does. */
function alternativeIn(texts: readonly string[], { forms }: WeightedConcept, otherwise: number): number {
  let best = otherwise
  let bestWorth = 0
  for (const [i, { text, weight }] of forms.entries()) {
    const worth = weight * texts.reduce((sum, one, rank) => sum + (one.includes(text) ? 1 / (1 + rank) : 0), 0)
    if (worth > bestWorth) {
      bestWorth = worth
      best = i
    }
  }
  return best
}

/** The worth of the concepts that a passage's text holds, and in part of those that only its context holds. */
function worthOf(concepts: readonly WeightedConcept[], text: string, context: string): number {
  let sum = 0
  for (const one of concepts) sum += one.weight * Math.max(matchOf(one, text), contextShare * matchOf(one, context))
  return sum
}
