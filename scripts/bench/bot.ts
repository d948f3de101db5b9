import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { type BotApi, startBotApi } from '../../tests/fakes/bot-api.ts'
import { buildLibrary, run, type Wenju } from '../../tests/support/botProcess.ts'
import { token } from '../../tests/support/testBot.ts'
import { seeded } from '../training/sets.ts'
import { answerReader, askerOf, environmentOf, type Said, stop } from './support/botLoad.ts'
import { machine } from './support/machine.ts'

const faultyShare = 0.05
/** Held long enough to be noticed, then cut; a client's own patience of a minute would make the run very long. */
const timeoutMs = 2000
/** The run is given up after this time without any answer. */
const patienceMs = 180_000
/**
 * `npm run bench -- bot`: the real bot over a fake Telegram on the loopback. Many chats ask, some calls fail, updates come
 * twice, and in the middle the bot is stopped and started again. Fails unless every question is answered exactly once
 * and each chat's in order.
 */
async function bench(): Promise<number> {
  const { values } = readCommandLine({
    questions: { type: 'string', default: '2000' },
    chats: { type: 'string', default: '200' },
    open: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  })
  const [total, people, maxOpen] = [Number(values.questions), Number(values.chats), Number(values.open)]
  const random = seeded(Number(values.seed))
  const library = await buildLibrary(true)
  const api = await startBotApi({ token })
  const bots: Wenju[] = []
  const start = async () => {
    const bot = run(library.folder, [], environmentOf(library.folder, api.url))
    bots.push(bot)
    await bot.prints(/answers from \d+ reports/u)
    return bot
  }
  try {
    planFaults(api, random)
    const chats = Array.from({ length: people }, (_, index) => api.privateChat(api.user(1000 + index)))
    const said = new Map<string, Said>()
    const answers = answerReader(api, said)
    const ask = askerOf(api, chats, said, random, faultyShare)
    const memory: string[] = []
    let bot = await start()
    const begin = performance.now()
    let downMs = 0
    let lastProgress = begin
    let quarter = 1
    while (answers.answered < total && performance.now() - lastProgress < patienceMs) {
      // Few people wait at once, so that the time to an answer tells of the bot and not of the list.
      while (said.size < total && said.size - answers.answered < maxOpen) ask(total - said.size)
      await sleep(5)
      if (answers.read()) lastProgress = performance.now()
      if (answers.answered < (total * quarter) / 4) continue
      memory.push(`${await residentMegabytes(bot)} MB`)
      if (quarter++ === 2) {
        const stopped = performance.now()
        await stop(bot)
        bot = await start()
        downMs = performance.now() - stopped
      }
    }
    const elapsedMs = performance.now() - begin
    // An update that is handed out twice at the very end must find its question answered.
    await api.drained({ timeoutMs: patienceMs }).catch((error) => console.error(String(error)))
    await stop(bot)
    answers.read()
    return report(api, [...said.values()], { memory, elapsedMs, downMs, outOfOrder: answers.outOfOrder, bots })
  } finally {
    for (const bot of bots) bot.signal('SIGKILL')
    await Promise.all(bots.map(({ end }) => end))
    await api.close()
  }
}

/** Each twentieth call fails, before anything of it is carried out; each twentieth update comes twice. */
function planFaults(api: BotApi, random: () => number): void {
  const kinds = [
    { status: 429, retry_after: 1 },
    { status: 500 },
    { dropConnection: true },
    { delayMs: timeoutMs, dropConnection: true },
  ]
  // One draw a call: the first kind decides, the others take what falls to them.
  let drawn = 1
  for (const [index, kind] of kinds.entries()) {
    const where = () => {
      if (index === 0) drawn = random() / faultyShare
      return drawn >= index / kinds.length && drawn < (index + 1) / kinds.length
    }
    api.fail('*', { ...kind, times: Number.POSITIVE_INFINITY, where })
  }
}

interface Outcome {
  readonly memory: readonly string[]
  readonly elapsedMs: number
  readonly downMs: number
  readonly outOfOrder: number
  readonly bots: readonly Wenju[]
}

/** Prints the figures; 0 when all is as it must be. */
function report(api: BotApi, said: readonly Said[], { memory, elapsedMs, downMs, outOfOrder, bots }: Outcome): number {
  const once = said.filter(({ answers }) => answers.length === 1).length
  const twice = said.filter(({ answers }) => answers.length > 1).length
  const unanswered = said.length - once - twice
  const waits = said
    .flatMap(({ at, answers }) => answers.slice(0, 1).map((answer) => answer - at))
    .sort((a, b) => a - b)
  const waitAt = (share: number) => `${waits[Math.floor(share * (waits.length - 1))] ?? '–'} ms`
  const failed = api.calls.filter(({ response }) => !response?.ok).length
  const isClean = bots.every(({ output }) => !output().includes(token)) && api.violations.length === 0
  const rows = [
    ['machine', machine()],
    [
      'questions answered',
      `${once + twice} of ${said.length}, from ${new Set(said.map(({ chat }) => chat)).size} chats`,
    ],
    ['answered twice', String(twice)],
    ['unanswered', String(unanswered)],
    ['out of order in their chat', String(outOfOrder)],
    ['calls, of which failed', `${api.calls.length}, ${failed} (${((100 * failed) / api.calls.length).toFixed(1)} %)`],
    ['sustained, without the restart', `${((1000 * (once + twice)) / (elapsedMs - downMs)).toFixed(1)} questions/s`],
    ['restart', `${(downMs / 1000).toFixed(1)} s`],
    ['from question to answer, median', waitAt(0.5)],
    ['from question to answer, 99th percentile', waitAt(0.99)],
    ['resident memory at 25, 50 %', memory.slice(0, 2).join(', ')],
    ['after the restart at 75, 100 %', memory.slice(2).join(', ')],
    [
      'token printed, or rules of the Bot API broken',
      isClean ? 'never' : `yes: ${api.violations.slice(0, 3).join('; ')}`,
    ],
  ] as const
  console.log('| | |\n|---|---|')
  for (const [name, value] of rows) console.log(`| ${name} | ${value} |`)
  return once === said.length && outOfOrder === 0 && isClean ? 0 : 1
}

async function residentMegabytes({ pid }: Wenju): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Math.round(Number(stdout) / 1024)
}

await runCommand(bench)
