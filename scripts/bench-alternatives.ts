import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import MiniSearch from 'minisearch'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { openAnswerer, openParts, updateIndex } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import type { Embedder } from '../src/embeddings/types.ts'
import { ConfigError } from '../src/errors.ts'
import { exactIndex } from '../src/indexes/exact.ts'
import { buildHnsw, loadHnsw, openHnsw } from '../src/indexes/hnsw.ts'
import { embeddingInput } from '../src/indexes/input.ts'
import type { VectorIndex } from '../src/indexes/types.ts'
import { passagesOf } from '../src/reports/passages.ts'
import type { Report } from '../src/reports/types.ts'
import { normalize } from '../src/text/normalize.ts'
import { words } from '../src/text/words.ts'
import { isAnswerable, isHit, readGold } from './evaluation/gold.ts'
import { quantile } from './scale/measure.ts'

/** A piece of text that a method may find. */
interface Piece {
  readonly file: string
  readonly text: string
}

/** The best five pieces for a question. */
type Method = (question: string, previous: string | null) => Promise<readonly Piece[]>

const found = 5
/** The usual way to prepare documents for a vector store: pieces of so many characters, each beginning in the one before. */
const chunkCharacters = 500
const chunkOverlap = 50
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/**
 * `npm run bench:alternatives -- --gold FILE --reports DIR`: what else one could build of the same parts, over the same reports and
 * questions, in the same run. A hit is a quote, passage or piece from the right file that holds the evidence; longer pieces
 * hit more easily.
 */
await runCommand(async (environment) => {
  const { values } = readCommandLine({
    gold: { type: 'string' },
    reports: { type: 'string', default: 'reports' },
    index: { type: 'string' },
  })
  if (values.gold === undefined) {
    throw new ConfigError({
      zh: '用法:npm run bench:alternatives -- --gold 文件 [--reports 文件夹] [--index 文件夹]',
      en: 'Usage: npm run bench:alternatives -- --gold FILE [--reports DIR] [--index DIR]',
    })
  }
  const work = await mkdtemp(join(tmpdir(), 'wenju-alternatives-'))
  try {
    const config = readConfig({
      ...environment,
      REPORTS_DIR: values.reports,
      INDEX_DIR: values.index ?? join(work, 'index'),
    })
    const parts = await openParts(config)
    await updateIndex(config, parts, { mend: true })
    const answerer = await openAnswerer({ ...config, minConfidence: null }, parts)
    const reports: Report[] = []
    for (const id of answerer.index.reports.keys()) reports.push(await answerer.index.report(id))
    const passages = reports.flatMap((report) => passagesOf(report).map((passage) => ({ file: report.file, passage })))
    const whole = passages.map(({ file, passage }): Piece => ({ file, text: passage.text }))
    const { embedder } = parts
    const inputs = passages.map(({ passage }) => embeddingInput(passage).text)
    const chunks = reports.flatMap(({ file, text }) => chunksOf(text).map((text): Piece => ({ file, text })))
    const vectors = await vectorsOf(inputs, embedder)
    const chunkVectors = await vectorsOf(
      chunks.map(({ text }) => normalize(text).text),
      embedder,
    )
    const { dimensions } = embedder.model
    const addon = (await loadHnsw())!
    const path = join(work, 'chunks.hnsw')
    await buildHnsw(addon, chunkVectors, dimensions, path)
    const methods: [string, Method][] = [
      [
        'Wenju',
        async (text, previous) => {
          const { quotes } = await answerer.answer({ text, ...(previous !== null && { previous }) })
          return quotes.map(({ text, source }) => ({ file: source.file, text }))
        },
      ],
      ['MiniSearch, its own tokens', wordsMethod(whole, (text) => text.split(/[\n\r\p{Z}\p{P}]+/u))],
      ['MiniSearch, words of Intl.Segmenter', wordsMethod(whole, segmented)],
      ['MiniSearch, words and character pairs', wordsMethod(whole, words)],
      ['passages, vectors in a flat scan', vectorMethod(whole, exactIndex(vectors, dimensions), embedder)],
      [
        `${chunkCharacters}-character chunks + HNSW`,
        vectorMethod(chunks, openHnsw(addon, path, chunkVectors, dimensions), embedder),
      ],
    ]
    const questions = (await readGold(values.gold)).filter(isAnswerable)
    console.log(
      `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}; ${questions.length} questions, ${whole.length} passages, ${chunks.length} chunks\n`,
    )
    console.log('| method | hit@1 | hit@5 | median ms | characters shown |\n|---|---|---|---|---|')
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
      const share = (values: readonly number[]) =>
        (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3)
      console.log(
        `| ${name} | ${share(first)} | ${share(five)} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(lengths, 0.5)} |`,
      )
    }
    await embedder.dispose()
    return 0
  } finally {
    await rm(work, { recursive: true, force: true })
  }
})

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
    const [embedding] = await embedder.embed([normalize(question).text])
    return (await index.search(embedding!.vector, found)).map(({ passage }) => pieces[passage]!)
  }
}

async function vectorsOf(texts: readonly string[], embedder: Embedder): Promise<Float32Array> {
  const { dimensions } = embedder.model
  const all = new Float32Array(texts.length * dimensions)
  for (let from = 0; from < texts.length; from += 64) {
    const embeddings = await embedder.embed(texts.slice(from, from + 64))
    for (const [i, { vector }] of embeddings.entries()) all.set(vector, (from + i) * dimensions)
  }
  return all
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
