import { parseArgs } from 'node:util'
import { defaultModel } from '../src/embeddings/model.ts'
import { openEmbedder } from '../src/embeddings/transformers.ts'
import { embeddingInput } from '../src/indexes/input.ts'
import { collectionSettings, meaning } from '../src/indexes/qdrant/layout.ts'
import { hashOf, passageWords } from '../src/indexes/qdrant/terms.ts'
import { words } from '../src/text/words.ts'
import { randomNumbers, realReports } from '../tests/fixtures/indexedReports.ts'
import { noServer, type QdrantCluster, startQdrant } from '../tests/fixtures/qdrantCluster.ts'

/**
 * What was measured to choose how the index lies in Qdrant, on a server of its own: recall and time of the ways to shrink
 * vectors, and what becomes of BM25 where each shard counts words by itself. `npm run bench:qdrant -- --vectors 20000`
 */
const { values } = parseArgs({ options: { vectors: { type: 'string', default: '20000' } } })
const count = Number(values.vectors)
const random = randomNumbers(5)
const print = (line: string) => process.stdout.write(`${line}\n`)
const asked = 10

/** A number of the standard normal distribution. */
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

if (noServer !== false) {
  print(noServer)
} else {
  const passages = (await realReports()).flatMap((report) => report.passages)
  const server = await startQdrant()
  try {
    await compareFrequencies(
      server,
      passages.map(({ text }) => text),
    )
    const embedder = await openEmbedder(defaultModel)
    const { dimensions, queryPrefix } = embedder.model
    const real = await embedder.embed(passages.map((passage) => embeddingInput(passage).text))
    const sentences = passages
      .flatMap(({ text }) => text.split(/[。;]/u))
      .filter(({ length }) => length > 12 && length < 40)
    const chosen = Array.from(
      { length: 100 },
      () => `${queryPrefix}${sentences[Math.floor(random() * sentences.length)]}`,
    )
    const questions = (await embedder.embed(chosen)).map(({ vector }) => vector)
    await embedder.dispose()
    await compareQuantisation(
      server,
      perturbed(
        real.map(({ vector }) => vector),
        dimensions,
      ),
      questions,
      dimensions,
    )
  } finally {
    await server.stop()
  }
}

/** Vectors like those of passages: two of them mixed, and noise. */
function perturbed(real: readonly Float32Array[], dimensions: number): Float32Array[] {
  return Array.from({ length: count }, () => {
    const [one, other] = [0, 1].map(() => real[Math.floor(random() * real.length)]!)
    const mixed = Array.from(
      one!,
      (value, i) => 0.65 * value + 0.35 * other![i]! + (0.3 * normal()) / Math.sqrt(dimensions),
    )
    const length = Math.hypot(...mixed)
    return Float32Array.from(mixed, (value) => value / length)
  })
}

async function compareQuantisation(
  server: QdrantCluster,
  vectors: readonly Float32Array[],
  questions: readonly Float32Array[],
  dimensions: number,
): Promise<void> {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const nearest = questions.map((question) => {
    const scores = vectors.map((vector) => dot(question, vector))
    return new Set([...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, asked))
  })
  print(`\n${vectors.length} vectors of ${dimensions} numbers, ${questions.length} questions, on loopback\n`)
  print(`| vectors searched | ef | taken | recall@${asked} | median ms | 95 % ms |\n|---|---|---|---|---|---|`)
  const scalar = { scalar: { type: 'int8', always_ram: true } }
  for (const [name, quantization_config] of [
    ['32 bits', undefined],
    ['8 bits', scalar],
    ['1 bit', { binary: { always_ram: true } }],
  ] as const) {
    const { vectors: fields } = collectionSettings(dimensions, { shards: 1, replicas: 1 })
    await server.call(0, 'PUT', '/collections/bench', { vectors: fields, quantization_config })
    for (let from = 0; from < vectors.length; from += 500) {
      const points = vectors
        .slice(from, from + 500)
        .map((vector, i) => ({ id: from + i, vector: { [meaning]: Array.from(vector) } }))
      await server.call(0, 'PUT', '/collections/bench/points?wait=true', { points })
    }
    while ((await server.call<{ status: string }>(0, 'GET', '/collections/bench')).status !== 'green') {
      await new Promise((done) => setTimeout(done, 300))
    }
    for (const ef of [64, 128, 256]) {
      for (const oversampling of quantization_config ? [1, 2, 4] : [1]) {
        const params = { hnsw_ef: ef, quantization: { rescore: true, oversampling } }
        const times: number[] = []
        let found = 0
        for (const [i, question] of [...questions, ...questions].entries()) {
          const begin = performance.now()
          const body = { query: Array.from(question), using: meaning, limit: asked, params }
          const { points } = await server.call<{ points: { id: number }[] }>(
            0,
            'POST',
            '/collections/bench/points/query',
            body,
          )
          // The first round warms up.
          if (i < questions.length) continue
          times.push(performance.now() - begin)
          found += points.filter(({ id }) => nearest[i - questions.length]!.has(id)).length
        }
        times.sort((a, b) => a - b)
        const at = (share: number) => times[Math.floor(times.length * share)]!.toFixed(1)
        const recall = (found / questions.length / asked).toFixed(3)
        print(`| ${name} | ${ef} | × ${oversampling} | ${recall} | ${at(0.5)} | ${at(0.95)} |`)
      }
    }
    await server.call(0, 'DELETE', '/collections/bench')
  }
}

/** BM25 with the frequencies that each shard of the server counts, and with those of the whole index. */
async function compareFrequencies(server: QdrantCluster, texts: readonly string[]): Promise<void> {
  const terms = texts.map(words)
  const mean = terms.reduce((sum, { length }) => sum + length, 0) / texts.length
  const frequencies = new Map<string, number>()
  for (const own of terms) for (const term of new Set(own)) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
  const weight = (term: string) => {
    const found = frequencies.get(term) ?? 0
    return found === 0 ? 0 : Math.log(1 + (texts.length - found + 0.5) / (found + 0.5))
  }
  const clauses = texts.flatMap((text) => text.split(/[。,;]/u)).filter(({ length }) => length > 6)
  const questions = Array.from({ length: 200 }, () => words(clauses[Math.floor(random() * clauses.length)]!))
  print(`${texts.length} passages, ${questions.length} clauses asked for by their words\n`)
  print(`| shards | same first | same of the first ${asked} | best score off by at most |\n|---|---|---|---|`)
  for (const shards of [1, 3, 6]) {
    for (const modifier of ['idf', 'none']) {
      const settings = { vectors: {}, sparse_vectors: { words: { modifier } }, shard_number: shards }
      await server.call(0, 'PUT', `/collections/${modifier}${shards}`, settings)
      const points = texts.map((text, i) => ({ id: i, vector: { words: passageWords(text, mean) } }))
      await server.call(0, 'PUT', `/collections/${modifier}${shards}/points?wait=true`, { points })
    }
    let first = 0
    let same = 0
    let off = 0
    for (const question of questions) {
      const known = [...new Set(question)].filter((term) => weight(term) > 0)
      const best = async (modifier: string, value: (term: string) => number) => {
        const query = { indices: known.map(hashOf), values: known.map(value) }
        const path = `/collections/${modifier}${shards}/points/query`
        const body = { query, using: 'words', limit: asked }
        return (await server.call<{ points: { id: number; score: number }[] }>(0, 'POST', path, body)).points
      }
      const [ours, theirs] = await Promise.all([best('none', weight), best('idf', () => 1)])
      const ids = new Set(theirs.map(({ id }) => id))
      if (ours[0]!.id === theirs[0]!.id) first++
      same += ours.filter(({ id }) => ids.has(id)).length / ours.length
      off = Math.max(off, Math.abs(theirs[0]!.score / ours[0]!.score - 1))
    }
    const share = (value: number) => (value / questions.length).toFixed(3)
    print(`| ${shards} | ${share(first)} | ${share(same)} | ${(100 * off).toFixed(0)} % |`)
  }
}
