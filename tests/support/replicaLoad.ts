import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { patienceMs } from '../fakes/bot-api/waiters.ts'
import { type ApiCall, type BotApi, startBotApi } from '../fakes/bot-api.ts'
import { type Library, run, type Wenju } from './botProcess.ts'
import { token } from './testBot.ts'
import { townQuestions } from './townQuestions.ts'

export interface Load {
  readonly perSecond: number
  readonly seconds: number
  /** 0 … 1, of updates that Telegram delivers twice. */
  readonly duplicates: number
  readonly people: number
  /** When the second replica is killed, counted from the first question. */
  readonly killAfterMs: number
}

export interface LoadOutcome {
  readonly asked: number
  readonly answeredOnce: number
  readonly answeredTwice: number
  readonly unanswered: number
  /** From when a question was said to when its answer came, of those that were answered. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly slowestMs: number
  /** How far the answering was behind when the last question was asked. */
  readonly waitingAtEnd: number
  /** What the survivor counted. */
  readonly takenOver: number
  readonly takenAsAnswered: number
  readonly duplicates: number
  /** Answers by each replica cannot be told apart; these came before the kill. */
  readonly answeredBeforeKill: number
  readonly violations: readonly string[]
  readonly tokenPrinted: boolean
  readonly outputs: readonly string[]
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface Replicas {
  readonly api: BotApi
  readonly home: string
  readonly bots: readonly Wenju[]
  readonly addresses: readonly string[]
  /** Starts another replica in the place of one that is gone. */
  replace(index: number): Promise<void>
  /** Kills what runs and removes the folder. */
  end(): Promise<void>
}

/** Several `src/main.ts` by webhook behind one address, over one folder of state, reports and index. */
export async function startReplicas(
  library: Library,
  count: number,
  environment: Record<string, string> = {},
): Promise<Replicas> {
  const home = await mkdtemp(join(tmpdir(), 'wenju-replicas-'))
  await cp(library.folder, home, { recursive: true, preserveTimestamps: true })
  const api = await startBotApi({ token })
  const ports = await Promise.all(Array.from({ length: count }, freePort))
  const launch = (port: number) =>
    run(home, [], {
      PATH: process.env.PATH ?? '',
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: api.url,
      REPORTS_DIR: join(home, 'reports'),
      INDEX_DIR: join(home, 'index'),
      STATE_DIR: join(home, 'state'),
      WEBHOOK_URL: 'http://127.0.0.1/telegram/hook',
      PORT: String(port),
      DEFAULT_LANGUAGE: 'en',
      MAX_QUESTIONS_PER_MINUTE: '0',
      NODE_NO_WARNINGS: '1',
      ...environment,
    })
  const addresses = ports.map(addressOf)
  const bots = ports.map(launch)
  api.balance(addresses)
  const end = async () => {
    for (const bot of bots) bot.signal('SIGKILL')
    await Promise.all(bots.map((bot) => bot.end))
    await api.close()
    await rm(home, { recursive: true })
  }
  try {
    for (const [index, bot] of bots.entries()) await open(bot, addresses[index]!)
    await api.waitFor('setWebhook')
  } catch (error) {
    await end()
    throw error
  }
  const replace = async (index: number) => {
    const port = await freePort()
    bots[index] = launch(port)
    addresses[index] = addressOf(port)
    await open(bots[index], addresses[index])
    api.balance(addresses)
  }
  return { api, home, bots, addresses, replace, end }
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

/** Waits until a replica takes in updates. */
async function open(bot: Wenju, address: string): Promise<void> {
  const isOpen = () =>
    fetch(`${address}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    )
  await bot.prints(/answers from \d+ reports/u)
  while (!(await isOpen())) await sleep(20)
}

/** Asks two replicas so many questions a second, kills one in the midst, and waits until all are answered. */
export async function loadReplicas(
  { api, bots, addresses }: Replicas,
  load: Load,
  random: () => number,
): Promise<LoadOutcome> {
  const chats = Array.from({ length: load.people }, (_, index) => api.privateChat(api.user(1000 + index)))
  const asked = new Map<string, { readonly at: number; readonly answers: number[] }>()
  const read = answerReader(api, asked)
  const any = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  const total = load.perSecond * load.seconds
  const begin = performance.now()
  let killed: number | null = null
  let duplicated = 0
  let waitingAtEnd = 0
  let lastProgress = begin
  while (read.answered < total && performance.now() - lastProgress < patienceMs) {
    const elapsedMs = performance.now() - begin
    if (killed === null && elapsedMs >= load.killAfterMs) {
      bots[1]!.signal('SIGKILL')
      await bots[1]!.end
      read.look()
      killed = read.answered
    }
    const due = Math.min(total, Math.floor((elapsedMs / 1000) * load.perSecond))
    while (asked.size < due) {
      const chat = any(chats)
      if (random() < load.duplicates) {
        api.duplicateUpdates(1)
        duplicated++
      }
      const { message_id } = api.say(chat, api.user(chat.id), `${any(townQuestions)}(${asked.size + 1})`)
      asked.set(`${chat.id}/${message_id}`, { at: Date.now(), answers: [] })
      if (asked.size === total) waitingAtEnd = total - read.answered
    }
    await sleep(5)
    if (read.look()) lastProgress = performance.now()
  }
  // A question that came twice at the very end must have found itself answered.
  await api.drained()
  await sleep(1000)
  read.look()
  const counted = await eventsOf(addresses[0]!)
  const all = [...asked.values()]
  const waits = all.flatMap(({ at, answers }) => answers.slice(0, 1).map((answer) => answer - at)).sort((a, b) => a - b)
  const waitAt = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? Number.NaN
  return {
    asked: asked.size,
    answeredOnce: all.filter(({ answers }) => answers.length === 1).length,
    answeredTwice: all.filter(({ answers }) => answers.length > 1).length,
    unanswered: all.filter(({ answers }) => answers.length === 0).length,
    medianMs: waitAt(0.5),
    p99Ms: waitAt(0.99),
    slowestMs: waitAt(1),
    waitingAtEnd,
    takenOver: counted('taken over'),
    takenAsAnswered: counted('taken as answered'),
    duplicates: duplicated,
    answeredBeforeKill: killed ?? Number.NaN,
    violations: api.violations,
    tokenPrinted: bots.some(({ output }) => output().includes(token)),
    outputs: bots.map(({ output }) => output()),
  }
}

/** Reads answers from the calls that came since the last look. */
function answerReader(api: BotApi, asked: ReadonlyMap<string, { readonly answers: number[] }>) {
  let looked = 0
  let unserved: ApiCall[] = []
  const reader = {
    answered: 0,
    /** Whether there were any. */
    look(): boolean {
      const before = reader.answered
      const fresh = [...unserved, ...api.calls.slice(looked)]
      looked = api.calls.length
      unserved = fresh.filter(({ method, response }) => method === 'sendMessage' && response === undefined)
      for (const { method, params, response, at } of fresh) {
        if (method !== 'sendMessage' || !response?.ok) continue
        const { message_id } = params.reply_parameters as { message_id: number }
        const question = asked.get(`${params.chat_id}/${message_id}`)
        if (!question) throw new Error(`an answer to no question: ${JSON.stringify(params)}`)
        if (question.answers.push(at) === 1) reader.answered++
      }
      return reader.answered > before
    },
  }
  return reader
}

/** What a replica counted, by event. */
export async function eventsOf(address: string): Promise<(event: string) => number> {
  const text = await (await fetch(`${address}/metrics`)).text()
  return (event) => {
    const line = text.split('\n').find((one) => one.startsWith(`wenju_events_total{event="${event}"}`))
    return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1))
  }
}
