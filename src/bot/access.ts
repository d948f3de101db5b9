import { Composer, GrammyError } from 'grammy'
import type { Clock } from './api/clock.ts'
import { type Access, type BotContext, type BotDependencies, reply, textsFor } from './context.ts'
import { decodeLink } from './views/address.ts'

/** Whether the person or the chat of an update stands on the operator's lists. */
export function isAllowed({ from, chat }: BotContext, { allowedUsers, allowedChats, admins }: Access): boolean {
  if (allowedUsers.length === 0 && allowedChats.length === 0) return true
  const isKnown = from !== undefined && (allowedUsers.includes(from.id) || admins.includes(from.id))
  return isKnown || (chat !== undefined && allowedChats.includes(chat.id))
}

/**
 * Whose right an allowed update comes with, as an id of a person or a chat, so that a link can carry it on: in an allowed
 * group that of the group, as its answers are for all members. Null where everybody may ask.
 */
export function rightOf({ from, chat, memberOf }: BotContext, access: Access): number | null {
  const { allowedUsers, allowedChats, admins } = access
  if (allowedUsers.length === 0 && allowedChats.length === 0) return null
  if (memberOf !== undefined) return memberOf
  if (chat && allowedChats.includes(chat.id)) return chat.id
  if (from && (allowedUsers.includes(from.id) || admins.includes(from.id))) return from.id
  // A group whose id of before is on the list.
  return chat?.id ?? null
}

/** Whether a person on the operator's list of admins sent the update; never for a channel or an anonymous admin of a group. */
export function isAdmin({ from }: BotContext, { admins }: Access): boolean {
  return from !== undefined && admins.includes(from.id)
}

/**
 * Lets through what the bot may answer: messages of people (also of a group's anonymous admins), not of bots and not
 * forwarded by a channel, and presses of buttons, from allowed users or in allowed chats. Members of an allowed group may
 * also open, in private, what its buttons lead to. A refusal is told once, in private chats, and reveals nothing.
 * Inline and guest queries have answers of their own kind and see to this themselves.
 */
export function accessGate({ access, state, metrics }: BotDependencies): Composer<BotContext> {
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
    if (isAllowed(context, access) || (await isMigrated(chat?.id)) || (await followsGroup(context))) return next()
    metrics.counted('not allowed')
    const told = textsFor(context).notAllowed
    if (callbackQuery) await context.answerCallbackQuery({ text: told, show_alert: true })
    else if (chat?.type === 'private' && (await state.claim(`refused/${from?.id}`, '1'))) await context.reply(told)
  })

  /** A group that became a supergroup has a new id; what was chosen for it goes along. */
  const migrate = async (from: number, to: number) => {
    const root = (await state.get(`migrated/${from}`)) ?? String(from)
    await state.set(`migrated/${to}`, root)
    await state.set(`language/${to}`, await state.get(`language/${from}`))
  }
  /** The operator's list may still hold the id of before. */
  const isMigrated = async (chat: number | undefined) => {
    const root = chat === undefined ? null : await state.get(`migrated/${chat}`)
    return root !== null && access.allowedChats.includes(Number(root))
  }
  /** Whether somebody presses a button or opens a link in private that a member of an allowed group may. */
  const followsGroup = async (context: BotContext) => {
    const { message, callbackQuery, chat, from } = context
    const address = callbackQuery?.data ?? /^\/start (\S+)$/u.exec(message?.text ?? '')?.[1]
    if (chat?.type !== 'private' || !from || !address || !decodeLink(address)) return false
    for (const group of access.allowedChats) {
      if (!(await isMember(context, group, from.id))) continue
      context.memberOf = group
      return true
    }
    return false
  }
  return gate
}

async function isMember(context: BotContext, group: number, person: number): Promise<boolean> {
  try {
    const member = await context.api.getChatMember(group, person)
    return member.status === 'restricted' ? member.is_member : !['left', 'kicked'].includes(member.status)
  } catch (error) {
    // The bot is not in that group, or Telegram does not know the person.
    if (error instanceof GrammyError) return false
    throw error
  }
}

/** Leaves messages alone that waited too long while the bot was away; in private that is said. */
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
