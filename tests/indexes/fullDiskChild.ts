import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { openIndex } from '../../src/indexes/open.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import type { FullDiskTrial } from './fullDisk.test.ts'
import { build, entries, tidyEntries, type Workshop } from './workshop.ts'

/**
 * Runs where `index` lies on a small disk of its own. Builds the old index, then tries to bring it up to date with
 * one page more of free space each time, until it succeeds. Prints every trial as a line of JSON.
 */
const { old, fresh } = JSON.parse(process.argv[2]!) as { old: Workshop; fresh: Workshop }
const embedder = fakeEmbedder()
const ballast = join(old.root, 'disk', 'ballast')
const mostPages = 200

await build(old, embedder)
for (let pages = 0; pages <= mostPages; pages++) {
  const { bavail, bsize } = await statfs(old.index)
  await writeFile(ballast, new Uint8Array((bavail - pages) * bsize))
  const error = await build(fresh, embedder).then(
    () => null,
    (thrown: unknown) => (thrown instanceof UserError ? thrown.text : { zh: '', en: String(thrown) }),
  )
  await rm(ballast)
  const { files } = await listReports(error ? old.reports : fresh.reports)
  const opens = await openIndex(old.index, embedder.model, files).then(
    (index) => index.passages.length,
    (thrown: Error) => thrown.message,
  )
  const kept = await tidyEntries(old)
  const left = (await entries(old)).filter((name) => !kept.includes(name))
  const trial: FullDiskTrial = { pages, error, opens, left }
  process.stdout.write(`${JSON.stringify(trial)}\n`)
  if (error === null) break
  // What is left takes up space; the next trial is to be about its own.
  for (const name of left) await rm(join(old.index, name), { recursive: true })
}
