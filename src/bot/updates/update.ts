import { createHash } from 'node:crypto'
import { type Bot, BotError } from 'grammy'
import type { Update } from 'grammy/types'
import type { BotContext, BotDependencies } from '../context.ts'
import { handleFailure } from '../failures.ts'

/** The kinds of updates that the features handle; Telegram remembers the last list, so it is always given. */
export const allowedUpdates = ['message', 'callback_query', 'inline_query', 'my_chat_member', 'guest_message'] as const
/** Telegram keeps updates for a day; what was handled need not be remembered longer. */
export const handledSeconds = 2 * 24 * 3600
/** From so many waiting on, people are shown that it takes a while. */
export const busyFrom = 24

/**
 * What an update is known by: its number and what is in it, as Telegram may number anew after a quiet week, and only the
 * same update under the same number is one that was handled.
 */
export function updateId(update: Update): string {
  const content = createHash('sha256').update(JSON.stringify(update)).digest('hex').slice(0, 24)
  return `${update.update_id}-${content}`
}

/** Where it is remembered that an update of this id was handled, or its answer was handed to the network. */
export function handledKey(id: string): string {
  return `handled/${id}`
}

/** Where an update of this id lies that was accepted and is not handled. */
export function inboxKey(id: string): string {
  return `inbox/${id}`
}

/** Shows somebody whose turn takes a while that the bot is at work. */
export function showBusy(bot: Bot<BotContext>, { message }: Update): void {
  if (message?.chat.type === 'private') bot.api.sendChatAction(message.chat.id, 'typing').catch(() => undefined)
}

/** Handles an update; tells false when a stop cut it off in the middle of a wait, so that it must come again. */
export async function handle(bot: Bot<BotContext>, update: Update, dependencies: BotDependencies): Promise<boolean> {
  try {
    await bot.handleUpdate(update)
  } catch (cause) {
    if (cause instanceof BotError && cause.error instanceof Error && cause.error.name === 'AbortError') return false
    await handleFailure(cause, dependencies).catch((error) =>
      dependencies.log.error('an update could not be handled', error),
    )
  }
  return true
}
