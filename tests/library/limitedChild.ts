import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { folderSource, updateIndex } from '../../src/indexes/source.ts'
import { openLibrary } from '../../src/library/library.ts'
import { createLog } from '../../src/log.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { startReadingProcess } from '../../src/reports/readingProcess.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { put, report } from '../support/testIndex.ts'

/**
 * A library over four folders, in a process that may not watch as many. Prints what it logged as a warning or worse, and
 * the files that it knows after a minute's interval, told by a clock of its own, in which one more came.
 */
const root = await mkdtemp(join(tmpdir(), 'wenju-limited-'))
const [reports, index] = [join(root, 'reports'), join(root, 'index')]
const files = ['0/a.txt', '1/a.txt', '2/a.txt', '3/a.txt']
await put(reports, Object.fromEntries(files.map((name) => [name, report(name, ['修好路灯九盏。'])])))
mock.timers.enable({ apis: ['setInterval'] })
const embedder = fakeEmbedder()
const reader = startReadingProcess(defaultLimits)
const source = folderSource(index, embedder.model)
await updateIndex(source, { files: [], load: reader.read, embedder, mayBeEmpty: true })
const logged: string[] = []
const library = await openLibrary({
  reportsFolder: reports,
  removedFolder: join(root, 'removed'),
  embedder,
  reranker: null,
  reader,
  limits: defaultLimits,
  minConfidence: 0,
  log: createLog('warn', [], (line) => void logged.push(line)),
  source,
})
while (library.files.length < files.length || library.status.update !== null) await sleep(20)
await put(reports, { '3/b.txt': report('夏天的工作报告', ['清淤河道六条。']) })
while (library.files.length === files.length) {
  mock.timers.tick(60_000)
  await sleep(20)
}
process.stdout.write(JSON.stringify({ logged, seen: library.files.map(({ file }) => file) }))
await library.close()
reader.close()
await rm(root, { recursive: true })
