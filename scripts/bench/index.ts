import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { buildAndCompact, openDependencies, startLibrary } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { embeddingInput } from '../../src/indexes/embedding.ts'
import { createLog } from '../../src/log.ts'
import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import { machine } from './support/machine.ts'
import { modelAlone } from './support/modelAlone.ts'

/**
 * `npm run bench -- index`: how fast a folder of small reports is indexed, as a share of what the model alone needs for the
 * same passages in the same run, and how soon a report that is added, or deleted, shows in answers.
 */
const files = 1000
const paragraphsEach = 3
const marker = '云栖岭观测站今年新装风速仪三十七台。'

await runCommand(async (environment) => {
  readCommandLine({})
  const root = await mkdtemp(join(tmpdir(), 'wenju-bench-'))
  try {
    const config = readConfig({
      ...environment,
      REPORTS_DIR: join(root, 'reports'),
      INDEX_DIR: join(root, 'index'),
      STATE_DIR: join(root, 'state'),
    })
    await mkdir(config.reportsFolder)
    await writeReports(config.reportsFolder)
    console.log(`${machine()}, ${config.model}`)

    const parts = await openDependencies(config)
    const reports = await Promise.all(parts.folder.files.map((file) => loadReport(file)))
    const inputs = reports.flatMap(passagesOf).map((passage) => embeddingInput(passage).text)
    // Half of them before and half after, as a machine that others use is now faster and now slower.
    const halfAlone = (half: number) =>
      modelAlone(
        inputs.filter((_, i) => i % 2 === half),
        config.model,
      )
    const before = await halfAlone(0)
    // Starting is measured on neither side.
    await parts.embedder.embed(inputs.slice(0, 64))
    await parts.reader.read(parts.folder.files[0]!)
    const whole = await seconds(() => buildAndCompact(parts))
    const after = await halfAlone(1)
    console.log(`${files} files, ${inputs.length} passages`)
    const rate = inputs.length / whole
    const alone = 2 / (1 / before + 1 / after)
    console.log(`model alone   ${alone.toFixed(1)} passages/s (${before.toFixed(1)} before, ${after.toFixed(1)} after)`)
    console.log(`npm run index ${rate.toFixed(1)} passages/s, ${(rate / alone).toFixed(2)} of the model alone`)
    await parts.embedder.dispose()

    const { library, close } = await startLibrary(config, createLog('error'))
    const isQuoted = async () => {
      const { quotes } = await library.answerer.answer({ text: '云栖岭观测站新装了多少台风速仪?' })
      return quotes.some(({ text }) => text.includes(marker))
    }
    const until = async (wanted: boolean) => {
      while ((await isQuoted()) !== wanted) await sleep(20)
    }
    await sleep(2000)
    const path = join(config.reportsFolder, 'added.txt')
    let embedded = 0
    library.onUpdate((update) => (embedded += update.embedded))
    const adding = await seconds(async () => {
      await writeFile(path, `云栖岭观测站工作报告\n\n${marker}\n`)
      await until(true)
    })
    const deleting = await seconds(async () => {
      await rm(path)
      await until(false)
    })
    console.log(`a report added to ${files}: quoted after ${adding.toFixed(2)} s, ${embedded} passages embedded`)
    console.log(`deleted: not quoted after ${deleting.toFixed(2)} s`)
    await close()
    return 0
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

/** Small reports made of the project's own paragraphs, no two alike. */
async function writeReports(folder: string): Promise<void> {
  const { files: own } = await listReports('reports')
  const reports = await Promise.all(own.map((file) => loadReport(file)))
  const paragraphs = reports.flatMap(({ articles }) =>
    articles.flatMap((article) => article.paragraphs.map(({ text }) => text)),
  )
  for (let i = 0; i < files; i++) {
    const chosen = Array.from({ length: paragraphsEach }, (_, j) => paragraphs[(i * 31 + j * 7) % paragraphs.length]!)
    const text = [`第${i + 1}号村镇工作简报`, ...chosen.map((paragraph) => `第${i + 1}号:${paragraph}`)].join('\n\n')
    await writeFile(join(folder, `${String(i).padStart(4, '0')}.txt`), `${text}\n`)
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return (performance.now() - begin) / 1000
}
