import type {
  BotCommand,
  Chat,
  ChatMember,
  MenuButton,
  Message,
  MessageEntity,
  Update,
  User,
  UserFromGetMe,
} from 'grammy/types'
import { ApiFailure, badRequest, forbidden } from './failure.ts'

/** The membership of the bot in a chat. `blocked` is for private chats, the others but `member` for groups. */
export type Membership = 'member' | 'administrator' | 'muted' | 'left' | 'kicked' | 'blocked'

/** A forum topic; set `closed` to close it. */
export type Topic = { readonly name: string; closed: boolean }

/** A chat of the fake. Tests may set `membership` and the topics' `closed` at any time. */
export type FakeChat = {
  readonly id: number
  /** The chat as the Bot API shows it in messages. */
  readonly info: Chat
  membership: Membership
  /** Forum topics by `message_thread_id`. */
  readonly topics: Map<number, Topic>
  readonly members: Map<number, ChatMember>
  /** Every message there is at present, whoever sent it. */
  readonly messages: Map<number, Message>
  lastMessageId: number
  /** The messages that only one member sees, by `ephemeral_message_id`. */
  readonly ephemerals: Map<number, Message>
  /** The supergroup this group became. */
  migratedTo: number | undefined
}

/** A message sent by way of an inline or guest query: the bot knows only its identifier and content. */
export type InlineMessage = { text: string; entities?: MessageEntity[]; reply_markup?: unknown }

/** A file that `getFile` finds. */
export type StoredFile = { readonly path: string; readonly bytes: Uint8Array }

/** All that the server remembers, but for the updates not yet taken. */
export type World = {
  readonly bot: UserFromGetMe
  /** Unix time in seconds. */
  readonly now: () => number
  readonly users: Map<number, User>
  readonly chats: Map<number, FakeChat>
  readonly inlineMessages: Map<string, InlineMessage>
  /** Identifiers of callback, inline and guest queries that may still be answered. */
  readonly openQueries: Set<string>
  readonly files: Map<string, StoredFile>
  /** The folder of files in local mode. */
  readonly localFolder: string | undefined
  /** Command lists by scope and language. */
  readonly commands: Map<string, BotCommand[]>
  /** Descriptions and short descriptions by kind and language. */
  readonly descriptions: Map<string, string>
  /** By private chat; the bot's own under undefined. */
  readonly menuButtons: Map<number | undefined, MenuButton>
  lastIdentifier: number
  loggedOut: boolean
}

/** An empty world that knows only the bot. */
export function createWorld(bot: UserFromGetMe, now: () => number, localFolder?: string): World {
  return {
    bot,
    now,
    localFolder,
    users: new Map([[bot.id, asUser(bot)]]),
    chats: new Map(),
    inlineMessages: new Map(),
    openQueries: new Set(),
    files: new Map(),
    commands: new Map(),
    descriptions: new Map(),
    menuButtons: new Map(),
    lastIdentifier: 4000,
    loggedOut: false,
  }
}

function asUser({ id, is_bot, first_name, username }: UserFromGetMe): User {
  return { id, is_bot, first_name, username }
}

/** The bot as it appears in `from` of its messages. */
export function botUser(world: World): User {
  return asUser(world.bot)
}

/** A fresh identifier for a query, a file or an inline message. */
export function nextIdentifier(world: World, kind: string): string {
  world.lastIdentifier++
  return `${kind}-${world.lastIdentifier}`
}

/** The same object without the fields that are undefined, as JSON would have it. */
export function compact<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value
}

/** Adds a chat, or returns the one of that id. */
export function addChat(world: World, info: Chat): FakeChat {
  const known = world.chats.get(info.id)
  if (known) return known
  const chat: FakeChat = {
    id: info.id,
    info,
    membership: 'member',
    topics: new Map(),
    members: new Map(),
    messages: new Map(),
    lastMessageId: 0,
    ephemerals: new Map(),
    migratedTo: undefined,
  }
  world.chats.set(chat.id, chat)
  return chat
}

/** Stores a message under the next id of its chat. */
export function addMessage(chat: FakeChat, fields: object): Message {
  chat.lastMessageId++
  const message = compact({ message_id: chat.lastMessageId, chat: chat.info, ...fields }) as unknown as Message
  chat.messages.set(message.message_id, message)
  return message
}

/** Stores a message that one member sees. It has no `message_id` of its own. */
export function addEphemeral(chat: FakeChat, fields: object): Message {
  const ephemeral_message_id = chat.ephemerals.size + 1
  const own = { message_id: 0, ephemeral_message_id, chat: chat.info }
  const message = compact({ ...own, ...fields }) as unknown as Message
  chat.ephemerals.set(ephemeral_message_id, message)
  return message
}

/** Makes what an update speaks of known, so that the bot may answer it: its chat, message, sender and query. */
export function rememberUpdate(world: World, update: Partial<Update>): void {
  const query = update.callback_query ?? update.inline_query
  if (query) world.openQueries.add(query.id)
  const guestQuery = update.guest_message?.guest_query_id
  if (guestQuery) world.openQueries.add(guestQuery)
  const message = update.message ?? update.edited_message ?? update.channel_post ?? update.edited_channel_post
  for (const person of [query?.from, message?.from]) {
    if (person && !world.users.has(person.id)) world.users.set(person.id, person)
  }
  if (!message) return
  const chat = addChat(world, message.chat)
  chat.messages.set(message.message_id, message as Message)
  chat.lastMessageId = Math.max(chat.lastMessageId, message.message_id)
}

/** The needs of a call: that the bot knows the chat, is in it, or may send there. */
export type Access = 'read' | 'send text messages' | 'send documents' | 'send photos'

/** The chat a call names; throws the refusal Telegram gives when it is unknown or closed to the bot. */
export function requireChat(world: World, chatId: number | string, access: Access): FakeChat {
  const chat = findChat(world, chatId)
  if (chat === undefined) throw badRequest('chat not found')
  if (chat.migratedTo !== undefined && access !== 'read') {
    throw new ApiFailure(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: chat.migratedTo,
    })
  }
  if (chat.membership === 'kicked') throw forbidden(`bot was kicked from the ${chat.info.type} chat`)
  if (chat.membership === 'left') throw forbidden(`bot is not a member of the ${chat.info.type} chat`)
  if (access === 'read') return chat
  if (chat.membership === 'blocked') throw forbidden('bot was blocked by the user')
  if (chat.membership === 'muted') throw badRequest(`not enough rights to ${access} to the chat`)
  return chat
}

function findChat(world: World, chatId: number | string): FakeChat | undefined {
  if (typeof chatId === 'string' && chatId.startsWith('@')) {
    return [...world.chats.values()].find(({ info }) => info.username === chatId.slice(1))
  }
  return world.chats.get(Number(chatId))
}

/** Refuses a `message_thread_id` that names no open topic of the chat. */
export function requireTopic(chat: FakeChat, threadId: number): void {
  const topic = chat.topics.get(threadId)
  if (topic === undefined) throw badRequest('message thread not found')
  if (topic.closed && chat.membership !== 'administrator') throw badRequest('TOPIC_CLOSED')
}

/** Marks a query as answered; throws when it is unknown, expired or answered before. */
export function closeQuery(world: World, queryId: string): void {
  if (world.openQueries.delete(queryId)) return
  throw badRequest('query is too old and response timeout expired or query ID is invalid')
}
