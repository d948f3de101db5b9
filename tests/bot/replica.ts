import { setTimeout as sleep } from 'node:timers/promises'
import type { Answerer } from '../../src/answer/answerer.ts'
import type { BotSettings } from '../../src/bot/context.ts'
import { createBot } from '../../src/bot/createBot.ts'
import { poll } from '../../src/bot/updates/polling.ts'
import { createSendGuard } from '../../src/bot/updates/sendGuard.ts'
import { createWebhook } from '../../src/bot/updates/webhook.ts'
import { createLog } from '../../src/log.ts'
import { createMetrics } from '../../src/metrics.ts'
import { narrow } from '../../src/search/question/tags.ts'
import { startServer } from '../../src/server/server.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import type { StateStore } from '../../src/state/types.ts'
import type { BotApi } from '../fakes/bot-api.ts'
import { answeredBy, type FakeLibrary, fakeLibrary } from '../fakes/library.ts'
import { settingsFor } from '../fakes/settings.ts'
import { fakeStanding } from '../fakes/standing.ts'
import { answerOf, quoteOf, token } from '../support/testBot.ts'

export const secret = 'Secret_only-for-tests'

export interface ReplicaOptions {
  /** Runs before an answer is found. */
  readonly think?: (question: string) => Promise<unknown>
  readonly library?: FakeLibrary
  readonly admins?: readonly number[]
  /** The replica polls for updates. */
  readonly polls?: boolean
  /** Wraps the store, so that it can fail. */
  readonly change?: (state: StateStore) => StateStore
  /** The settings by which the replica reaches Telegram; directly unless given. */
  readonly settings?: BotSettings
  /** Finds quotes again; the replica's own answerer finds none. */
  readonly quote?: Answerer['quote']
  readonly reportsFolder?: string
}

/** A bot with a webhook in the test's own process. */
export interface Replica {
  readonly address: string
  readonly logged: readonly string[]
  readonly state: StateStore
  events(): Promise<Readonly<Record<string, number>>>
  health(): Promise<{ status: number; state: string }>
  /** Rejects when the bot cannot go on. */
  readonly running: Promise<unknown>
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>
}

export async function startReplica(api: BotApi, folder: string, options: ReplicaOptions = {}): Promise<Replica> {
  const {
    think = async () => {},
    library = fakeLibrary(),
    admins = [],
    polls = false,
    change = (state) => state,
    quote = async () => null,
    reportsFolder,
  } = options
  const answerer: Answerer = {
    reports: [],
    reportsMatching: () => narrow([], []),
    async answer({ text }) {
      await think(text)
      return answerOf([quoteOf('安置房交付4124套。')])
    },
    quote,
    paragraph: async () => null,
  }
  const logged: string[] = []
  const log = createLog('debug', [token, secret], (line) => void logged.push(line))
  const metrics = createMetrics()
  const opened = await openSharedFolder(folder)
  const state = change(opened)
  const access = {
    allowedUsers: [],
    allowedChats: [],
    admins,
    maxQuestionsPerMinute: 0,
    maxQuestionAgeSeconds: 86_400,
  }
  const modes = { guest: false, ephemeral: false, storeQuestions: false }
  const unused = { pages: null, photographer: null, fetchLink: null }
  const parts = {
    language: 'zh' as const,
    log,
    access,
    modes,
    metrics,
    state,
    standing: fakeStanding(state),
    ...unused,
  }
  const dependencies = { library: answeredBy(library, answerer, reportsFolder), ...parts }
  const webhook = createWebhook({ url: 'http://127.0.0.1/hook', secret }, dependencies)
  const health = () => ({ isWell: webhook.status === 'ok', details: { status: webhook.status } })
  const intake = { path: '/hook', secret, accept: webhook.accept }
  const server = await startServer(0, { metrics, log, health, intake, pages: null })
  const deadline = new AbortController()
  const stopping = new AbortController()
  const guard = createSendGuard()
  const { settings = settingsFor(api.url, log) } = options
  const bot = createBot(settings, dependencies, deadline.signal, guard)
  await bot.init()
  const running = polls ? poll(bot, dependencies, stopping.signal) : webhook.run(bot, guard, stopping.signal)
  running.catch(() => {})
  while (!polls && webhook.status === 'starting') await sleep(5)
  let isStopped = false
  const stop = async () => {
    if (isStopped) return
    isStopped = true
    stopping.abort()
    const timer = setTimeout(() => deadline.abort(), 20_000)
    try {
      await running
    } finally {
      clearTimeout(timer)
      await server.close()
      await opened.close()
    }
  }
  return {
    address: `http://127.0.0.1:${server.port}`,
    logged,
    state,
    events: async () => (await metrics.summary()).events,
    async health() {
      const response = await fetch(`http://127.0.0.1:${server.port}/healthz`)
      return { status: response.status, state: ((await response.json()) as { status: string }).status }
    },
    running,
    stop,
  }
}
