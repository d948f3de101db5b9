import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { botTexts } from '../../src/bot/views/texts.ts'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { type BotApi, startBotApi } from '../../tests/fakes/bot-api.ts'
import { townReport, twoColumns } from '../../tests/fixtures/documents.ts'
import { buildLibrary, run, type Wenju } from '../../tests/support/botProcess.ts'
import { token } from '../../tests/support/testBot.ts'
import { townQuestions } from '../../tests/support/townQuestions.ts'
import { seeded } from '../training/sets.ts'
import { answerReader, askerOf, environmentOf, type Said, stop } from './support/botLoad.ts'
import { machine } from './support/machine.ts'

const faultyShare = 0.05
/** Held long enough to be noticed, then cut; a client's own patience of a minute would make the run very long. */
const timeoutMs = 2000
/** The run is given up after this time without any answer. */
const patienceMs = 180_000
/** The 99th percentile with photographs beside the one without, at most. */
const maxSlowdown = 1.2
/** The bot may grow by this much in the last quarter: the kept photographs, and what the garbage collector has not freed. */
const maxGrowthMb = 128

/**
 * `npm run bench -- bot`: the real bot over a fake Telegram on the loopback. Many chats ask, some calls fail, updates come
 * twice, and in the middle the bot is stopped and started again. In the second and fourth quarter every tenth asker has the
 * photographs of answers sent. Fails unless every question is answered exactly once and each chat's in order, those beside
 * photographs hardly later, and memory stays flat.
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
  const { files, questions } = await communities()
  const library = await buildLibrary(true, files)
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
    const chats = Array.from({ length: people }, (_, index) => api.privateChat(api.user(firstPerson + index)))
    const said = new Map<string, Said>()
    let pressed = 0
    const answers = answerReader(api, said, ({ number, chat }, answer) => {
      const button = answer.reply_markup?.inline_keyboard.flat().find(({ text }) => text === photographLabel)
      if (!isBeside(number, total) || (chat - firstPerson) % 10 > 0 || !button || !('callback_data' in button)) return
      api.press(answer, api.user(chat), button.callback_data)
      pressed++
    })
    const asking = { questions: [...townQuestions, ...questions], twice: faultyShare }
    const ask = askerOf(api, chats, said, random, asking)
    const memory: number[] = []
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
      memory.push(await residentMegabytes(bot))
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
    const { outOfOrder } = answers
    return report(api, [...said.values()], { memory, elapsedMs, downMs, outOfOrder, pressed, bots })
  } finally {
    for (const bot of bots) bot.signal('SIGKILL')
    await Promise.all(bots.map(({ end }) => end))
    await api.close()
  }
}

const firstPerson = 1000
const photographLabel = botTexts.zh.buttons.photograph.page

/** True for the questions of the second and fourth quarter, beside which photographs are sent. */
function isBeside(number: number, total: number): boolean {
  return Math.floor((4 * number) / total) % 2 === 1
}

/** PDFs of a page each, so that most photographs are of a page that was not drawn before, and questions that they answer. */
async function communities() {
  const parts = ['宝龙', '西城', '河海', '湖心', '重点', '宜居'] as const
  const files: Record<string, Uint8Array> = {}
  const questions: string[] = []
  for (const [i, first] of parts.entries()) {
    for (const [k, second] of parts.entries()) {
      const name = `${first}${second}社区`
      const [homes, shops] = [2000 + 97 * i + 31 * k, 300 + 13 * i + 7 * k]
      const text = `${name}管辖一期、二期,居民住宅${homes}户,沿街商铺${shops}家,社会秩序稳定。`
      files[`${name}.pdf`] = (await twoColumns([text, townReport[i]!, townReport[k + 6]!])).bytes
      questions.push(`${name}有多少户居民住宅?`)
    }
  }
  return { files, questions }
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
  /** Megabytes at the end of each quarter. */
  readonly memory: readonly number[]
  readonly elapsedMs: number
  readonly downMs: number
  readonly outOfOrder: number
  /** The photographs that were asked for. */
  readonly pressed: number
  readonly bots: readonly Wenju[]
}

/** Prints the figures; 0 when all is as it must be. */
function report(api: BotApi, said: readonly Said[], outcome: Outcome): number {
  const { memory, elapsedMs, downMs, outOfOrder, pressed, bots } = outcome
  const once = said.filter(({ answers }) => answers.length === 1).length
  const twice = said.filter(({ answers }) => answers.length > 1).length
  const unanswered = said.length - once - twice
  const [waits, waitsBeside] = [false, true].map((beside) =>
    said
      .filter(({ number }) => isBeside(number, said.length) === beside)
      .flatMap(({ at, answers }) => answers.slice(0, 1).map((answer) => answer - at))
      .sort((a, b) => a - b),
  ) as [number[], number[]]
  const at = (sorted: readonly number[], share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  const slowdown = at(waitsBeside, 0.99) / at(waits, 0.99)
  const sent = api.calls.filter(({ method, response }) => method === 'sendPhoto' && response?.ok).length
  const growth = memory.length === 4 ? memory[3]! - memory[2]! : Number.NaN
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
    ['from question to answer, median', `${at(waits, 0.5)} ms`],
    ['from question to answer, 99th percentile', `${at(waits, 0.99)} ms`],
    ['photographs asked for, sent', `${pressed}, ${sent}`],
    ['beside photographs, median', `${at(waitsBeside, 0.5)} ms`],
    ['beside photographs, 99th percentile', `${at(waitsBeside, 0.99)} ms (${slowdown.toFixed(2)} times)`],
    ['resident memory at 25, 50 %', `${memory.slice(0, 2).join(', ')} MB`],
    ['after the restart at 75, 100 %', `${memory.slice(2).join(', ')} MB`],
    [
      'token printed, or rules of the Bot API broken',
      isClean ? 'never' : `yes: ${api.violations.slice(0, 3).join('; ')}`,
    ],
  ] as const
  console.log('| | |\n|---|---|')
  for (const [name, value] of rows) console.log(`| ${name} | ${value} |`)
  const isQuick = sent > 0 && slowdown <= maxSlowdown
  return once === said.length && outOfOrder === 0 && isClean && isQuick && growth <= maxGrowthMb ? 0 : 1
}

async function residentMegabytes({ pid }: Wenju): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])
  return Math.round(Number(stdout) / 1024)
}

await runCommand(bench)
