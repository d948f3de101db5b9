import { type Api, GrammyError, HttpError } from 'grammy'
import type { PrepareQuote } from '../web/sharing.ts'
import { withoutAddresses } from './api/ornaments.ts'
import { reasonOf } from './api/retry.ts'
import type { BotDependencies } from './context.ts'
import { keyboardOf, openButton } from './views/keyboard.ts'
import { quoteResult } from './views/quoteResult.ts'

/** The person chooses among all chats. */
const everyChat = {
  allow_user_chats: true,
  allow_bot_chats: true,
  allow_group_chats: true,
  allow_channel_chats: true,
} as const

/** Leaves quotes with Telegram as messages that people send from the Mini App into chats of theirs. */
export function quotePreparer(
  api: Api,
  username: string,
  { metrics, log }: Pick<BotDependencies, 'metrics' | 'log'>,
): PrepareQuote {
  return async ({ user, language, quote, address }) => {
    const open = openButton(quote, { language, username, page: () => ({ url: address }) })
    const result = quoteResult(quote, language, () => address, keyboardOf([[open]]))
    try {
      return (await api.savePreparedInlineMessage(user, result, everyChat)).id
    } catch (error) {
      if (!(error instanceof GrammyError || error instanceof HttpError)) throw error
      metrics.counted(error instanceof GrammyError ? reasonOf(error) : 'unreachable')
      const why = error instanceof GrammyError ? withoutAddresses(error.description) : error.message
      log.warn('a quote could not be shared from its page', why)
      return null
    }
  }
}
