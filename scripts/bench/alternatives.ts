import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { ConfigError } from '../../src/errors.ts'
import { noServer, startQdrant } from '../../tests/support/qdrantCluster.ts'
import { compareAlternatives, type SetResult } from './alternatives/compare.ts'
import { setTable, writeAlternatives } from './alternatives/report.ts'
import { type GoldSet, goldSets, indexSet } from './support/goldSets.ts'
import { busyness, machine, versionOf } from './support/machine.ts'
import { qdrantVersion } from './support/qdrantAlone.ts'

/**
 * `npm run bench -- alternatives --eval DIR` or `… --gold FILE --reports DIR`: what else one could build of the same parts, over the
 * same reports and questions, in the same run; of both sets of an evaluation folder, or of one gold file and its reports.
 * `--save` writes docs/alternatives.md. A hit is a quote, passage or piece from the right file that holds the evidence;
 * longer pieces hit more easily.
 */
await runCommand(async () => {
  const { values } = readCommandLine({
    eval: { type: 'string' },
    gold: { type: 'string' },
    reports: { type: 'string', default: 'reports' },
    work: { type: 'string', default: join(tmpdir(), 'wenju-alternatives') },
    save: { type: 'boolean', default: false },
  })
  const { eval: folder, gold, reports, work } = values
  if ((folder === undefined) === (gold === undefined)) {
    throw new ConfigError({
      zh: '用法:npm run bench -- alternatives --eval 文件夹 | --gold 文件 [--reports 文件夹] [--work 文件夹] [--save]',
      en: 'Usage: npm run bench -- alternatives --eval DIR | --gold FILE [--reports DIR] [--work DIR] [--save]',
    })
  }
  const sets: GoldSet[] =
    folder === undefined ? [{ name: 'own', title: reports, gold: gold!, reports }] : goldSets(folder)
  const load = busyness()
  const server = noServer === false ? await startQdrant() : null
  try {
    const results: SetResult[] = []
    const versions = [await versionOf('minisearch'), await versionOf('hnswlib-node')]
    if (server) versions.push(`Qdrant ${await qdrantVersion(server)}`)
    else console.log(noServer)
    const measuredOn = [machine(), ...versions, load].join(', ')
    console.log(measuredOn)
    for (const set of sets) {
      const indexed = await indexSet(set, work)
      results.push(await compareAlternatives(set, indexed, server))
      await indexed.embedder.dispose()
      console.log(`\n${setTable(results.at(-1)!)}`)
    }
    if (values.save) await writeAlternatives(measuredOn, results)
    return 0
  } finally {
    await server?.stop()
  }
})
