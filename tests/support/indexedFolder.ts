import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Quote } from '../../src/answer/types.ts'
import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import type { Report } from '../../src/reports/types.ts'
import { bare } from '../../src/text/normalize.ts'

/** A folder of files with an index of them that the real model made. */
export interface IndexedFolder {
  /** The report made of a file. */
  reportOf(file: string): Promise<Report>
  /** The first quote for a question, which is verbatim and from the file that holds the answer. */
  quoteFor(question: string, file: string): Promise<Quote>
  remove(): Promise<void>
}

/** Writes files, by their names, into a new folder and makes an index of them, without a fault. */
export async function indexedFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<IndexedFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-folder-'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const config = readConfig({ REPORTS_DIR: folder, INDEX_DIR: join(folder, '.index'), MAX_READ_SECONDS: '600' })
  const parts = await openDependencies(config)
  assert.deepEqual([...parts.folder.faults], [])
  await buildAndCompact(parts, { onProgress: () => {} })
  const answerer = await openAnswerer(config, parts)
  const reportOf = (file: string) => answerer.index.report(answerer.reports.find((report) => report.file === file)!.id)
  return {
    reportOf,
    async quoteFor(question, file) {
      const [quote] = (await answerer.answer({ text: question })).quotes
      assert.ok(quote, question)
      assert.equal(quote.source.file, file, `${question}\n${quote.text}`)
      const { text } = await reportOf(file)
      assert.equal(bare(quote.text), bare(quote.ranges.map((range) => text.slice(...range)).join('')))
      return quote
    },
    async remove() {
      parts.reader.close()
      await parts.embedder.dispose()
      await rm(folder, { recursive: true })
    },
  }
}
