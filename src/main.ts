import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { runBot } from './bot/run.ts'
import { checkBot } from './bot/telegram.ts'
import { createWebhook, type Webhook } from './bot/webhook.ts'
import { readCommandLine, runCommand } from './commandLine.ts'
import { openAnswerer, openParts, startLibrary, updateIndex } from './compose.ts'
import { type Config, defaultApiRoot, readConfig } from './config.ts'
import type { Embedder } from './embeddings/types.ts'
import { ConfigError, errorCode } from './errors.ts'
import { readManifest } from './indexes/manifest.ts'
import type { Library } from './library/types.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createReader, type Reader } from './reader/reader.ts'
import { healthOf } from './server/health.ts'
import { type RunningServer, startServer } from './server/server.ts'
import { openOwnState, openSharedState } from './state/open.ts'
import type { StateStore } from './state/types.ts'
import { chat } from './terminal/chat.ts'
import { progressDisplay } from './terminal/progress.ts'
import { checkTexts, startTexts } from './terminal/texts.ts'

/**
 * `npm start`: brings the index up to date, then answers in Telegram when there is a token and in the terminal when
 * there is none; on the reader's pages as well where a port is set. `npm start -- --check` says whether token, model and
 * index are in order.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({ check: { type: 'boolean', default: false } })
  const config = readConfig(environment)
  const { language, telegram } = config
  const say = startTexts[language]
  const log = createLog(config.logLevel, [telegram.token ?? '', telegram.webhook?.secret ?? ''])
  if (positionals.length > 0) process.stderr.write(`${say.positionals(positionals.join(' '))}\n`)
  if (values.check) return check(config)
  if (telegram.token) await runTelegram(config, telegram.token, log)
  else if (config.port === undefined) return runTerminal(config, log)
  else return runPages(config, config.port, log)
  return 0
})

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Says whether token, model and index are in order. */
async function check(config: Config): Promise<number> {
  const { language, telegram } = config
  const parts = await openParts(config)
  for (const fault of parts.folder.faults.values()) tell(fault.text[language])
  const told = checkTexts[language]
  const answerer = await openAnswerer(config, parts)
  const { skipped } = (await readManifest(config.indexFolder))!
  for (const fault of skipped) tell(fault[language])
  await parts.embedder.embed(['Wenju'])
  tell(told.model(config.model, parts.embedder.model.dimensions))
  tell(told.index(config.indexFolder, answerer.reports.length, answerer.passages, answerer.engine))
  if (telegram.token) {
    const { username, webhookUrl, pending, lastError } = await checkBot(telegram.token, telegram.apiRoot)
    tell(told.token(username))
    tell(told.webhook(webhookUrl, pending))
    if (lastError) tell(told.webhookError(lastError.message, lastError.at.toISOString()))
  } else tell(told.noToken)
  await parts.embedder.dispose()
  return parts.folder.faults.size + skipped.length > 0 ? 1 : 0
}

async function runTerminal(config: Config, log: Log): Promise<number> {
  const { language } = config
  const parts = await openParts(config)
  const outcome = await updateIndex(config, parts, {
    mend: false,
    onProgress: progressDisplay(process.stderr, language),
  })
  for (const fault of [...[...parts.folder.faults.values()].map(({ text }) => text), ...outcome.skipped]) {
    tell(fault[language])
  }
  const answerer = await openAnswerer(config, parts)
  if (answerer.engine === 'exact') log.warn(startTexts[language].exact)
  warmUp(parts.embedder)
  const faults = await chat(answerer, language)
  await parts.embedder.dispose()
  return faults > 0 ? 1 : 0
}

/** The pages beside the chat in the terminal; where nobody sits there, until a signal. */
async function runPages(config: Config, port: number, log: Log): Promise<number> {
  const { language, telegram } = config
  const { library, close } = await openLibrary(config, log)
  let server: RunningServer | null = null
  // From here on, whatever fails: what is open keeps the process from ending.
  try {
    const reader = readerOver(config, library, null, log)
    server = await openServer({ port, library, metrics: createMetrics(), log, telegram, webhook: null, reader })
    if (telegram.allowedUsers.length + telegram.allowedChats.length > 0) tell(startTexts[language].nobodyMayRead)
    else tell(startTexts[language].pages(config.publicUrl ?? `http://localhost:${server.port}/`))
    const stopping = new AbortController()
    const stop = () => stopping.abort()
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const faults = await chat(library.answerer, language, stopping.signal)
    if (!process.stdin.isTTY && !stopping.signal.aborted) await once(stopping.signal, 'abort')
    return faults > 0 ? 1 : 0
  } finally {
    await server?.close()
    await close()
  }
}

/** The living folder; what is wrong with its files is told as it comes up. */
async function openLibrary(config: Config, log: Log) {
  const { language } = config
  const opened = await startLibrary(config, log, progressDisplay(process.stderr, language))
  const { library } = opened
  library.onUpdate(({ faults }) => {
    for (const { text } of faults) tell(text[language])
  })
  if (library.status.engine === 'exact' && library.status.passages > 0) log.warn(startTexts[language].exact)
  if (library.files.length === 0) log.warn(startTexts[language].noReports(config.reportsFolder))
  return opened
}

function readerOver(config: Config, { answerer }: Library, state: StateStore | null, log: Log): Reader {
  const { telegram, publicUrl, reportsFolder, language } = config
  return createReader({
    publicUrl,
    token: telegram.token,
    access: telegram,
    answerer,
    reportsFolder,
    language,
    state,
    log,
  })
}

async function runTelegram(config: Config, token: string, log: Log): Promise<void> {
  const { language, telegram, port } = config
  const { library, close } = await openLibrary(config, log)
  let state: StateStore | null = null
  let server: RunningServer | null = null
  // From here on, whatever fails: what is open keeps the process from ending.
  try {
    const { apiRoot, modes } = telegram
    const metrics = createMetrics()
    const stateFolder = join(config.stateFolder, stateName(token, apiRoot))
    const shared = telegram.webhook && (await usable(config.stateFolder, openSharedState(stateFolder)))
    state = shared ?? (await usable(config.stateFolder, openOwnState(stateFolder)))
    const { answerer } = library
    const { reportsFolder } = config
    const reader = port === undefined ? null : readerOver(config, library, state, log)
    const pages = reader?.links ?? null
    const parts = { library, answerer, access: telegram, modes, language, log, metrics, state, reportsFolder, pages }
    const webhook = telegram.webhook && shared && createWebhook(telegram.webhook, { ...parts, state: shared })
    if (port !== undefined) server = await openServer({ port, library, metrics, log, telegram, webhook, reader })
    await runBot({ token, apiRoot, webhook, ...parts, onName: (username) => reader?.introduce(username) })
  } finally {
    await close()
    await server?.close()
    await state?.close()
  }
}

/** The first asker should not wait for the model to load; a failure will be met, and told, by the first question. */
function warmUp(embedder: Embedder): void {
  embedder.embed(['Wenju']).catch(() => undefined)
}

/** What a bot remembers holds for one bot on one Bot API server: update and chat ids mean nothing to another. */
function stateName(token: string, apiRoot: string): string {
  const bot = token.split(':')[0]!
  const server = createHash('sha256').update(apiRoot).digest('hex').slice(0, 8)
  return apiRoot === defaultApiRoot ? bot : `${bot}-${server}`
}

/** @throws ConfigError when the folder, which holds the state that is being opened, cannot be used */
async function usable<T>(folder: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (cause) {
    if (errorCode(cause) === undefined) throw cause
    throw new ConfigError(
      {
        zh: `状态文件夹 ${folder} 无法使用(${errorCode(cause)})。请让机器人能读写它,或改用别的 STATE_DIR。`,
        en: `The state folder ${folder} cannot be used (${errorCode(cause)}). Let the bot read and write it, or choose another STATE_DIR.`,
      },
      { cause },
    )
  }
}

interface ServerSettings {
  readonly port: number
  readonly library: Library
  readonly metrics: Metrics
  readonly log: Log
  readonly telegram: Config['telegram']
  readonly webhook: Webhook | null
  readonly reader: Reader | null
}

/** Health is that of the bot's queue, where a full one means that people wait, and of the index. */
async function openServer({ port, library, metrics, log, ...settings }: ServerSettings): Promise<RunningServer> {
  const { telegram, webhook, reader } = settings
  const health = () =>
    healthOf(webhook?.status ?? (metrics.isBusy ? 'busy' : 'ok'), library.status.trouble, metrics.startedAt)
  const intake = webhook && {
    path: new URL(telegram.webhook!.url).pathname,
    secret: telegram.webhook!.secret,
    accept: webhook.accept,
  }
  try {
    const pages = reader && { listener: reader.listener, isPublished: reader.links !== null }
    const server = await startServer(port, { metrics, log, health, intake, pages })
    log.info(`pages, health and metrics on port ${server.port}`)
    return server
  } catch (cause) {
    throw new ConfigError(
      {
        zh: `端口 ${port} 无法使用(${errorCode(cause)})。请改用别的 PORT。`,
        en: `Port ${port} cannot be used (${errorCode(cause)}). Choose another PORT.`,
      },
      { cause },
    )
  }
}
