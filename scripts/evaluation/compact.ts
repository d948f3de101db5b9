import type { Embedder, Embedding } from '../../src/embeddings/types.ts'
import type { OpenIndex, PassageTokens } from '../../src/indexes/types.ts'
import { createSearcher, type Ranked } from '../../src/search/search.ts'
import { type GoldQuestion, isHit } from './gold.ts'
import { mean } from './statistics.ts'

/** A way of keeping token vectors smaller: an index and an embedder that hand out the smaller ones. */
export interface Compaction {
  readonly name: string
  /** Bytes a passage token takes. */
  readonly bytesPerToken: number
  apply(index: OpenIndex, embedder: Embedder): { index: OpenIndex; embedder: Embedder }
}

/** The ways that the evaluation compares, the one in use first. */
export function compactions(index: OpenIndex): Compaction[] {
  const { dimensions } = index.tokens
  const axes = principalAxes(index, 256)
  const kept: Compaction = {
    name: `${dimensions} × int8`,
    bytesPerToken: dimensions,
    apply: (i, e) => ({ index: i, embedder: e }),
  }
  const coarse: Compaction = {
    name: `${dimensions} × 4 bits`,
    bytesPerToken: dimensions / 2,
    apply: (i, e) => ({ index: withTokens(i, dimensions, fourBits), embedder: e }),
  }
  const pooled: Compaction = {
    name: `${dimensions} × int8, neighbours pooled in pairs`,
    bytesPerToken: dimensions / 2,
    apply: (i, e) => ({ index: withTokens(i, dimensions, (tokens) => pooledInPairs(tokens, dimensions)), embedder: e }),
  }
  const projected = [256, 128, 64].map((size): Compaction => {
    const project = (values: Float32Array) => projectedOn(axes, dimensions, size, values)
    const tokens = ({ values, starts }: PassageTokens): PassageTokens => ({
      values: quantised(project(Float32Array.from(values))),
      starts,
    })
    return {
      name: `${size} principal components × int8`,
      bytesPerToken: size,
      apply: (i, e) => ({ index: withTokens(i, size, tokens), embedder: withQuestions(e, project) }),
    }
  })
  return [kept, ...projected, coarse, pooled]
}

function withTokens(index: OpenIndex, dimensions: number, change: (tokens: PassageTokens) => PassageTokens): OpenIndex {
  const kept = new Map<number, PassageTokens>()
  const of = (position: number) => {
    const tokens = kept.get(position) ?? change(index.tokens.of(position))
    kept.set(position, tokens)
    return tokens
  }
  return { ...index, tokens: { dimensions, of } }
}

function withQuestions(embedder: Embedder, project: (values: Float32Array) => Float32Array): Embedder {
  const changed = (embedding: Embedding): Embedding => ({ ...embedding, tokens: project(embedding.tokens) })
  return { ...embedder, embed: async (texts) => (await embedder.embed(texts)).map(changed) }
}

function fourBits({ values, starts }: PassageTokens): PassageTokens {
  // Components of 512 lie within about ±0.2: sixteen steps over that range, not over ±1.
  const step = 127 / 40
  return { values: values.map((value) => Math.max(-7, Math.min(7, Math.round(value / step))) * step), starts }
}

/** The mean of tokens 2i and 2i + 1 under the place of the first, of unit length; never across the headings' end. */
function pooledInPairs({ values, starts }: PassageTokens, dimensions: number): PassageTokens {
  const vectors: number[] = []
  const places: number[] = []
  const own = starts.findIndex((start, i) => i > 0 && starts[i - 1] === 0xffff && start !== 0xffff)
  for (let t = 0; t < starts.length; ) {
    const alone = t + 1 >= starts.length || t + 1 === own
    for (let d = 0; d < dimensions; d++)
      vectors.push(values[t * dimensions + d]! + (alone ? 0 : values[(t + 1) * dimensions + d]!))
    places.push(starts[t]!)
    t += alone ? 1 : 2
  }
  return { values: quantised(unitLength(Float32Array.from(vectors), dimensions)), starts: Uint16Array.from(places) }
}

/** Unit vectors as int8. Vectors are made of unit length first, so that products stay cosines. */
function quantised(values: Float32Array): Int8Array {
  return Int8Array.from(values, (value) => Math.round(value * 127))
}

function unitLength(values: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(values.length)
  for (let at = 0; at < values.length; at += dimensions) {
    let squares = 0
    for (let d = 0; d < dimensions; d++) squares += values[at + d]! ** 2
    const length = Math.sqrt(squares) || 1
    for (let d = 0; d < dimensions; d++) result[at + d] = values[at + d]! / length
  }
  return result
}

function projectedOn(
  axes: readonly Float64Array[],
  dimensions: number,
  size: number,
  values: Float32Array,
): Float32Array {
  const result = new Float32Array((values.length / dimensions) * size)
  for (let t = 0; t * dimensions < values.length; t++) {
    for (let a = 0; a < size; a++) {
      const axis = axes[a]!
      let sum = 0
      for (let d = 0; d < dimensions; d++) sum += axis[d]! * values[t * dimensions + d]!
      result[t * size + a] = sum
    }
  }
  return unitLength(result, size)
}

/**
 * The first `count` principal axes of the index's token vectors, by orthogonal iteration (Golub and Van Loan, Matrix
 * Computations, 8.2.4) on the second moments of every 20th passage.
 */
function principalAxes(index: OpenIndex, count: number): Float64Array[] {
  const { dimensions } = index.tokens
  const moments = Array.from({ length: dimensions }, () => new Float64Array(dimensions))
  const step = Math.max(1, Math.floor(index.passages.length / 150))
  for (let position = 0; position < index.passages.length; position += step) {
    const { values } = index.tokens.of(position)
    for (let at = 0; at < values.length; at += dimensions)
      for (let i = 0; i < dimensions; i++)
        for (let j = 0; j <= i; j++) moments[i]![j]! += values[at + i]! * values[at + j]!
  }
  for (let i = 0; i < dimensions; i++) for (let j = 0; j < i; j++) moments[j]![i] = moments[i]![j]!
  let axes: Float64Array[] = Array.from({ length: count }, (_, a) =>
    Float64Array.from({ length: dimensions }, (_, d) => Math.sin((a + 1) * (d + 1))),
  )
  for (let round = 0; round < 12; round++) {
    axes = orthonormal(
      axes.map((axis) => Float64Array.from(moments, (row) => row.reduce((sum, value, d) => sum + value * axis[d]!, 0))),
    )
  }
  return axes
}

/** Gram–Schmidt, modified. */
function orthonormal(vectors: Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  for (const vector of vectors) {
    for (const other of done) {
      const share = other.reduce((sum, value, d) => sum + value * vector[d]!, 0)
      for (let d = 0; d < vector.length; d++) vector[d]! -= share * other[d]!
    }
    const length = Math.hypot(...vector) || 1
    done.push(vector.map((value) => value / length))
  }
  return done
}

/** Candidates that get token vectors where these are computed at question time. */
const afreshCandidates = 10

/**
 * A table of what each way of keeping token vectors costs and finds, and of keeping none: computed at question time for
 * the best few candidates by vectors and words.
 */
export async function compactionTable(
  sets: readonly { name: string; index: OpenIndex; embedder: Embedder; questions: readonly GoldQuestion[] }[],
): Promise<string> {
  const found = new Map<string, { bytes: number; figures: string[]; ms: number[] }>()
  const note = (name: string, bytes: number, first: number[], five: number[], ms: number[]) => {
    const row = found.get(name) ?? { bytes, figures: [], ms: [] }
    row.figures.push(`${mean(first)!.toFixed(3)} / ${mean(five)!.toFixed(3)}`)
    row.ms.push(...ms)
    found.set(name, row)
  }
  for (const { index, embedder, questions } of sets) {
    for (const compaction of compactions(index)) {
      const smaller = compaction.apply(index, embedder)
      const searcher = createSearcher(smaller.index, smaller.embedder)
      const first: number[] = []
      const five: number[] = []
      const fewFirst: number[] = []
      const fewFive: number[] = []
      const ms: number[] = []
      const afresh: number[] = []
      for (const question of questions) {
        const begin = performance.now()
        const { ranked } = await searcher.rank({
          text: question.question,
          ...(question.previous ? { previous: question.previous } : {}),
        })
        ms.push(performance.now() - begin)
        const isRight = ({ facts }: Ranked) => isHit(question, facts.report.file, facts.passage.text)
        first.push(Number(ranked.slice(0, 1).some(isRight)))
        five.push(Number(ranked.slice(0, 5).some(isRight)))
        if (smaller.index !== index) continue
        const hybrid = ({ features }: Ranked) => features.cosine + features.words
        const few = [...ranked].sort((a, b) => hybrid(b) - hybrid(a)).slice(0, afreshCandidates)
        const again = performance.now()
        await embedder.embed(few.map(({ facts }) => facts.text))
        afresh.push(performance.now() - again)
        few.sort((a, b) => b.score - a.score)
        fewFirst.push(Number(few.slice(0, 1).some(isRight)))
        fewFive.push(Number(few.slice(0, 5).some(isRight)))
      }
      note(compaction.name, compaction.bytesPerToken, first, five, smaller.index === index ? ms : [])
      if (afresh.length > 0)
        note(
          `none: computed afresh for the best ${afreshCandidates}`,
          0,
          fewFirst,
          fewFive,
          afresh.map((value, i) => value + ms[i]!),
        )
    }
  }
  // Smaller vectors are made here on first use, so only what is measured as it would run has a time.
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]?.toFixed(0) ?? '–'
  return [
    `| token vectors kept | bytes a token | ${sets.map(({ name }) => `${name}, hit@1 / hit@5`).join(' | ')} | median ms |`,
    `|---|---|${'---|'.repeat(sets.length)}---|`,
    ...[...found].map(
      ([name, { bytes, figures, ms }]) => `| ${name} | ${bytes} | ${figures.join(' | ')} | ${median(ms)} |`,
    ),
  ].join('\n')
}
