import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { buildAndCompact, openDependencies } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { grow } from './scale/grow.ts'
import { type Measured, measure, stages } from './scale/measure.ts'
import { writeReport } from './scale/report.ts'
import { machine } from './support/machine.ts'

/**
 * `npm run bench -- scale [--passages 1000,10000,100000] [--reports DIR] [--work DIR] [--save]`: what an index of so many passages takes
 * to open, to hold and to ask, each measured in a process of its own. The reports of the folder are indexed; where they do
 * not suffice, they are copied, with their vectors moved (`scale/grow.ts`). `--save` writes docs/scale.md.
 */
await runCommand(async (environment) => {
  const { values } = readCommandLine({
    passages: { type: 'string', default: '1000,10000,100000' },
    questions: { type: 'string', default: '200' },
    reports: { type: 'string' },
    work: { type: 'string', default: join('index', 'scale') },
    measure: { type: 'string' },
    save: { type: 'boolean', default: false },
  })
  if (values.measure !== undefined) {
    console.log(JSON.stringify(await measure(values.measure, Number(values.questions))))
    return 0
  }
  const config = readConfig({ ...environment, ...(values.reports && { REPORTS_DIR: values.reports }) })
  const base = join(values.work, 'base')
  await mkdir(values.work, { recursive: true })
  const places = { ...config, indexFolder: base }
  const parts = await openDependencies(places)
  const { passages } = await buildAndCompact(parts, { replaceDamaged: true })
  await parts.embedder.dispose()
  const measuredOn = `${machine()}, ${passages} real passages`
  console.log(measuredOn)
  const all: Measured[] = []
  for (const wanted of values.passages.split(',').map(Number)) {
    const folder = join(values.work, String(wanted))
    if (!existsSync(join(folder, 'manifest.json'))) await grow(base, folder, wanted)
    const own = fileURLToPath(import.meta.url)
    const options = [
      fileURLToPath(new URL('../../src/threads/run.js', import.meta.url)),
      own,
      '--measure',
      folder,
      '--questions',
      values.questions,
    ]
    const { stdout } = await promisify(execFile)(process.execPath, options, { maxBuffer: 1e8 })
    all.push(JSON.parse(stdout) as Measured)
    console.log(lines(all.at(-1)!))
  }
  if (values.save) await writeReport(measuredOn, all)
  return 0
})

function lines(one: Measured): string {
  const ms = (value: number) => value.toFixed(1)
  return [
    `${one.passages} passages in ${one.segments} segments, ${one.engine}`,
    `  ready after ${one.openSeconds.toFixed(2)} s; resident ${one.residentBefore.toFixed(0)} MB without, ${one.residentOpen.toFixed(0)} MB with the index, ${one.residentAfter.toFixed(0)} MB after the questions`,
    `  question ${ms(one.question[0])} ms (median), ${ms(one.question[1])} ms (99 %): ${stages.map((stage) => `${stage} ${ms(one.stages[stage])}`).join(', ')}`,
    `  recall@10 against exact search ${one.recall.toFixed(3)}`,
  ].join('\n')
}
