import { createHash } from 'node:crypto'
import { type Bot, BotError } from 'grammy'
import type { Update } from 'grammy/types'
import type { BotContext, BotDependencies } from '../context.ts'
import { handleFailure } from '../failures.ts'

/** The types of updates that the features handle. Telegram remembers the last list, so each start states it. */
export const allowedUpdates = ['message', 'callback_query', 'inline_query', 'my_chat_member', 'guest_message'] as const
/** Telegram keeps updates for a day, so no handled update has to be remembered longer than twice that. */
export const handledSeconds = 2 * 24 * 3600
/** When more updates than this wait, people are shown that the bot is at work. */
export const busyFrom = 24

/**
 * The identity of an update: its `update_id` and a hash of its content. Telegram may restart its numbering after a week
 * without updates, so the number alone is not unique.
 */
export function updateId(update: Update): string {
  const content = createHash('sha256').update(JSON.stringify(update)).digest('hex').slice(0, 24)
  return `${update.update_id}-${content}`
}

/** The key that marks an update as handled, or its answer as handed to the network. */
export function handledKey(id: string) {
  return `handled/${id}` as const
}

/** The key of an update that was accepted and is not handled. */
export function inboxKey(id: string) {
  return `inbox/${id}` as const
}

/** Shows the sender of a private message, who waits for others, that the bot is at work. */
export function showBusy(bot: Bot<BotContext>, { message }: Update): void {
  if (message?.chat.type === 'private') bot.api.sendChatAction(message.chat.id, 'typing').catch(() => undefined)
}

/** Handles an update. Resolves with false when a stop's deadline ended it in a wait, so that it must come again. */
export async function handleUpdate(
  bot: Bot<BotContext>,
  update: Update,
  dependencies: BotDependencies,
): Promise<boolean> {
  try {
    await bot.handleUpdate(update)
  } catch (error) {
    if (error instanceof BotError && error.error instanceof Error && error.error.name === 'AbortError') return false
    await handleFailure(error, dependencies).catch((error) =>
      dependencies.log.error('an update could not be handled', error),
    )
  }
  return true
}
