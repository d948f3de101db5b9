import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { startBotApi } from '../../tests/fakes/bot-api.ts'
import { buildLibrary, run } from '../../tests/support/botProcess.ts'
import { token } from '../../tests/support/testBot.ts'
import { townQuestions } from '../../tests/support/townQuestions.ts'
import { seeded } from '../training/sets.ts'
import { answerReader, askerOf, environmentOf, type Said, stop } from './support/botLoad.ts'
import { machine } from './support/machine.ts'

/** The memory of the bot's process after a number of answers. */
interface Sample {
  readonly answered: number
  readonly residentMb: number
  /** Open files and sockets. */
  readonly descriptors: number
  readonly sockets: number
}

const maxOpen = 16
/** The share at the beginning, while caches fill, that the slope is not drawn through. */
const warmUp = 0.2
/** The run fails afterwards for memory that rises faster, in megabytes a thousand questions, */
const mostSlope = 0.5
/** or so many descriptors or sockets more in the last fifth of the looks than in the first, on the average. */
const mostMore = 8
/** Memory still rises as caches fill in a run of fewer questions. */
const enough = 10_000

/**
 * `npm run bench -- endurance [--questions 50000]`: one bot process answers over the loopback as fast as it can, and is looked
 * at fifty times: memory, open files, sockets. Linux only, as these are read from /proc. Fails when a question is not answered
 * exactly once, when open files or sockets are leaked, or when memory rises in a run of ten thousand or more.
 */
await runCommand(async () => {
  const { values } = readCommandLine({ questions: { type: 'string', default: '50000' } })
  const total = Number(values.questions)
  const library = await buildLibrary(true)
  const api = await startBotApi({ token })
  const bot = run(library.folder, [], environmentOf(library.folder, api.url))
  try {
    await bot.prints(/answers from \d+ reports/u)
    console.log(machine())
    const random = seeded(1)
    const chats = Array.from({ length: 200 }, (_, index) => api.privateChat(api.user(1000 + index)))
    const said = new Map<string, Said>()
    const answers = answerReader(api, said)
    const ask = askerOf(api, chats, said, random, { questions: townQuestions, twice: 0 })
    const samples: Sample[] = []
    const begin = performance.now()
    while (answers.answered < total) {
      while (said.size < total && said.size - answers.answered < maxOpen) ask(total - said.size)
      await sleep(5)
      answers.read()
      if (answers.answered < (total * (samples.length + 1)) / 50) continue
      samples.push(await look(bot.pid!, answers.answered))
      const { answered, residentMb, descriptors, sockets } = samples.at(-1)!
      console.log(`${answered} answered: ${residentMb.toFixed(0)} MB, ${descriptors} descriptors, ${sockets} sockets`)
    }
    const minutes = (performance.now() - begin) / 60_000
    await stop(bot)
    const twice = [...said.values()].filter(({ answers }) => answers.length !== 1).length
    const steady = samples.slice(Math.floor(samples.length * warmUp))
    const slope = slopeOf(steady.map(({ answered, residentMb }) => [answered / 1000, residentMb]))
    console.log(`${answers.answered} questions in ${minutes.toFixed(1)} min, ${twice} not answered exactly once`)
    console.log(`memory slope after the first fifth: ${slope.toFixed(3)} MB a thousand questions`)
    console.log(
      `descriptors ${rangeOf(steady.map((s) => s.descriptors))}, sockets ${rangeOf(steady.map((s) => s.sockets))}`,
    )
    const faults = [
      twice > 0 && 'questions were not answered exactly once',
      total >= enough && slope > mostSlope && `memory rises by more than ${mostSlope} MB a thousand questions`,
      ...(['descriptors', 'sockets'] as const).map(
        (kind) => rise(steady.map((sample) => sample[kind])) > mostMore && `${kind} are leaked`,
      ),
    ].filter((fault) => fault !== false)
    for (const fault of faults) console.log(`FAILED: ${fault}`)
    return faults.length === 0 ? 0 : 1
  } finally {
    bot.signal('SIGKILL')
    await bot.end
    await api.close()
  }
})

async function look(pid: number, answered: number): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const names = await readdir(`/proc/${pid}/fd`, { withFileTypes: true })
  const targets = await Promise.all(names.map(({ name }) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')))
  return {
    answered,
    residentMb: Number(/^VmRSS:\s*(\d+) kB$/mu.exec(status)![1]) / 1024,
    descriptors: names.length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
  }
}

/** The slope of the straight line that lies nearest to the points (least squares). */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const x = meanOf(points.map(([x]) => x))
  const y = meanOf(points.map(([, y]) => y))
  const sum = (of: (point: readonly [number, number]) => number) => points.reduce((all, point) => all + of(point), 0)
  return sum(([a, b]) => (a - x) * (b - y)) / sum(([a]) => (a - x) ** 2)
}

/** The rise from the first fifth to the last, on the average. */
function rise(values: readonly number[]): number {
  const fifth = Math.max(1, Math.floor(values.length / 5))
  return meanOf(values.slice(-fifth)) - meanOf(values.slice(0, fifth))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function rangeOf(values: readonly number[]): string {
  return `${Math.min(...values)} … ${Math.max(...values)}`
}
