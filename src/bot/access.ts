import { Composer, type Context } from 'grammy'
import { type BotParts, textsFor } from './context.ts'

/**
 * Lets through what the bot may answer: messages of people (also of a group's anonymous admins), not of bots and not
 * forwarded by a channel, from allowed users or in allowed chats. Refusals are told in private chats only.
 */
export function accessGate({ access, language }: BotParts): Composer<Context> {
  const { allowedUsers, allowedChats } = access
  const isOpen = allowedUsers.length === 0 && allowedChats.length === 0
  const gate = new Composer<Context>()
  gate.use(async (context, next) => {
    const { message, chat, from } = context
    if (!message || !chat) return
    const isAnonymousAdmin = message.sender_chat?.id === chat.id
    if ((from?.is_bot && !isAnonymousAdmin) || message.is_automatic_forward) return
    const isAllowed = isOpen || (from !== undefined && allowedUsers.includes(from.id)) || allowedChats.includes(chat.id)
    if (isAllowed) await next()
    else if (chat.type === 'private') await context.reply(textsFor(context, language).notAllowed)
  })
  return gate
}
