import type { ChatMember, User } from 'grammy/types'
import { badRequest } from './failure.ts'
import type { MethodParameters } from './schemas.ts'
import type { FakeChat, Membership, World } from './world.ts'
import { botUser, requireChat } from './world.ts'

const NO_RIGHTS = {
  is_anonymous: false,
  can_manage_chat: true,
  can_delete_messages: true,
  can_manage_video_chats: false,
  can_restrict_members: false,
  can_promote_members: false,
  can_change_info: false,
  can_invite_users: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
  can_send_welcome_messages: false,
}

const MUTED = {
  can_send_messages: false,
  can_send_audios: false,
  can_send_documents: false,
  can_send_photos: false,
  can_send_videos: false,
  can_send_video_notes: false,
  can_send_voice_notes: false,
  can_send_polls: false,
  can_send_other_messages: false,
  can_add_web_page_previews: false,
  can_react_to_messages: false,
  can_change_info: false,
  can_invite_users: false,
  can_edit_tag: false,
  can_pin_messages: false,
  can_manage_topics: false,
}

/** The bot or a user as a member of a chat. A user who blocked the bot shows the bot as kicked. */
export function memberOf(user: User, membership: Membership | 'creator'): ChatMember {
  switch (membership) {
    case 'creator':
      return { user, status: 'creator', is_anonymous: false }
    case 'administrator':
      return { user, status: 'administrator', can_be_edited: false, ...NO_RIGHTS }
    case 'muted':
      return { user, status: 'restricted', is_member: true, ...MUTED, until_date: 0 }
    case 'member':
    case 'left':
      return { user, status: membership }
    case 'kicked':
    case 'blocked':
      return { user, status: 'kicked', until_date: 0 }
  }
}

/** The full form of a chat, with the fields the reference requires. */
export function getChat(world: World, { chat_id }: MethodParameters<'getChat'>) {
  const { info } = requireChat(world, chat_id, 'read')
  const gifts = {
    unlimited_gifts: false,
    limited_gifts: false,
    unique_gifts: false,
    premium_subscription: false,
    gifts_from_channels: false,
  }
  const permissions = info.type === 'private' ? {} : { permissions: { can_send_messages: true } }
  return { ...info, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: gifts, ...permissions }
}

/** A member; someone known who never spoke in the chat has left it. */
export function getChatMember(world: World, { chat_id, user_id }: MethodParameters<'getChatMember'>): ChatMember {
  const chat = requireChat(world, chat_id, 'read')
  const member = user_id === world.bot.id ? memberOf(botUser(world), chat.membership) : chat.members.get(user_id)
  if (member) return member
  const user = world.users.get(user_id)
  if (user === undefined) throw badRequest('invalid user_id specified')
  return memberOf(user, 'left')
}

/** The creator and the administrators of a group. */
export function getChatAdministrators(
  world: World,
  { chat_id, return_bots }: MethodParameters<'getChatAdministrators'>,
): ChatMember[] {
  const chat = requireChat(world, chat_id, 'read')
  if (chat.info.type === 'private') throw badRequest('there are no administrators in the private chat')
  const bot = memberOf(botUser(world), chat.membership)
  // Of the bots the one that asks is listed always, others only with return_bots.
  return [...chat.members.values(), bot].filter(
    ({ status, user }) =>
      (status === 'creator' || status === 'administrator') &&
      (!user.is_bot || user.id === world.bot.id || return_bots === true),
  )
}

/** The bot leaves a group. */
export function leaveChat(world: World, { chat_id }: MethodParameters<'leaveChat'>): true {
  const chat: FakeChat = requireChat(world, chat_id, 'read')
  if (chat.info.type === 'private') throw badRequest("chat member status can't be changed in private chats")
  chat.membership = 'left'
  return true
}
