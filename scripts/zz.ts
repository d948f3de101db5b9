import { writeFileSync } from 'node:fs'
import { buildAndCompact, openAnswerer, openDependencies } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { isAnswerable, readGold } from './evaluation/gold.ts'
import { runStanding, standingTable } from './evaluation/standing.ts'

const [reports, index, out, stride, ...gold] = process.argv.slice(2)
const config = readConfig({ ...process.env, REPORTS_DIR: reports, INDEX_DIR: index })
const parts = await openDependencies(config)
await buildAndCompact(parts, {})
const answerer = await openAnswerer(config, parts)
for (const [i, file] of gold.entries()) {
  let n = 0
  const questions = (await readGold(file!)).filter((q) => !isAnswerable(q) || n++ % Number(stride) === 0)
  const rows = await runStanding(questions, answerer)
  writeFileSync(`${out}.${i}.json`, JSON.stringify(rows))
  console.log(file, rows.length)
  console.log(standingTable(rows, answerer.searcher.reports.size, [0.5, 0.6, 0.7, 0.77, 0.8, 0.9]))
}
await parts.embedder.dispose()
