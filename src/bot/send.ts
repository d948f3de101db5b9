import type { Api } from 'grammy'
import type { InputTextMessageContent } from 'grammy/types'
import type { BotContext, MessageContext } from './context.ts'
import { type Address, type LinkKind, startLink } from './views/address.ts'
import type { Content } from './views/message.ts'
import { clip } from './views/shorten.ts'

/**
 * The options of a text message with its formatting and its buttons. No message has a link preview: the links in a
 * message lead to sources, and previews would bury the quotes.
 */
function optionsOf(content: Content | string) {
  const { entities = [], keyboard } = typeof content === 'string' ? {} : content
  return {
    entities: [...entities],
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  }
}

function textOf(content: Content | string): string {
  return typeof content === 'string' ? content : content.text
}

/**
 * Replies to the message of an update, in its topic. grammY names a topic only for messages that are marked as a
 * topic's: the General topic has a thread id too, which Telegram refuses. A message that was deleted meanwhile does not
 * keep its reply from arriving, unless only one person would see it: Telegram wants the message to exist then.
 * @param onlyFor the one person who sees the reply; everybody in the chat unless given
 * @returns the id of the reply
 */
export async function reply(context: MessageContext, content: Content | string, onlyFor?: number): Promise<number> {
  const sent = await context.reply(textOf(content), {
    ...optionsOf(content),
    reply_parameters: {
      message_id: context.message.message_id,
      ...(onlyFor === undefined && { allow_sending_without_reply: true }),
    },
    ...(onlyFor !== undefined && { ephemeral_message_parameters: { receiver_user_id: onlyFor } }),
  })
  return sent.message_id
}

/**
 * Sends a message to the chat and the topic of an update.
 * @param replyTo the id of the message that it replies to, if it is a reply
 */
export async function post(context: BotContext, content: Content | string, replyTo?: number): Promise<void> {
  await context.reply(textOf(content), { ...optionsOf(content), ...replyingTo(replyTo) })
}

/** The parameters of a reply. An ephemeral message has id 0, so nothing can reply to it. */
export function replyingTo(message: number | undefined) {
  return message ? { reply_parameters: { message_id: message, allow_sending_without_reply: true } } : {}
}

/** Sends a message to a chat from which no update came, in a topic and as a reply where these are given. */
export async function send(
  api: Api,
  chat: number,
  content: Content | string,
  { topic, replyTo }: { readonly topic?: number | null; readonly replyTo?: number | null } = {},
): Promise<void> {
  await api.sendMessage(chat, textOf(content), {
    ...optionsOf(content),
    ...(topic && { message_thread_id: topic }),
    ...replyingTo(replyTo ?? undefined),
  })
}

/** Replaces the message whose button was pressed. */
export async function edit(context: BotContext, content: Content | string): Promise<void> {
  await context.editMessageText(textOf(content), optionsOf(content))
}

/** Replaces a message of the bot. */
export async function editMessage(api: Api, chat: number, message: number, content: Content): Promise<void> {
  await api.editMessageText(chat, message, content.text, optionsOf(content))
}

/** The message that an inline or a guest result inserts. */
export function insertedMessage(content: Content | string): InputTextMessageContent {
  const { entities, link_preview_options } = optionsOf(content)
  return { message_text: textOf(content), entities, link_preview_options }
}

/** The longest notice that Telegram takes, in UTF-16 code units. */
const maxNoticeCharacters = 200

/** Answers a press with a notice that the presser has to close, cut where it is too long for one. */
export async function alert(context: BotContext, text: string): Promise<void> {
  await context.answerCallbackQuery({ text: clip(text, maxNoticeCharacters), show_alert: true })
}

/** Answers a press by taking the presser, and nobody else, to the private chat. */
export async function openPrivately<Kind extends LinkKind>(context: BotContext, address: Address<Kind>): Promise<void> {
  await context.answerCallbackQuery({ url: startLink(context.me.username, address) })
}
