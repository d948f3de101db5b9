import type { ChatMember } from 'grammy/types'
import type { Access, BotContext } from './context.ts'

/** True where the operator lists neither users nor chats: then everybody may ask. */
export function isOpen({ allowedUsers, allowedChats }: Access): boolean {
  return allowedUsers.length === 0 && allowedChats.length === 0
}

/** True when the person or the chat of an update stands on the operator's lists, or everybody may ask. */
export function isAllowed({ from, chat }: BotContext, access: Access): boolean {
  if (isOpen(access) || (chat !== undefined && access.allowedChats.includes(chat.id))) return true
  return from !== undefined && (access.allowedUsers.includes(from.id) || access.admins.includes(from.id))
}

/**
 * The id of the person or the chat whose right to read an allowed update comes with, for links to carry. In an allowed
 * group it is the group's, as its answers are for all members. Null where everybody may ask.
 */
export function rightOf(context: BotContext, access: Access): number | null {
  const { from, chat, memberOf } = context
  if (isOpen(access)) return null
  if (memberOf !== undefined) return memberOf
  if (chat && access.allowedChats.includes(chat.id)) return chat.id
  if (from && isAllowed(context, access)) return from.id
  // The chat is a supergroup that is allowed by the id of the group that it was.
  return chat?.id ?? null
}

/** True when a listed admin sent the update; never for a channel or an anonymous admin of a group. */
export function isAdmin({ from }: BotContext, { admins }: Access): boolean {
  return from !== undefined && admins.includes(from.id)
}

/** True for members of a chat, also for those with restricted rights. */
export function isMember(member: ChatMember): boolean {
  return member.status === 'restricted' ? member.is_member : member.status !== 'left' && member.status !== 'kicked'
}
