import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from 'grammy'
import type { IntroducedBot } from '../web/webPages.ts'
import type { Connection } from './api/connection.ts'
import { explained, forGrammy, persist } from './api/telegram.ts'
import type { BotDependencies, BotSettings } from './context.ts'
import { createBot } from './createBot.ts'
import { type Announcer, startAnnouncing } from './features/announce.ts'
import { notifyAdmins } from './features/faults.ts'
import { quotePreparer } from './prepareQuote.ts'
import { publishProfile } from './profile.ts'
import { poll } from './updates/polling.ts'
import { createSendGuard } from './updates/sendGuard.ts'
import type { Webhook } from './updates/webhook.ts'

export interface RunOptions extends BotSettings, BotDependencies {
  /** The webhook that takes in updates; null to poll for them. */
  readonly webhook: Webhook | null
  /** No update is taken before this resolves; the bot ends with its error when it rejects. */
  readonly ready: Promise<unknown>
  /** Called once Telegram has stated the bot's name. */
  onName(bot: IntroducedBot): void
}

/** A stop waits this long for the questions at hand before it leaves them to the next start, or to another replica. */
const stopDeadlineMs = 10_000
/** The pause between two probes. */
const probeMs = 5000

/**
 * Runs the bot until SIGINT or SIGTERM, then finishes the questions at hand. With long polling an update is confirmed
 * after it was handled, and unanswered updates stay with Telegram for the next start. With a webhook it is stored
 * before it is confirmed, and other replicas go on with unfinished updates. So a stop loses no question and has none
 * answered twice. A second signal ends the process at once.
 *
 * @throws TelegramError when Telegram refuses the token or the webhook, or another process polls with the token
 */
export async function runBot(options: RunOptions): Promise<void> {
  const { token, apiRoot, connection, localFileBytes, webhook, ready, onName, ...dependencies } = options
  const { library, log } = dependencies
  const stopping = new AbortController()
  const deadline = new AbortController()
  const guard = createSendGuard()
  const settings = { token, apiRoot, connection, localFileBytes }
  const bot = createBot(settings, dependencies, deadline.signal, guard)
  let endReports = () => {}
  let announcer: Announcer | null = null
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(130)
    log.info(`${signal}: stopping`)
    stopping.abort()
    setTimeout(() => deadline.abort(), stopDeadlineMs).unref()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const signal = forGrammy(stopping.signal)
    // grammY's own `init` pauses for up to twenty minutes in an outage and logs nothing.
    const me = await persist(() => bot.api.getMe(signal), stopping.signal, log)
    if (me) bot.botInfo = me
    if (me && !webhook) await persist(() => bot.api.deleteWebhook({}, signal), stopping.signal, log)
    if (stopping.signal.aborted) return
    const { username } = bot.botInfo
    onName({ username, prepare: quotePreparer(bot.api, username, dependencies) })
    log.info(`@${username} answers from ${library.answerer.reports.length} reports`)
    publishProfile(bot, dependencies).catch((error) =>
      log.warn('the profile of the bot could not be published in full', String(error)),
    )
    endReports = notifyAdmins(bot.api, dependencies)
    await ready
    announcer = startAnnouncing(bot.api, bot.botInfo, guard, dependencies)
    if (webhook) {
      void probe(bot.api, connection, deadline.signal)
      await webhook.run(bot, guard, stopping.signal)
    } else await poll(bot, dependencies, stopping.signal)
  } catch (error) {
    throw explained(error)
  } finally {
    endReports()
    // This cancels pending retries.
    deadline.abort()
    await announcer?.end()
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/**
 * Calls Telegram now and then during an outage. With a webhook the bot calls Telegram only to answer, so it would
 * notice the end of an outage only at the next question.
 */
async function probe(api: Api, { reachability }: Connection, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    await sleep(probeMs, undefined, { signal: ending }).catch(() => undefined)
    if (reachability.fault) await api.getMe(forGrammy(ending)).catch(() => undefined)
  }
}
