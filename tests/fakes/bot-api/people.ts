import type {
  CallbackQuery,
  Chat,
  ChatMemberUpdated,
  ForumTopicCreated,
  InlineQuery,
  Message,
  MessageEntity,
  Update,
  User,
} from 'grammy/types'
import { memberOf } from './chats.ts'
import { replyThread, threadOf } from './messages.ts'
import { detectEntities, sortEntities } from './text.ts'
import type { UpdateQueue } from './updates.ts'
import type { FakeChat, Membership, World } from './world.ts'
import * as state from './world.ts'

/** The options of a message that a user sends. */
export type SayOptions = {
  /** The message it answers. */
  replyTo?: Message | undefined
  /** The part of `replyTo` the user chose to quote. */
  quote?: string | undefined
  /** The `message_thread_id` of a topic that `topic` made; General when not given. */
  topic?: number | undefined
  /** Formatting; commands and mentions are found and added. */
  entities?: MessageEntity[] | undefined
  /** A message that is given the text, or true for one that reaches the bot only after an edit. */
  edited?: Message | true | undefined
  /** Unix time in seconds; the server's clock when not given. */
  date?: number | undefined
  via_bot?: User | undefined
  /** Comes as `guest_message` with a query to answer. */
  guest?: boolean | undefined
  /** Any further fields of the message. */
  fields?: Partial<Message> | undefined
}

/** The options of a group. It is a supergroup unless given. */
export type GroupOptions = {
  title?: string
  forum?: boolean
  type?: 'group' | 'supergroup'
  username?: string
  creator?: User
  administrators?: User[]
}

type Content = Omit<Update, 'update_id'>

const MAXIMUM_INLINE_QUERY = 256
// The sender Telegram shows for administrators who stay anonymous.
const ANONYMOUS: User = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' }

/** The acts of people at Telegram, which reach the bot as updates. */
export function createPeople(world: World, updates: UpdateQueue) {
  function pushUpdate(content: Content): Update {
    state.rememberUpdate(world, content)
    return structuredClone(updates.push(structuredClone(content)))
  }

  function user(id: number, fields: Partial<Omit<User, 'id'>> = {}): User {
    const made: User = { id, is_bot: false, first_name: `User ${id}`, language_code: 'zh-hans', ...fields }
    world.users.set(id, made)
    return made
  }

  function privateChat(person: User): FakeChat {
    const { id, first_name, last_name, username } = person
    return state.addChat(world, state.compact({ id, type: 'private', first_name, last_name, username }) as Chat)
  }

  function group(id: number, options: GroupOptions = {}): FakeChat {
    const { title = `Group ${id}`, forum, type = 'supergroup', username, creator, administrators = [] } = options
    if (id >= 0) throw new Error(`a group has a negative id, not ${id}`)
    const chat = state.addChat(
      world,
      state.compact({ id, type, title, username, is_forum: forum || undefined }) as Chat,
    )
    if (creator) chat.members.set(creator.id, memberOf(creator, 'creator'))
    for (const person of administrators) chat.members.set(person.id, memberOf(person, 'administrator'))
    return chat
  }

  function topic(chat: FakeChat, name: string, creator: User = ANONYMOUS): number {
    if (!chat.info.is_forum) throw new Error('only a forum has topics')
    const forum_topic_created: ForumTopicCreated = { name, icon_color: 7322096 }
    const root = state.addMessage(chat, {
      from: creator,
      date: world.now(),
      is_topic_message: true,
      forum_topic_created,
    })
    root.message_thread_id = root.message_id
    chat.topics.set(root.message_id, { name, closed: false })
    return root.message_id
  }

  function say(chat: FakeChat, person: User, text: string, options: SayOptions = {}): Message {
    const { replyTo, quote, topic: topicId, edited, date = world.now(), guest } = options
    if (topicId !== undefined && !chat.topics.has(topicId)) throw new Error(`the chat has no topic ${topicId}`)
    const entities = sortEntities([...(options.entities ?? []), ...detectEntities(text)])
    // In a topic Telegram shows what answers no other message as an answer to the topic's first message.
    const replied = replyTo ?? (topicId === undefined ? undefined : chat.messages.get(topicId))
    const { reply_to_message: _, ...withoutReply } = replied ?? {}
    const fields = state.compact({
      from: person,
      date,
      ...threadOf(chat, topicId ?? (replyTo && replyThread(chat, replyTo))),
      text,
      entities: entities.length > 0 ? entities : undefined,
      reply_to_message: replied && withoutReply,
      quote: quote === undefined ? undefined : quoteOf(replyTo, quote),
      via_bot: options.via_bot,
      guest_query_id: guest ? state.nextIdentifier(world, 'guest-query') : undefined,
      edit_date: edited ? world.now() : undefined,
      ...options.fields,
    })
    if (!chat.members.has(person.id)) chat.members.set(person.id, memberOf(person, 'member'))
    let message: Message
    if (edited && edited !== true) {
      const { entities: _, ...kept } = edited
      message = {
        ...kept,
        ...state.compact({ text, entities: fields.entities, edit_date: world.now() }),
        ...options.fields,
      } as Message
      chat.messages.set(message.message_id, message)
    } else {
      message = state.addMessage(chat, fields)
    }
    const kind = guest ? 'guest_message' : edited ? 'edited_message' : 'message'
    pushUpdate({ [kind]: message } as Content)
    return structuredClone(message)
  }

  function press(message: Message, person: User, data: string, { stale = false } = {}): CallbackQuery {
    const chat = state.addChat(world, message.chat)
    const { ephemeral_message_id: ephemeral } = message as { ephemeral_message_id?: number }
    const current = ephemeral === undefined ? chat.messages.get(message.message_id) : chat.ephemerals.get(ephemeral)
    const buttons = current?.reply_markup?.inline_keyboard.flat() ?? []
    const offered = buttons.flatMap((button) => ('callback_data' in button ? [button.callback_data] : []))
    if (!stale && !offered.includes(data)) {
      throw new Error(`the message has no button '${data}', it has: ${offered.join(', ') || 'none'}`)
    }
    const gone = { chat: message.chat, message_id: message.message_id, date: 0 } as const
    const query: CallbackQuery = {
      id: state.nextIdentifier(world, 'callback-query'),
      from: person,
      message: current ?? (gone as NonNullable<CallbackQuery['message']>),
      chat_instance: `instance ${chat.id}`,
      data,
    }
    pushUpdate({ callback_query: query })
    return query
  }

  function inline(person: User, query: string, offset = ''): InlineQuery {
    if (query.length > MAXIMUM_INLINE_QUERY) throw new Error('an inline query has at most 256 characters')
    const id = state.nextIdentifier(world, 'inline-query')
    const inlineQuery: InlineQuery = { id, from: person, query, offset, chat_type: 'supergroup' }
    pushUpdate({ inline_query: inlineQuery })
    return inlineQuery
  }

  function setMembership(chat: FakeChat, membership: Membership, by?: User): void {
    const bot = state.botUser(world)
    const update: ChatMemberUpdated = {
      chat: chat.info,
      from: by ?? bot,
      date: world.now(),
      old_chat_member: memberOf(bot, chat.membership),
      new_chat_member: memberOf(bot, membership),
    }
    chat.membership = membership
    if (by) pushUpdate({ my_chat_member: update })
  }

  function migrate(chat: FakeChat, by: User, newId = chat.id - 1_000_000_000_000): FakeChat {
    const moved = group(newId, { title: chat.info.title ?? '' })
    for (const [id, member] of chat.members) moved.members.set(id, member)
    const common = { from: by, date: world.now() }
    const farewell = state.addMessage(chat, { ...common, migrate_to_chat_id: newId })
    const welcome = state.addMessage(moved, { ...common, migrate_from_chat_id: chat.id })
    chat.migratedTo = newId
    pushUpdate({ message: farewell } as Content)
    pushUpdate({ message: welcome } as Content)
    return moved
  }

  return { pushUpdate, user, privateChat, group, topic, say, press, inline, setMembership, migrate }
}

function quoteOf(replied: Message | undefined, text: string) {
  const position = (replied?.text ?? replied?.caption ?? '').indexOf(text)
  if (position < 0) throw new Error(`the message replied to does not hold '${text}'`)
  return { text, position, is_manual: true }
}
