import type { ChatMember } from 'grammy/types'
import type { StateStore } from '../state/types.ts'
import type { Access, BotContext, BotDependencies } from './context.ts'

/** True where the operator lists neither users nor chats: then everybody may ask. */
export function isOpen({ allowedUsers, allowedChats }: Access): boolean {
  return allowedUsers.length === 0 && allowedChats.length === 0
}

/** True when the person or the chat of an update stands on the operator's lists, or everybody may ask. */
export function isAllowed({ from, chat }: BotContext, access: Access): boolean {
  return isListed(from?.id, chat?.id, access)
}

function isListed(person: number | undefined, chat: number | undefined, access: Access): boolean {
  if (isOpen(access) || (chat !== undefined && access.allowedChats.includes(chat))) return true
  return person !== undefined && (access.allowedUsers.includes(person) || access.admins.includes(person))
}

/** A supergroup is allowed when the operator's list still holds the id of the group that it was. */
export async function isMigrated(chat: number | undefined, access: Access, state: StateStore): Promise<boolean> {
  const root = chat === undefined ? null : await state.get(`migrated/${chat}`)
  return root !== null && access.allowedChats.includes(Number(root))
}

/** True when a chat may still be told what somebody in it asked for. @param person null where nobody is known */
export async function mayBeTold(
  chat: number,
  person: number | null,
  { access, state }: Pick<BotDependencies, 'access' | 'state'>,
): Promise<boolean> {
  return isListed(person ?? undefined, chat, access) || (await isMigrated(chat, access, state))
}

/**
 * The id of the chat or the person whose right to read comes with what is told there, for links to carry; null where everybody may
 * ask. In an allowed group it is the group's, as its answers are for all members.
 * @param chat undefined outside chats, as for inline queries
 * @param person null where nobody is known
 */
export function rightIn(chat: number | undefined, person: number | null, access: Access): number | null {
  if (isOpen(access)) return null
  if (chat !== undefined && access.allowedChats.includes(chat)) return chat
  if (person !== null && isListed(person, undefined, access)) return person
  // The chat is a supergroup that is allowed by the id of the group that it was.
  return chat ?? null
}

/** True for a group's admins, its anonymous ones too, for the bot's admins, and for everybody in a private chat. */
export async function mayDecide(context: BotContext, access: Access): Promise<boolean> {
  if (context.chat?.type === 'private' || isAdmin(context, access)) return true
  if (context.message?.sender_chat !== undefined && context.message.sender_chat.id === context.chat?.id) return true
  const member = await context.getAuthor()
  return member.status === 'administrator' || member.status === 'creator'
}

/** The right to read that an allowed update comes with, as `rightIn` has it; a group's for its member in private. */
export function rightOf({ from, chat, memberOf }: BotContext, access: Access): number | null {
  return memberOf !== undefined && !isOpen(access) ? memberOf : rightIn(chat?.id, from?.id ?? null, access)
}

/** True when a listed admin sent the update; never for a channel or an anonymous admin of a group. */
export function isAdmin({ from }: BotContext, { admins }: Access): boolean {
  return from !== undefined && admins.includes(from.id)
}

/** True for members of a chat, also for those with restricted rights. */
export function isMember(member: ChatMember): boolean {
  return member.status === 'restricted' ? member.is_member : member.status !== 'left' && member.status !== 'kicked'
}
