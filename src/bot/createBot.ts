import { setTimeout as sleep } from 'node:timers/promises'
import { Bot } from 'grammy'
import { ornamentTransformer } from './api/ornaments.ts'
import { adaptTransformer, retryTransformer } from './api/retry.ts'
import { asFetch } from './api/telegram.ts'
import type { CallOptions } from './api/transport.ts'
import { buttons, links } from './buttons.ts'
import type { BotContext, BotDependencies, BotSettings } from './context.ts'
import { ask } from './features/ask.ts'
import { bell } from './features/bell.ts'
import { accessGate, ageGate } from './features/gates.ts'
import { guest } from './features/guest.ts'
import { help } from './features/help.ts'
import { inline } from './features/inline.ts'
import { language, languageCommand } from './features/language.ts'
import { linkUploads } from './features/linkUploads.ts'
import { membership } from './features/membership.ts'
import { removal } from './features/removal.ts'
import { reportsCommand } from './features/reports.ts'
import { status } from './features/status.ts'
import { unreadable } from './features/unreadable.ts'
import { uploads } from './features/uploads.ts'
import type { SendGuard } from './updates/sendGuard.ts'

/** A call that takes longer than this is given up. */
const requestTimeoutSeconds = 60

/**
 * Creates the bot with all its features, not yet running.
 * @param deadline ends every wait with an AbortError: retries, and uploads that take long
 * @param guard keeps several replicas from answering the same update
 */
export function createBot(
  settings: BotSettings,
  dependencies: BotDependencies,
  deadline: AbortSignal = new AbortController().signal,
  guard: SendGuard | null = null,
): Bot<BotContext> {
  const { token, apiRoot, connection } = settings
  const call = (url: string, options: CallOptions) => connection.call(url, options, guard?.permit(url))
  const bot = new Bot<BotContext>(token, {
    client: { apiRoot, timeoutSeconds: requestTimeoutSeconds, fetch: asFetch(call) },
  })
  const count = dependencies.metrics.counted
  const wait = (milliseconds: number) => sleep(milliseconds, undefined, { signal: deadline })
  // The first transformer stands nearest to the network: it sees every attempt, and the last one sees each call once.
  bot.api.config.use(
    connection.reachability.transformer,
    ...(guard ? [guard.transformer] : []),
    retryTransformer({ sleep: wait, random: Math.random, count }),
    adaptTransformer(count),
    ornamentTransformer(dependencies),
  )

  // An update passes down this list until a feature takes it, so the order is part of what the bot does. The language
  // comes first, as all texts are in it.
  bot.use(language(dependencies))
  // Guest and inline queries and changes of membership are answered in ways of their own: their features check access
  // themselves.
  bot.use(guest(dependencies), inline(dependencies), membership(dependencies))
  bot.use(accessGate(dependencies))
  // Presses have no age, and files that admins sent while the bot was away are added at any age.
  const upload = { dependencies, settings, deadline }
  bot.use(buttons(dependencies, deadline), uploads(upload), linkUploads(upload))
  bot.use(ageGate(dependencies, connection.clock))
  // Links are `/start` with an address. Every other `/start` is answered by the help.
  bot.use(links(dependencies), help(dependencies))
  bot.use(reportsCommand(dependencies), bell(dependencies), languageCommand(dependencies))
  bot.use(status(dependencies), removal(dependencies))
  bot.use(unreadable(dependencies))
  // In a private chat all other texts are questions.
  bot.use(ask(dependencies))
  return bot
}
