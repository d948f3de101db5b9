import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { folderSource, updateIndex } from '../../src/indexes/source.ts'
import { openLibrary } from '../../src/library/library.ts'
import type { Library, LibraryUpdate } from '../../src/library/types.ts'
import { createLog } from '../../src/log.ts'
import { listReports } from '../../src/reports/folder.ts'
import { startReadingProcess } from '../../src/reports/readingProcess.ts'
import { patienceMs } from '../fakes/bot-api/waiters.ts'
import { type FakeEmbedderOptions, fakeEmbedder } from '../fakes/embedder.ts'
import { patientLimits } from './patientLimits.ts'
import { spring, workshop } from './testIndex.ts'

/** One for all libraries of a test file: its process takes longer to start than to read. */
const reader = startReadingProcess(patientLimits)
after(() => reader.close())

/** A library over a folder of its own, with the real reading process and the fake model. */
export async function libraryOver(
  t: { after(clean: () => Promise<void>): void },
  files: Record<string, string | Uint8Array> = { 'a.txt': spring },
  options: FakeEmbedderOptions = {},
) {
  const closing: (() => Promise<void>)[] = []
  // Before the folders are removed.
  t.after(async () => {
    for (const close of closing) await close()
  })
  const places = await workshop(t, files)
  const embedder = fakeEmbedder(options)
  const source = folderSource(places.index, embedder.model)
  await updateIndex(source, {
    files: Object.keys(files).length === 0 ? [] : (await listReports(places.reports)).files,
    load: reader.read,
    embedder,
    mayBeEmpty: true,
  })
  const logged: string[] = []
  const library = await openLibrary({
    reportsFolder: places.reports,
    removedFolder: join(places.root, 'removed'),
    embedder,
    reranker: null,
    reader,
    limits: patientLimits,
    minConfidence: 0,
    log: createLog('debug', [], (line) => void logged.push(line)),
    source,
  })
  closing.push(library.close)
  const updates: LibraryUpdate[] = []
  library.onUpdate((update) => void updates.push(update))
  return { places, library, embedder, reader, updates, logged }
}

/** Waits until something is so, longer than any of it takes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  // Tests move the date's clock.
  for (const end = performance.now() + patienceMs; performance.now() < end; ) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail('it did not become so')
}

export const titles = ({ answerer }: Library) => answerer.reports.map(({ metadata }) => metadata.title)
export const quoted = async ({ answerer }: Library, text: string) =>
  (await answerer.answer({ text })).quotes.map((quote) => quote.text).join('\n')
