import type { Embedder, Embedding } from '../../embeddings/types.ts'
import type { OpenIndex, Reports } from '../../indexes/types.ts'
import { type Dictionary, loadDictionary } from '../../languages/dictionary.ts'
import { openPinyin, type PinyinReader } from '../../languages/pinyin.ts'
import { conceptsOf, type Vocabulary } from '../../languages/translate.ts'
import { normalize } from '../../text/normalize.ts'
import { terms } from '../../text/words.ts'
import type { ReadQuestion } from '../question/question.ts'
import {
  asItStands,
  matchOf,
  namedInEnglish,
  readConcepts,
  residualOfConcepts,
  type Translated,
  type Wanted,
  wantedOf,
  wordingOf,
  yearsOfConcepts,
} from './concepts.ts'
import { contextOf } from './passageContext.ts'
import { embedQuestion } from './queryEmbedding.ts'
import type { Frames } from './scope.ts'
import type { Searched, SearchedPassage, Worded, Wording } from './types.ts'

/** A Chinese wording of an English question, with what its passages are found by. */
interface Read {
  readonly question: ReadQuestion
  readonly input: string
  readonly embedding: Embedding
  readonly vector: Float32Array
}

/** A passage that was found, by its text. */
interface Seen {
  readonly position: number
  readonly report: string
  /** Normalised. */
  readonly text: string
  /** What its words are worth for the question, and for its residual. */
  readonly words: number
  readonly residualWords: number
}

const foundByAll = 60
const foundByOne = 40
const foundByVector = 40
/** Candidates that late interaction gets to see: more than of a Chinese question, as words tell less. */
const kept = 64
/** Of a scope, so many more by the residual. */
const keptOfScope = 40
/** Passages whose words tell which translations the reports use together. */
const telling = 5

/** Searches with questions in English. The dictionary is loaded by the first of them. */
export function englishSearch(index: OpenIndex, embedder: Embedder, frames: Frames, places: ReadonlySet<string>) {
  let loading: Promise<{ dictionary: Dictionary; vocabulary: Vocabulary }> | undefined
  const load = async () => {
    const [dictionary, pinyin] = await Promise.all([loadDictionary(), openPinyin((pair) => index.words.weight(pair))])
    return { dictionary, vocabulary: vocabularyOf(index, pinyin) }
  }

  return async (text: string, among: Reports | undefined): Promise<Searched> => {
    loading ??= load()
    loading.catch(() => (loading = undefined))
    const { dictionary, vocabulary } = await loading
    const wanted = wantedOf(conceptsOf(text, dictionary, vocabulary), vocabulary.frequency, index.size)
    const scope = frames.scope(namedInEnglish(wanted), yearsOfConcepts(wanted), among)
    const rest = scope ? residualOfConcepts(wanted, scope) : null
    const within = scope && new Set(scope.reports.map(({ id }) => id))
    const usual = (one: Wanted) => mostUsual(one, vocabulary)
    const read = async (of: readonly Wanted[], wording: Translated): Promise<Read> => {
      const { embedding, vector } = await embedQuestion(embedder, wording.text === '' ? text : wording.text)
      const question = readConcepts(text, of, wording, embedding.tokenStarts, places)
      return { question, input: wording.text, embedding, vector }
    }
    const translated = wordingOf(wanted, usual)
    const [first, firstRest] = await Promise.all([
      read(wanted, embedder.isMultilingual ? asItStands(text, wanted, translated) : translated),
      rest && read(rest, wordingOf(rest, usual)),
    ])
    const all = termsOfForms(wanted)
    const hits = await Promise.all([
      index.words.search(all, foundByAll, among),
      index.words.search(first.question.terms, foundByOne, among),
      index.vectors.search(first.vector, foundByVector, among),
      ...(firstRest && within
        ? [
            index.words.search(termsOfForms(rest!), foundByAll, within),
            index.vectors.search(firstRest.vector, foundByVector, within),
          ]
        : []),
    ])
    const look = async (positions: readonly number[]): Promise<Seen[]> => {
      const passages = await index.passages(positions)
      return passages.map((passage, i) => {
        const { text } = normalize(passage.text)
        const context = contextOf(passage, index.reports.get(passage.report)!).text
        const worth = (of: readonly Wanted[] | null) => (of ? worthOf(of, text, context) : 0)
        return {
          position: positions[i]!,
          report: passage.report,
          text,
          words: worth(wanted),
          residualWords: worth(rest),
        }
      })
    }
    const seen = await look(passagesOf(hits))
    const best = seen.toSorted((a, b) => b.words - a.words).slice(0, telling)
    const telltale = best.map(({ text }) => text)
    const asTold = (one: Wanted) => mostTold(one, telltale, usual(one))
    const told = wordingOf(wanted, asTold)
    // A model that reads English needs no other wording than the asker's.
    const readings: Worded<Read>[] = [{ asked: first, residual: firstRest }]
    if (!embedder.isMultilingual && told.text !== first.input) {
      const [second, secondRest] = await Promise.all([read(wanted, told), rest && read(rest, wordingOf(rest, asTold))])
      readings.push({ asked: second, residual: secondRest })
      const known = new Set(seen.map(({ position }) => position))
      const nearest = await Promise.all([
        index.vectors.search(second.vector, foundByVector, among),
        ...(secondRest && within ? [index.vectors.search(secondRest.vector, foundByVector, within)] : []),
      ])
      seen.push(...(await look(passagesOf(nearest).filter((position) => !known.has(position)))))
    }
    const positions = seen.map(({ position }) => position)
    const similarities = await Promise.all(
      readings.map(async ({ asked, residual }) => ({
        asked: await index.vectors.similarities(asked.vector, positions),
        residual: residual && (await index.vectors.similarities(residual.vector, positions)),
      })),
    )
    const bestBm25 = Math.max(...seen.map(({ words }) => words), least)
    const bestResidual = Math.max(
      ...seen.map(({ report, residualWords }) => (within?.has(report) ? residualWords : 0)),
      least,
    )
    const found = seen.map(({ position, report, words, residualWords }, i) => {
      const worths = similarities.map(({ asked, residual }) => ({
        asked: { cosine: asked[i]!, bm25: words },
        residual: residual && { cosine: residual[i]!, bm25: residualWords },
      }))
      const fused = Math.max(...worths.map(({ asked }) => asked.cosine)) + words / bestBm25
      const inScope = within?.has(report) ?? false
      const fusedRest = Math.max(...worths.map(({ residual }) => residual?.cosine ?? 0)) + residualWords / bestResidual
      return { position, worths, fused, fusedRest: inScope ? fusedRest : -1 }
    })
    const byQuestion = mostBy(found, ({ fused }) => fused, kept)
    const byRest = mostBy(
      found.filter(({ fusedRest }) => fusedRest >= 0),
      ({ fusedRest }) => fusedRest,
      rest ? keptOfScope : 0,
    )
    const candidates = [...new Set([...byQuestion, ...byRest])].map(
      ({ position, worths }): SearchedPassage => ({ position, worths }),
    )
    const worded = ({ asked, residual }: Worded<Read>): Worded<Wording> => ({
      asked: { ...asked, bestBm25 },
      residual: residual && { ...residual, bestBm25: bestResidual },
    })
    return { readings: readings.map(worded), candidates, scope }
  }
}

/** Every term of every form. */
function termsOfForms(wanted: readonly Wanted[]): string[] {
  return [...new Set(wanted.flatMap(({ forms }) => forms.flatMap((form) => form.terms)))]
}

function mostBy<T extends { readonly position: number }>(
  found: readonly T[],
  worth: (one: T) => number,
  count: number,
): T[] {
  return found.toSorted((a, b) => worth(b) - worth(a) || a.position - b.position).slice(0, count)
}

/** Where no word of a question stands anywhere, nothing is divided by nothing. */
const least = 1e-9

/** The passages of some hits, each once. */
function passagesOf(hits: readonly (readonly { readonly passage: number }[])[]): number[] {
  return [...new Set(hits.flat().map(({ passage }) => passage))]
}

/** The alternative that says it best and occurs most. */
function mostUsual({ concept }: Wanted, vocabulary: Vocabulary): number {
  const worth = concept.alternatives.map(({ word, weight }) => weight * Math.log(1.5 + vocabulary.frequency(word)))
  return worth.indexOf(Math.max(...worth))
}

/** What a passage's words, and half as much its headings', are worth. */
function worthOf(wanted: readonly Wanted[], text: string, context: string): number {
  let sum = 0
  for (const one of wanted) sum += one.weight * Math.max(matchOf(one, text), contextShare * matchOf(one, context))
  return sum
}

const contextShare = 0.5

/** The alternative that most of the texts hold, or `otherwise`. */
function mostTold({ forms }: Wanted, texts: readonly string[], otherwise: number): number {
  let best = otherwise
  let most = 0
  for (const [i, { text, weight }] of forms.entries()) {
    const worth = weight * texts.reduce((sum, one, rank) => sum + (one.includes(text) ? 1 / (1 + rank) : 0), 0)
    if (worth > most) {
      most = worth
      best = i
    }
  }
  return best
}

function vocabularyOf({ words, size }: OpenIndex, pinyin: PinyinReader): Vocabulary {
  /** What the inverse document frequency was made from. */
  const frequencyOf = (term: string) => {
    const weight = words.weight(term)
    return weight === 0 ? 0 : (size + 1) / Math.exp(weight) - 0.5
  }
  const kept = new Map<string, number>()
  const frequency = (text: string): number => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const normalized = normalize(text).text
    const found = terms(normalized).map(({ term }) => term)
    const parts = found.filter((term) => /^\p{Script=Han}{2}$/u.test(term) || !/\p{Script=Han}/u.test(term))
    // The index holds no lone characters; that one stands somewhere is likely.
    const least =
      parts.length > 0 ? Math.min(...parts.map(frequencyOf)) : /^\p{Script=Han}$/u.test(normalized) ? size / 10 : 0
    if (kept.size > mostKept) kept.clear()
    kept.set(text, least)
    return least
  }
  return {
    frequency,
    names(name) {
      const readings = pinyin.readings(name)
      const best = readings[0]?.score ?? 0
      return readings.map(({ text, score }) => ({ word: text, weight: Math.exp(score - best) }))
    },
  }
}

const mostKept = 20_000
