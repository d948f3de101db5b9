import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../src/errors.ts'
import { openIndex } from '../../src/indexes/source.ts'
import { listReports } from '../../src/reports/folder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, compact, entries, folderOf, put, report, tidyEntries, type Workshop } from '../support/testIndex.ts'
import type { FullDiskTrial } from './fullDisk.slow.test.ts'

/**
 * Runs where `index` lies on a small disk of its own. Builds the old index, then tries to bring it up to date, and to
 * merge its segments. Prints every trial as a line of JSON.
 */
const { old, fresh } = JSON.parse(process.argv[2]!) as { old: Workshop; fresh: Workshop }
const embedder = fakeEmbedder()
const ballast = join(old.root, 'disk', 'ballast')
const mostPages = 200

/** Tries `work` with one page more of free space each time, until it succeeds. */
async function tryWith(name: FullDiskTrial['name'], work: () => Promise<unknown>, whole: Workshop): Promise<void> {
  for (let pages = 0; pages <= mostPages; pages++) {
    const { bavail, bsize } = await statfs(old.index)
    await writeFile(ballast, new Uint8Array((bavail - pages) * bsize))
    const error = await work().then(
      () => null,
      (thrown: unknown) => (thrown instanceof UserError ? thrown.text : { zh: '', en: String(thrown) }),
    )
    await rm(ballast)
    const { files } = await listReports(error ? whole.reports : fresh.reports)
    const opens = await openIndex(folderOf(old.index, embedder), embedder.model, files).then(
      (index) => index.size,
      (thrown: Error) => thrown.message,
    )
    const kept = await tidyEntries(old)
    const left = (await entries(old)).filter((one) => !kept.includes(one))
    const trial: FullDiskTrial = { name, pages, error, opens, left }
    process.stdout.write(`${JSON.stringify(trial)}\n`)
    if (error === null) break
    // What is left takes up space; the next trial is to be about its own.
    for (const one of left) await rm(join(old.index, one), { recursive: true })
  }
}

await build(old, embedder)
await tryWith('update', () => build(fresh, embedder), old)
for (const name of ['c', 'd']) {
  await put(fresh.reports, { [`${name}.txt`]: report(`${name}的报告`, ['清雪八千吨。']) })
  await build(fresh, embedder)
}
await tryWith('merge', () => compact(old, embedder), fresh)
