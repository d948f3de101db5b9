import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { InlineKeyboardMarkup, Message } from 'grammy/types'
import { badRequest, violation } from './failure.ts'
import type { Entity, InlineResult } from './schema-parts.ts'
import type { MethodParameters } from './schemas.ts'
import { captionOf, cleanText, sortEntities } from './text.ts'
import type { FakeChat, World } from './world.ts'
import * as state from './world.ts'

type Placing = Pick<
  MethodParameters<'sendMessage'>,
  | 'message_thread_id'
  | 'reply_parameters'
  | 'reply_to_message_id'
  | 'reply_markup'
  | 'protect_content'
  | 'message_effect_id'
  | 'ephemeral_message_parameters'
>

type Given = NonNullable<Placing['reply_parameters']>
type Reply = { [Name in keyof Given]?: Given[Name] | undefined }

// These are part of what a quotation must repeat exactly.
const QUOTED_STYLES = new Set(
  'bold italic underline strikethrough spoiler custom_emoji date_time'.split(' ') as Entity['type'][],
)
const MAXIMUM_DOWNLOAD_BYTES = 20_000_000

/** Posts a text in a chat, in its topic and as the reply it asks to be; returns the message. */
export function sendMessage(world: World, parameters: MethodParameters<'sendMessage'>): Message {
  const { text, entities } = cleanText(parameters.text, parameters.entities)
  const chat = state.requireChat(world, parameters.chat_id, 'send text messages')
  return post(world, chat, parameters, {
    text,
    entities: entities.length > 0 ? entities : undefined,
    link_preview_options: parameters.link_preview_options,
  })
}

/** Keeps a file so that `getFile` finds it; returns it as a message would carry it. */
export function storeDocument(world: World, name: string, bytes: Uint8Array, type: string) {
  const fileId = state.nextIdentifier(world, 'file')
  const place = `documents/${fileId}/${encodeURIComponent(name)}`
  const path = world.localFolder === undefined ? place : join(world.localFolder, place)
  if (world.localFolder !== undefined) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
  world.files.set(fileId, { path, bytes })
  return {
    file_id: fileId,
    file_unique_id: `unique-${fileId}`,
    file_name: name,
    mime_type: type,
    file_size: bytes.length,
  }
}

/** Tells where a stored file can be downloaded. */
export function getFile(world: World, { file_id }: MethodParameters<'getFile'>) {
  const file = world.files.get(file_id)
  if (file === undefined) throw badRequest('invalid file_id')
  const isTooBig = world.localFolder === undefined && file.bytes.length > MAXIMUM_DOWNLOAD_BYTES
  if (isTooBig) throw badRequest('file is too big')
  return { file_id, file_unique_id: `unique-${file_id}`, file_size: file.bytes.length, file_path: file.path }
}

/** Replaces text, entities and keyboard; returns the message, or true for an inline message. */
export function editMessageText(world: World, parameters: MethodParameters<'editMessageText'>): Message | true {
  const { text, entities } = cleanText(parameters.text, parameters.entities, { tooLong: 'MESSAGE_TOO_LONG' })
  return edit(world, parameters, {
    text,
    entities: entities.length > 0 ? entities : undefined,
    link_preview_options: parameters.link_preview_options,
    reply_markup: parameters.reply_markup,
  })
}

/** Replaces or removes the keyboard; returns as `editMessageText` does. */
export function editMessageReplyMarkup(world: World, parameters: MethodParameters<'editMessageReplyMarkup'>) {
  return edit(world, parameters, { reply_markup: parameters.reply_markup })
}

/** Deletes the bot's own message, or another's in a private chat or as an administrator. */
export function deleteMessage(world: World, parameters: MethodParameters<'deleteMessage'>): true {
  const chat = state.requireChat(world, parameters.chat_id, 'read')
  const message = chat.messages.get(parameters.message_id)
  if (message === undefined) throw badRequest('message to delete not found')
  const own = message.from?.id === world.bot.id
  if (!own && chat.info.type !== 'private' && chat.membership !== 'administrator') {
    throw badRequest("message can't be deleted")
  }
  chat.messages.delete(parameters.message_id)
  return true
}

/** Checks that the message is there; the reaction itself is not kept. */
export function setMessageReaction(world: World, parameters: MethodParameters<'setMessageReaction'>): true {
  const chat = state.requireChat(world, parameters.chat_id, 'send text messages')
  if (!chat.messages.has(parameters.message_id)) throw badRequest('message to react not found')
  return true
}

/** Checks an inline result as sending it would. */
export function checkInlineResult(world: World, result: InlineResult): void {
  if (result.type === 'photo') captionOf(result)
  else cleanText(result.input_message_content.message_text, result.input_message_content.entities)
  checkButtons(world, undefined, result.reply_markup)
}

/** Checks the text of an inline result and keeps it as a message sent through it would be kept. */
export function sendInlineResult(world: World, result: InlineResult): string {
  if (result.type === 'photo') throw violation('a guest query is answered without media')
  const { input_message_content, reply_markup } = result
  const { text, entities } = cleanText(input_message_content.message_text, input_message_content.entities)
  checkButtons(world, undefined, reply_markup)
  const identifier = state.nextIdentifier(world, 'inline-message')
  const kept = entities.length > 0 ? entities : undefined
  world.inlineMessages.set(identifier, state.compact({ text, entities: kept, reply_markup }) as state.InlineMessage)
  return identifier
}

/** Posts a message of the bot; returns it. */
export function post(world: World, chat: FakeChat, placing: Placing, content: object): Message {
  const markup = placing.reply_markup && 'inline_keyboard' in placing.reply_markup ? placing.reply_markup : undefined
  checkButtons(world, chat, markup)
  const add = placing.ephemeral_message_parameters ? state.addEphemeral : state.addMessage
  const message = add(chat, {
    from: state.botUser(world),
    receiver_user: receiverOf(chat, placing),
    date: world.now(),
    ...placeOf(chat, placing),
    ...content,
    reply_markup: markup,
    has_protected_content: placing.protect_content || undefined,
    effect_id: placing.message_effect_id,
  })
  return structuredClone(message)
}

/** The one member who sees an ephemeral message, undefined for a message that everybody sees. */
function receiverOf(chat: FakeChat, { ephemeral_message_parameters: ephemeral, reply_parameters: reply }: Placing) {
  if (!ephemeral) return undefined
  if (chat.info.type === 'private') throw badRequest('ephemeral messages can be sent only in groups')
  if (reply?.allow_sending_without_reply) throw violation('an ephemeral message is never sent without its reply')
  if (reply?.quote !== undefined) throw violation('quotes are ignored in ephemeral messages')
  const user = chat.members.get(ephemeral.receiver_user_id)?.user
  if (user === undefined) throw badRequest('USER_NOT_PARTICIPANT')
  if (user.is_bot) throw violation('a bot, or an administrator who stays anonymous, cannot see an ephemeral message')
  return user
}

/** Refuses buttons that the bot or the chat cannot have. */
function checkButtons(world: World, chat: FakeChat | undefined, markup: object | undefined): void {
  const rows = (markup as InlineKeyboardMarkup | undefined)?.inline_keyboard ?? []
  if (rows.some((row) => row.length === 0)) throw violation('an empty row of buttons')
  const actions = new Set(rows.flat().flatMap((button) => Object.keys(button)))
  if (!world.bot.supports_inline_queries && [...actions].some((action) => action.startsWith('switch_inline_'))) {
    throw violation('a button that switches to inline mode, which the bot has not')
  }
  // Of an inline message Telegram does not know the chat.
  if (actions.has('web_app') && chat?.info.type !== 'private') throw badRequest('BUTTON_TYPE_INVALID')
  if (chat?.info.type === 'channel' && actions.has('switch_inline_query_current_chat')) {
    throw violation('switch_inline_query_current_chat works in no channel')
  }
}

function placeOf(chat: FakeChat, placing: Placing): object {
  if (placing.message_thread_id !== undefined) state.requireTopic(chat, placing.message_thread_id)
  const reply: Reply = placing.reply_parameters ?? { message_id: placing.reply_to_message_id }
  if (reply.chat_id !== undefined && Number(reply.chat_id) !== chat.id) {
    throw violation('replies to another chat are not simulated')
  }
  const replied = reply.message_id === undefined ? undefined : chat.messages.get(reply.message_id)
  if (replied === undefined) {
    if (reply.message_id !== undefined && !reply.allow_sending_without_reply) {
      throw badRequest('message to be replied not found')
    }
    return threadOf(chat, placing.message_thread_id)
  }
  // A reply goes where its message is, also without message_thread_id.
  const thread = placing.message_thread_id ?? replyThread(chat, replied)
  if (thread !== undefined && replied.is_topic_message) state.requireTopic(chat, thread)
  const { reply_to_message: _, ...withoutReply } = replied
  return {
    ...threadOf(chat, thread),
    reply_to_message: withoutReply,
    quote: reply.quote ? quoteOf(replied, reply.quote, reply.quote_entities) : undefined,
  }
}

/** The thread fields of a message; in a forum a topic, in another supergroup the thread a reply belongs to. */
export function threadOf(chat: FakeChat, thread: number | undefined): object {
  if (thread === undefined) return {}
  return chat.topics.has(thread) ? { message_thread_id: thread, is_topic_message: true } : { message_thread_id: thread }
}

/** The thread a reply falls into: the topic of its message; outside forums the first message of the chain. */
export function replyThread(chat: FakeChat, replied: Message): number | undefined {
  if (replied.is_topic_message) return replied.message_thread_id
  if (chat.info.type !== 'supergroup' || chat.info.is_forum) return undefined
  return replied.message_thread_id ?? replied.message_id
}

function quoteOf(replied: Message, quote: string, quoteEntities: readonly Entity[] = []) {
  const text = replied.text ?? replied.caption ?? ''
  const original = (replied.entities ?? replied.caption_entities ?? []) as Entity[]
  const { text: sought, entities } = cleanText(quote, quoteEntities, { mayBeEmpty: true })
  const styles = (list: readonly Entity[]) => sortEntities(list.filter(({ type }) => QUOTED_STYLES.has(type)))
  for (let position = text.indexOf(sought); position >= 0; position = text.indexOf(sought, position + 1)) {
    const within = original.flatMap((entity) => {
      const offset = Math.max(entity.offset, position)
      const length = Math.min(entity.offset + entity.length, position + sought.length) - offset
      return length > 0 ? [{ ...entity, offset: offset - position, length }] : []
    })
    if (sought.length <= 1024 && isDeepStrictEqual(styles(within), styles(entities))) {
      const kept = entities.length > 0 ? { entities } : {}
      return { text: sought, ...kept, position, is_manual: true }
    }
    if (sought === '') break
  }
  throw badRequest('QUOTE_TEXT_INVALID')
}

function edit(
  world: World,
  target: MethodParameters<'editMessageReplyMarkup'>,
  change: { text?: string; [field: string]: unknown },
): Message | true {
  const markup = change.reply_markup as object | undefined
  if (target.inline_message_id !== undefined) {
    checkButtons(world, undefined, markup)
    const known = world.inlineMessages.get(target.inline_message_id)
    if (known === undefined) throw badRequest('MESSAGE_ID_INVALID')
    world.inlineMessages.set(target.inline_message_id, changed(known, change))
    return true
  }
  if (target.chat_id === undefined || target.message_id === undefined) {
    throw badRequest('message identifier is not specified')
  }
  const chat = state.requireChat(world, target.chat_id, 'read')
  checkButtons(world, chat, markup)
  const message = chat.messages.get(target.message_id)
  if (message === undefined) throw badRequest('message to edit not found')
  if (message.from?.id !== world.bot.id) throw badRequest("message can't be edited")
  if (change.text !== undefined && message.text === undefined) {
    throw badRequest('there is no text in the message to edit')
  }
  const edited = { ...changed(message, change), edit_date: world.now() }
  chat.messages.set(message.message_id, edited)
  return structuredClone(edited)
}

function changed<Content extends object>(current: Content, change: object): Content {
  const next = state.compact({ ...current, ...change })
  if (isDeepStrictEqual({ ...next, link_preview_options: 0 }, { ...current, link_preview_options: 0 })) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
        'content and reply markup of the message',
    )
  }
  return next
}
