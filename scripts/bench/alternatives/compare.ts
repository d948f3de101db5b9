import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import MiniSearch from 'minisearch'
import type { Embedder } from '../../../src/embeddings/types.ts'
import { exactIndex } from '../../../src/indexes/exact.ts'
import { buildHnsw, openHnsw } from '../../../src/indexes/hnsw.ts'
import { loadHnsw } from '../../../src/indexes/hnswAddon.ts'
import type { VectorIndex } from '../../../src/indexes/types.ts'
import { normalize } from '../../../src/text/normalize.ts'
import { words } from '../../../src/text/words.ts'
import type { QdrantCluster } from '../../../tests/support/qdrantCluster.ts'
import { isAnswerable, isHit, readGold } from '../../evaluation/gold.ts'
import { mean } from '../../evaluation/statistics.ts'
import { quantile } from '../scale/measure.ts'
import type { GoldSet, IndexedSet } from '../support/goldSets.ts'
import { fillQdrant } from '../support/qdrantAlone.ts'

/** A piece of text that a method may find. */
interface Piece {
  readonly file: string
  readonly text: string
}

/** The best five pieces for a question. */
type Method = (question: string, previous: string | null) => Promise<readonly Piece[]>

export interface MethodResult {
  readonly name: string
  readonly hit1: number
  readonly hit5: number
  readonly medianMs: number
  /** The median length of the first piece; null where nothing was found. */
  readonly characters: number | null
}

export interface SetResult {
  readonly set: GoldSet
  readonly questions: number
  readonly passages: number
  readonly chunks: number
  readonly methods: readonly MethodResult[]
}

const found = 5
/** The usual way to prepare documents for a vector store: pieces of so many characters, each beginning in the one before. */
const chunkCharacters = 500
const chunkOverlap = 50
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/** Asks all methods the answerable questions of a set, one after the other, over the same reports. */
export async function compareAlternatives(
  set: GoldSet,
  indexed: IndexedSet,
  server: QdrantCluster | null,
): Promise<SetResult> {
  const { answerer, embedder, vectors } = indexed
  const { dimensions } = embedder.model
  const passages = indexed.passages.map(({ file, passage }): Piece => ({ file, text: passage.text }))
  const chunks: Piece[] = []
  for (const { id, file } of answerer.index.reports.values()) {
    const { text } = await answerer.index.report(id)
    chunks.push(...chunksOf(text).map((text): Piece => ({ file, text })))
  }
  const methods: [string, Method][] = [
    [
      'Wenju',
      async (text, previous) => {
        const { quotes } = await answerer.answer({ text, ...(previous !== null && { previous }) })
        return quotes.map(({ text, source }) => ({ file: source.file, text }))
      },
    ],
    ['MiniSearch, its own tokens', wordsMethod(passages, (text) => text.split(/[\n\r\p{Z}\p{P}]+/u))],
    ['MiniSearch, words of Intl.Segmenter', wordsMethod(passages, segmented)],
    ['MiniSearch, words and character pairs', wordsMethod(passages, words)],
    ['passages, vectors in a flat scan', vectorMethod(passages, exactIndex(vectors, dimensions), embedder)],
    [`${chunkCharacters}-character chunks + HNSW`, await chunkMethod(chunks, embedder)],
    ...(server === null ? [] : await qdrantMethods(server, set.name, passages, vectors, embedder)),
  ]
  const questions = (await readGold(set.gold)).filter(isAnswerable)
  const results: MethodResult[] = []
  for (const [name, method] of methods) {
    const first: number[] = []
    const five: number[] = []
    const times: number[] = []
    const lengths: number[] = []
    for (const question of questions) {
      const begin = performance.now()
      const pieces = await method(question.question, question.previous ?? null)
      times.push(performance.now() - begin)
      const hits = pieces.map(({ file, text }) => isHit(question, file, text))
      first.push(Number(hits[0] === true))
      five.push(Number(hits.includes(true)))
      if (pieces[0]) lengths.push(pieces[0].text.length)
    }
    results.push({
      name,
      hit1: mean(first)!,
      hit5: mean(five)!,
      medianMs: quantile(times, 0.5),
      characters: lengths.length === 0 ? null : quantile(lengths, 0.5),
    })
  }
  return { set, questions: questions.length, passages: passages.length, chunks: chunks.length, methods: results }
}

function segmented(text: string): string[] {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment)
}

function wordsMethod(pieces: readonly Piece[], tokenize: (text: string) => string[]): Method {
  const search = new MiniSearch({ fields: ['text'], tokenize })
  search.addAll(pieces.map(({ text }, id) => ({ id, text })))
  return async (question) =>
    search
      .search(question)
      .slice(0, found)
      .map(({ id }) => pieces[id]!)
}

function vectorMethod(pieces: readonly Piece[], index: Pick<VectorIndex<never>, 'search'>, embedder: Embedder): Method {
  return async (question) => {
    const vector = await vectorOf(question, embedder)
    return (await index.search(vector, found)).map(({ passage }) => pieces[passage]!)
  }
}

async function chunkMethod(chunks: readonly Piece[], embedder: Embedder): Promise<Method> {
  const { dimensions } = embedder.model
  const vectors = new Float32Array(chunks.length * dimensions)
  for (let from = 0; from < chunks.length; from += 64) {
    const texts = chunks.slice(from, from + 64).map(({ text }) => normalize(text).text)
    for (const [i, { vector }] of (await embedder.embed(texts)).entries()) vectors.set(vector, (from + i) * dimensions)
  }
  const addon = await loadHnsw()
  if (addon === null) throw new Error('hnswlib-node is not installed, or not compiled')
  const folder = await mkdtemp(join(tmpdir(), 'wenju-alternatives-'))
  try {
    const path = join(folder, 'chunks.hnsw')
    await buildHnsw(addon, vectors, dimensions, path)
    return vectorMethod(chunks, await openHnsw(addon, path, vectors, dimensions), embedder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function qdrantMethods(
  server: QdrantCluster,
  name: string,
  pieces: readonly Piece[],
  vectors: Float32Array,
  embedder: Embedder,
): Promise<[string, Method][]> {
  const texts = pieces.map(({ text }) => text)
  const fill = (kind: string, terms: (text: string) => readonly string[]) =>
    fillQdrant(server, `${name}-${kind}`, texts, vectors, terms)
  const plain = await fill('words', segmented)
  const pairs = await fill('pairs', words)
  const of = (places: readonly number[]) => places.map((place) => pieces[place]!)
  return [
    ['Qdrant alone, vectors', async (text) => of(await plain.byVector(await vectorOf(text, embedder), found))],
    [
      'Qdrant alone, vectors + words (RRF)',
      async (text) => of(await plain.hybrid(await vectorOf(text, embedder), segmented(text), found)),
    ],
    [
      'Qdrant alone, vectors + words + pairs (RRF)',
      async (text) => of(await pairs.hybrid(await vectorOf(text, embedder), words(text), found)),
    ],
  ]
}

async function vectorOf(question: string, embedder: Embedder): Promise<Float32Array> {
  const [embedding] = await embedder.embed([normalize(question).text])
  return embedding!.vector
}

/** Pieces cut at the last paragraph, line or sentence end that fits, as recursive splitters do. */
function chunksOf(text: string): string[] {
  const chunks: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + chunkCharacters)
    if (to < text.length) {
      const end = ['\n\n', '\n', '。', ',']
        .map((mark) => text.lastIndexOf(mark, to - 1))
        .find((at) => at > from + chunkOverlap)
      if (end !== undefined) to = end + 1
    }
    const chunk = text.slice(from, to).trim()
    if (chunk !== '') chunks.push(chunk)
    from = to < text.length ? to - chunkOverlap : to
  }
  return chunks
}
