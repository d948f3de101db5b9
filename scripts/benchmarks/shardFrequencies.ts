import { hashOf, passageWords } from '../../src/indexes/qdrant/terms.ts'
import { words } from '../../src/text/words.ts'
import type { QdrantCluster } from '../../tests/fixtures/qdrantCluster.ts'

const asked = 10
const clausesAsked = 200

/** What becomes of BM25 where each shard of the server counts words by itself, against the frequencies of the whole index. */
export async function compareFrequencies(
  server: QdrantCluster,
  texts: readonly string[],
  random: () => number,
): Promise<string> {
  const terms = texts.map(words)
  const mean = terms.reduce((sum, { length }) => sum + length, 0) / texts.length
  const frequencies = new Map<string, number>()
  for (const own of terms) for (const term of new Set(own)) frequencies.set(term, (frequencies.get(term) ?? 0) + 1)
  const weight = (term: string) => {
    const found = frequencies.get(term) ?? 0
    return found === 0 ? 0 : Math.log(1 + (texts.length - found + 0.5) / (found + 0.5))
  }
  const clauses = texts.flatMap((text) => text.split(/[。,;]/u)).filter(({ length }) => length > 6)
  const questions = Array.from({ length: clausesAsked }, () => words(clauses[Math.floor(random() * clauses.length)]!))
  const lines = [
    `${texts.length} passages, ${questions.length} clauses asked for by their words:\n`,
    `| shards | same first | same of the first ${asked} | best score off by at most |\n|---|---|---|---|`,
  ]
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
    lines.push(`| ${shards} | ${share(first)} | ${share(same)} | ${(100 * off).toFixed(0)} % |`)
  }
  return lines.join('\n')
}
