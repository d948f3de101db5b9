import { Composer, GrammyError } from 'grammy'
import { isAllowed, isMember, isMigrated } from '../access.ts'
import type { Clock } from '../api/clock.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { alert, post, reply } from '../send.ts'
import { decodeLink } from '../views/address.ts'
import { copyLanguage } from './language.ts'

/**
 * The access gate lets through what the bot may answer: messages of people (also of a group's anonymous admins), not of
 * bots and not forwarded by a channel, and presses of buttons, from allowed users or in allowed chats. Members of an
 * allowed group may also open, in private, the pages that its buttons lead to. A refusal is sent once, in private
 * chats, and reveals nothing. Inline and guest queries are answered in other ways, so their features check access
 * themselves.
 */
export function accessGate({ access, state, standing, metrics }: BotDependencies): Composer<BotContext> {
  const gate = new Composer<BotContext>()
  gate.use(async (context, next) => {
    const { message, chat, from, callbackQuery } = context
    if (context.inlineQuery || context.guestMessage || context.myChatMember) return next()
    if (!callbackQuery) {
      if (!message || !chat) return
      if (message.migrate_to_chat_id !== undefined) return migrate(chat.id, message.migrate_to_chat_id)
      const isAnonymousAdmin = message.sender_chat?.id === chat.id
      if ((from?.is_bot && !isAnonymousAdmin) || message.is_automatic_forward) return
    }
    if (isAllowed(context, access) || (await isMigrated(chat?.id, access, state)) || (await followsGroup(context)))
      return next()
    metrics.counted('not allowed')
    const refusal = textsFor(context).notAllowed
    if (callbackQuery) await alert(context, refusal)
    else if (chat?.type === 'private' && (await state.claim(`refused/${from?.id}`, '1'))) await post(context, refusal)
  })

  /** A group that became a supergroup has a new id, and keeps its access, its language and its standing questions. */
  const migrate = async (from: number, to: number) => {
    const root = (await state.get(`migrated/${from}`)) ?? String(from)
    await state.set(`migrated/${to}`, root)
    await copyLanguage(state, from, to)
    await standing.questions.moveChat(from, to)
  }
  /** Members of an allowed group may press buttons and open links in their private chat. */
  const followsGroup = async (context: BotContext) => {
    const { message, callbackQuery, chat, from } = context
    const address = callbackQuery?.data ?? /^\/start (\S+)$/u.exec(message?.text ?? '')?.[1]
    if (chat?.type !== 'private' || !from || !address || !decodeLink(address)) return false
    for (const group of access.allowedChats) {
      if (!(await isMemberOf(context, group, from.id))) continue
      context.memberOf = group
      return true
    }
    return false
  }
  return gate
}

async function isMemberOf(context: BotContext, group: number, person: number): Promise<boolean> {
  try {
    return isMember(await context.api.getChatMember(group, person))
  } catch (error) {
    // The bot is not in that group, or Telegram does not know the person.
    if (error instanceof GrammyError) return false
    throw error
  }
}

/** The age gate ignores messages that waited too long while the bot was away; in private chats it apologizes. */
export function ageGate({ access, metrics }: BotDependencies, clock: Clock): Composer<BotContext> {
  const gate = new Composer<BotContext>()
  gate.use(async (context, next) => {
    const { maxQuestionAgeSeconds } = access
    const isOld = (date: number) => maxQuestionAgeSeconds > 0 && clock.now() - date > maxQuestionAgeSeconds
    if (!context.has('message') || !isOld(context.message.date)) return next()
    metrics.counted('too old')
    if (context.chat.type === 'private') await reply(context, textsFor(context).tooOld)
  })
  return gate
}
