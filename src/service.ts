import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Connection, createConnection } from './bot/api/connection.ts'
import { callOnce } from './bot/api/telegram.ts'
import { runBot } from './bot/run.ts'
import { updateLog } from './bot/updates/updateLog.ts'
import { createWebhook, type Webhook } from './bot/updates/webhook.ts'
import { startLibrary } from './compose.ts'
import type { Config } from './config.ts'
import { defaultApiRoot } from './configVariables.ts'
import { ConfigError, errorCode } from './errors.ts'
import type { Library } from './library/types.ts'
import { createLinkFetcher } from './links/fetchLink.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { proxyAddress } from './network/proxy.ts'
import { createPhotographer, type Photographer } from './photograph/photographer.ts'
import { healthOf } from './server/health.ts'
import { type RunningServer, requireFreePort, startServer } from './server/server.ts'
import { createStanding } from './standing/standing.ts'
import { openOwnState, openSharedState } from './state/open.ts'
import type { StateStore } from './state/types.ts'
import { chat } from './terminal/chat.ts'
import { startTexts } from './terminal/texts.ts'
import type { WebPages } from './web/webPages.ts'

/** Serves the pages beside the chat in the terminal; without a terminal, until a signal. */
export async function runPages(config: Config, port: number, log: Log): Promise<number> {
  const { language, telegram } = config
  // A port that is taken is told before the models are loaded and an index is built.
  await usablePort(port, requireFreePort(port))
  const { library, ready, close } = await startLibrary(config, log)
  const photographer = photographerOver(config, library, log)
  let server: RunningServer | null = null
  // From here on everything that is open must be closed after a failure, as it keeps the process from ending.
  try {
    await ready
    const webPages = await webPagesOver({ config, library, photographer, state: null, log })
    const noBot = { webhook: null, connection: null }
    server = await openServer({ port, library, metrics: createMetrics(), log, telegram, ...noBot, webPages })
    const say = startTexts[language]
    const isOpen = telegram.allowedUsers.length + telegram.allowedChats.length === 0
    const message = isOpen ? say.pages(config.publicUrl ?? `http://localhost:${server.port}/`) : say.nobodyMayRead
    process.stderr.write(`${message}\n`)
    const stopping = new AbortController()
    const stop = () => stopping.abort()
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const faults = await chat(library.answerer, language, stopping.signal)
    if (!process.stdin.isTTY && !stopping.signal.aborted) await once(stopping.signal, 'abort')
    return faults > 0 ? 1 : 0
  } finally {
    await server?.close()
    photographer.close()
    await close()
  }
}

interface PagesSettings {
  readonly config: Config
  readonly library: Library
  readonly photographer: Photographer
  readonly state: StateStore | null
  readonly log: Log
}

/** The pages are loaded only where a port is set. */
async function webPagesOver({ config, library, photographer, state, log }: PagesSettings): Promise<WebPages> {
  const { createWebPages } = await import('./web/webPages.ts')
  const { telegram, publicUrl, language } = config
  const { answerer, originals } = library
  const visitors = { publicUrl, token: telegram.token, access: telegram, state }
  return createWebPages({ ...visitors, answerer, originals, photographer, language, log })
}

/** A photographer over the library, which looks for a font meanwhile. Without one, quotes from files without pages have none. */
function photographerOver({ limits }: Config, { answerer, originals }: Library, log: Log): Photographer {
  const photographer = createPhotographer({ answerer, originals, limits })
  void photographer.findFont().then(
    (isFound) =>
      isFound === false &&
      log.info('no font with Chinese characters was found, so cards and pages of OFD are not offered'),
    (error) => log.warn('fonts could not be looked for, so cards and pages of OFD are not offered', String(error)),
  )
  return photographer
}

/** Runs the bot until a signal. */
export async function runTelegram(config: Config, token: string, log: Log): Promise<void> {
  const { telegram, port, stateFolder } = config
  // A port or a folder that cannot be used is told before the models are loaded and an index is built.
  if (port !== undefined) await usablePort(port, requireFreePort(port))
  const folder = join(stateFolder, stateName(token, telegram.apiRoot))
  const shared = telegram.webhook && (await usableFolder(stateFolder, openSharedState(folder)))
  const state = shared ?? (await usableFolder(stateFolder, openOwnState(folder)))
  try {
    await runTelegramOver(state, shared, { config, token, log })
  } finally {
    await state.close()
  }
}

interface TelegramSettings {
  readonly config: Config
  readonly token: string
  readonly log: Log
}

/** @param shared the state where replicas share it; null where the bot polls */
async function runTelegramOver(
  state: StateStore,
  shared: StateStore | null,
  { config, token, log }: TelegramSettings,
): Promise<void> {
  const { language, telegram, port } = config
  const { apiRoot, modes, proxy } = telegram
  const connection = createConnection({ apiRoot, proxy, language, log })
  if (proxy) log.info(`Telegram is asked by way of the proxy ${proxyAddress(proxy)} (${proxy.variable})`)
  // The first build of an index may take long, and an outage should be logged meanwhile.
  void callOnce(token, apiRoot, connection)
  const { library, ready, close } = await startLibrary(config, log)
  const photographer = photographerOver(config, library, log)
  let server: RunningServer | null = null
  // From here on everything that is open must be closed after a failure, as it keeps the process from ending.
  try {
    const metrics = createMetrics()
    const webPages = port === undefined ? null : await webPagesOver({ config, library, photographer, state, log })
    const pages = webPages?.links ?? null
    const { allowLinks, limits } = config
    const fetchLink = allowLinks ? createLinkFetcher({ maxBytes: limits.bytes, environment: process.env }) : null
    const standing = createStanding({ state, library, minConfidence: config.standingConfidence })
    const common = { library, access: telegram, modes, language, pages, photographer, fetchLink, standing }
    const parts = { ...common, log: updateLog(log), metrics, state }
    const webhook = telegram.webhook && shared && createWebhook(telegram.webhook, { ...parts, state: shared })
    if (port !== undefined) {
      server = await openServer({ port, library, metrics, log, telegram, webhook, webPages, connection })
    }
    const localFileBytes = apiRoot === defaultApiRoot ? null : config.limits.bytes
    const settings = { token, apiRoot, connection, localFileBytes, webhook, ready }
    await runBot({ ...settings, ...parts, onName: (bot) => webPages?.introduce(bot) })
  } finally {
    photographer.close()
    await close()
    await server?.close()
  }
}

/** The name of the state's folder. Each bot on each server has its own, as update and chat ids mean nothing to another. */
function stateName(token: string, apiRoot: string): string {
  const bot = token.split(':')[0]!
  const server = createHash('sha256').update(apiRoot).digest('hex').slice(0, 8)
  return apiRoot === defaultApiRoot ? bot : `${bot}-${server}`
}

/** Awaits the opening of a state in `folder`. @throws ConfigError when the folder cannot be used */
async function usableFolder<T>(folder: string, opening: Promise<T>): Promise<T> {
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

/** Awaits the opening of the port. @throws ConfigError when the port cannot be used */
async function usablePort<T>(port: number, opening: Promise<T>): Promise<T> {
  try {
    return await opening
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

interface ServerSettings {
  readonly port: number
  readonly library: Library
  readonly metrics: Metrics
  readonly log: Log
  readonly telegram: Config['telegram']
  readonly webhook: Webhook | null
  readonly webPages: WebPages | null
  readonly connection: Connection | null
}

/** Starts the server for health, metrics, the webhook and the pages. @throws ConfigError when the port cannot be used */
async function openServer({ port, library, metrics, log, ...settings }: ServerSettings): Promise<RunningServer> {
  const { telegram, webhook, webPages, connection } = settings
  const health = () =>
    healthOf({
      queue: webhook?.status ?? (metrics.isBusy ? 'busy' : 'ok'),
      telegram: connection?.trouble ?? null,
      index: library.status.trouble,
      startedAt: metrics.startedAt,
    })
  const intake = webhook && {
    path: new URL(telegram.webhook!.url).pathname,
    secret: telegram.webhook!.secret,
    accept: webhook.accept,
  }
  const pages = webPages && { listener: webPages.listener, isPublished: webPages.links !== null }
  const server = await usablePort(port, startServer(port, { metrics, log, health, intake, pages }))
  log.info(`pages, health and metrics on port ${server.port}`)
  return server
}
