import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { readConfig } from '../../src/config.ts'
import { openEmbedder } from '../../src/embeddings/open.ts'
import { embeddingInput } from '../../src/indexes/embedding.ts'
import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import { machine } from './support/machine.ts'
import { modelAlone } from './support/modelAlone.ts'

/**
 * `npm run bench -- embedding`: passages embedded a second as a share of what the model alone does in the same run, and how
 * long a question's vectors take: alone, of 32 askers at once, and while passages are embedded.
 */
const askers = 32
const rounds = 3
/** A chunk of passages, and how many of them are under way at a time, as when an index is built. */
const chunkSize = 64
const chunksUnderWay = 2

await runCommand(async (environment) => {
  readCommandLine({})
  const { model, reportsFolder } = readConfig(environment)
  console.log(`${machine()}, ${model}`)
  const { files } = await listReports(reportsFolder)
  const reports = await Promise.all(files.map((file) => loadReport(file)))
  const passages = reports.flatMap(passagesOf).map((passage) => embeddingInput(passage).text)
  const all = Array.from({ length: rounds }, () => passages).flat()
  // Questions of the length that people ask: beginnings of passages.
  const questions = passages.map((text) => text.slice(0, 18))

  const alone = await modelAlone(all, model)
  const embedder = await openEmbedder(model)
  const ask = (text: string) => embedder.embed([text])
  const build = async () => {
    let next = 0
    const lane = async () => {
      while (next < all.length) {
        const chunk = all.slice(next, next + chunkSize)
        next += chunkSize
        await embedder.embed(chunk)
      }
    }
    await Promise.all(Array.from({ length: chunksUnderWay }, lane))
  }
  await embedder.embed(passages)
  const rate = all.length / (await seconds(build))
  console.log(`model alone  ${alone.toFixed(1)} passages/s`)
  console.log(`embedder     ${rate.toFixed(1)} passages/s, ${(rate / alone).toFixed(2)} of the model alone`)

  const quiet: number[] = []
  for (const text of questions) quiet.push(await seconds(() => ask(text)))
  tell('a question, nothing else to do', quiet)

  const many = await seconds(() =>
    Promise.all(
      Array.from({ length: askers }, async (_, i) => {
        for (let j = i; j < questions.length * 2; j += askers) await ask(questions[j % questions.length]!)
      }),
    ),
  )
  console.log(`${askers} askers: ${((questions.length * 2) / many).toFixed(0)} questions/s`)

  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let isBuilding = true
  const building = seconds(build).finally(() => (isBuilding = false))
  const busy: number[] = []
  while (isBuilding) {
    busy.push(await seconds(() => ask(questions[busy.length % questions.length]!)))
    await sleep(50)
  }
  const spent = await building
  delay.disable()
  tell('a question while passages are embedded', busy)
  console.log(
    `passages meanwhile: ${(all.length / spent).toFixed(1)}/s; main thread held up for ${(delay.max / 1e6).toFixed(0)} ms at most`,
  )
  await embedder.dispose()
  return 0
})

function tell(what: string, durations: number[]): void {
  const sorted = durations.map((duration) => duration * 1000).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(1)
  console.log(`${what}: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, of ${sorted.length}`)
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return (performance.now() - begin) / 1000
}
