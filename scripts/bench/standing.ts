import { join } from 'node:path'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { defaultModel } from '../../src/embeddings/model.ts'
import { ConfigError } from '../../src/errors.ts'
import { standingConfidence } from '../../src/search/handSetWeights.ts'
import { type Asked, askerOver, type Sketched } from '../../src/standing/ask.ts'
import { openLocalReports, readLocalReports } from '../training/localReports.ts'
import { machine } from './support/machine.ts'

/** The bound that should hold, in seconds of one core. */
const maxSeconds = 5
/** The plain loop is measured over so many questions. */
const loopQuestions = 200

/**
 * `npm run bench -- standing --eval DIR [--questions 10000] [--passages 50] [--work DIR]`: the time of one core that standing questions
 * take when a report of so many passages comes, beside a loop that asks them all. The questions are those of local_reports, and the
 * same of other years until there are enough. Ends with 1 when the bound is not kept.
 */
async function bench(): Promise<number> {
  const { values } = readCommandLine({
    eval: { type: 'string' },
    questions: { type: 'string', default: '10000' },
    passages: { type: 'string', default: '50' },
    work: { type: 'string', default: join('index', 'bench-standing') },
    model: { type: 'string', default: defaultModel },
  })
  if (values.eval === undefined) {
    throw new ConfigError({
      zh: '用法:npm run bench -- standing --eval 文件夹',
      en: 'Usage: npm run bench -- standing --eval DIR',
    })
  }
  const current = await openLocalReports(values.eval, values.work, values.model, 'local')
  const { folds, dev } = await readLocalReports(values.eval)
  const real = [...folds.flat(), ...dev].filter(({ previous }) => !previous).map(({ question }) => question)
  const all = Array.from({ length: Number(values.questions) }, (_, i) => {
    const text = real[i % real.length]!
    return i < real.length ? text : `${1990 + (i % 36)}年${text}`
  })
  const { searcher, index } = current
  const arrival = [...index.reports.values()].sort(
    (a, b) => Math.abs(a.passages - Number(values.passages)) - Math.abs(b.passages - Number(values.passages)),
  )[0]!
  console.log(`${machine()}, ${index.size} passages in ${index.reports.size} reports; ${arrival.passages} are new\n`)

  const asker = askerOver(current, standingConfidence)
  const setting = await timed(async () => {
    const questions: (Asked & Sketched)[] = []
    for (const text of all) {
      const found = await searcher.sketch({ text }).catch(() => null)
      if (!found) continue
      const { sketch, candidates } = found
      const nearest = await asker.nearest(sketch, candidates, new Set([arrival.id]))
      questions.push({ text, isExact: false, answered: null, told: [], sketch, nearest })
    }
    return questions
  })
  const questions = setting.result
  const comparing = await timed(() => asker.near(questions, asker.positionsOf(arrival.id)))
  const asking = await timed(async () => {
    let told = 0
    for (const { question } of comparing.result)
      told += (await asker.ask(question, new Set([arrival.id]))).findings.length
    return told
  })
  const loop = await timed(async () => {
    for (const question of questions.slice(0, loopQuestions)) await asker.ask(question, new Set([arrival.id]))
  })
  const seconds = comparing.seconds + asking.seconds
  const plain = (loop.seconds * questions.length) / loopQuestions
  console.log(
    [
      `| ${questions.length} standing questions | CPU seconds |`,
      '|---|---|',
      `| set, once | ${setting.seconds.toFixed(1)} |`,
      `| compared with the new passages | ${comparing.seconds.toFixed(2)} |`,
      `| ${comparing.result.length} near ones asked, of which ${asking.result} passages are told | ${asking.seconds.toFixed(2)} |`,
      `| together | ${seconds.toFixed(2)} (bound ${maxSeconds}) |`,
      `| a plain loop, from ${loopQuestions} questions | ${plain.toFixed(0)} (${(plain / seconds).toFixed(0)} times as much) |`,
    ].join('\n'),
  )
  return seconds <= maxSeconds ? 0 : 1
}

/** The result of some work, and the CPU time that it took in all threads, in seconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, seconds: (user + system) / 1e6 }
}

await runCommand(bench)
