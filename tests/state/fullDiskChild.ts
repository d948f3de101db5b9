import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openJournal } from '../../src/state/journal.ts'

/** Fills a disk of 64 KB with a journal, makes room when it is full and goes on; prints which keys were kept and lost. */
const disk = process.argv[2] ?? ''
const ballast = join(disk, 'ballast')
const folder = join(disk, 'state')
const kept: string[] = []
const refused: string[] = []
const journal = await openJournal(folder)
await writeFile(ballast, new Uint8Array(40 * 1024))
for (let index = 0; index < 400; index++) {
  const key = `key/${index}`
  try {
    await journal.set(key, 'v'.repeat(60))
    kept.push(key)
  } catch {
    refused.push(key)
    await rm(ballast, { force: true })
  }
}
await journal.close()
const again = await openJournal(folder)
const lost: string[] = []
for (const key of kept) if ((await again.get(key)) === null) lost.push(key)
await again.close()
process.stdout.write(JSON.stringify({ kept, refused, lost }))
