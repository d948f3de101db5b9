import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { randomNumbers } from '../../tests/support/indexedReports.ts'
import { noServer, startQdrant } from '../../tests/support/qdrantCluster.ts'
import { compareEngines } from './engines/compare.ts'
import { measureRecall, perturbed, type RecallRow } from './engines/recall.ts'
import { type Quality, qualityTable, recallHead, recallLine, writeEngines } from './engines/report.ts'
import { goldSets, type IndexedSet, indexSet } from './support/goldSets.ts'
import { busyness, machine, versionOf } from './support/machine.ts'
import { qdrantVersion } from './support/qdrantAlone.ts'

const questionsAsked = 100

/**
 * `npm run bench -- qdrant [--eval DIR] [--vectors 20000] [--save]`: the engines against each other, on a Qdrant server of its own: with
 * an evaluation folder, the answers to its questions over exact search, HNSW and Qdrant; recall and time of both at several
 * settings. `--save` writes docs/engines.md.
 */
await runCommand(async () => {
  const { values } = readCommandLine({
    eval: { type: 'string' },
    vectors: { type: 'string', default: '20000' },
    work: { type: 'string', default: join(tmpdir(), 'wenju-engines') },
    save: { type: 'boolean', default: false },
  })
  if (noServer !== false) {
    console.log(noServer)
    return 1
  }
  const random = randomNumbers(5)
  const load = busyness()
  const server = await startQdrant()
  try {
    const versions = [await versionOf('hnswlib-node'), `Qdrant ${await qdrantVersion(server)}`]
    const measuredOn = [machine(), ...versions, load].join(', ')
    console.log(measuredOn)
    const sets = values.eval === undefined ? [] : goldSets(values.eval)
    const five = await indexSet({ name: 'gold-dev', reports: 'reports' }, values.work)
    const quality: Quality[] = []
    let largest = five
    for (const set of sets) {
      const indexed = set.reports === 'reports' ? five : await indexSet(set, values.work)
      quality.push({ title: `${set.title} (${set.name})`, rows: await compareEngines(set, indexed, server) })
      console.log(`\n${qualityTable(quality.at(-1)!)}`)
      if (indexed.passages.length > largest.passages.length) largest = indexed
    }

    const vectors = await vectorsFrom(largest, Number(values.vectors), random)
    console.log(`\n${vectors.told}\n\n${recallHead}`)
    const recall: RecallRow[] = []
    await measureRecall(vectors, server, (row) => {
      recall.push(row)
      console.log(recallLine(row))
    })
    for (const { embedder } of new Set([five, largest])) await embedder.dispose()
    if (values.save) await writeEngines({ measuredOn, vectors: vectors.told, recall, quality })
    return 0
  } finally {
    await server.stop()
  }
})

/** Vectors of real passages, perturbed ones where they run out, and of sentences as questions. */
async function vectorsFrom({ passages, vectors, embedder }: IndexedSet, count: number, random: () => number) {
  const { dimensions, queryPrefix } = embedder.model
  const real = vectors.subarray(0, count * dimensions)
  const all = new Float32Array(count * dimensions)
  all.set(real)
  all.set(perturbed(vectors, dimensions, count - real.length / dimensions, random), real.length)
  const sentences = passages
    .flatMap(({ passage }) => passage.text.split(/[。;]/u))
    .filter(({ length }) => length > 12 && length < 40)
  const chosen = Array.from({ length: questionsAsked }, () => sentences[Math.floor(random() * sentences.length)]!)
  const questions = (await embedder.embed(chosen.map((one) => `${queryPrefix}${one}`))).map(({ vector }) => vector)
  const made = count - real.length / dimensions
  const told = `${count} vectors of ${dimensions} numbers: ${count - made} of real passages, ${made} mixed of two of them with noise; ${questions.length} sentences as questions.`
  return { all, dimensions, questions, told }
}
