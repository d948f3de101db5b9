import type { Context, Filter } from 'grammy'
import type { InlineKeyboardMarkup } from 'grammy/types'
import type { Answerer } from '../answer/answerer.ts'
import { type Locale, textIn } from '../answer/locale.ts'
import { type Language, QuestionError, UserError } from '../errors.ts'
import type { Library } from '../library/types.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { ReaderLinks } from '../reader/reader.ts'
import type { StateStore } from '../state/types.ts'
import type { AddressKind, Handlers, LinkKind } from './address.ts'
import type { Connection } from './connection.ts'
import type { Message } from './message.ts'
import { type BotTexts, botTexts } from './texts.ts'

/** What every feature of the bot works with. */
export interface BotParts {
  readonly answerer: Answerer
  readonly library: Library
  /** The language of people whose Telegram does not tell theirs. */
  readonly language: Language
  readonly log: Log
  readonly metrics: Metrics
  readonly state: StateStore
  readonly access: Access
  readonly modes: Modes
  /** Where the reports' files are. */
  readonly reportsFolder: string
  /** The reader's pages; null where people cannot get there, and quotes are shown in the chat. */
  readonly pages: ReaderLinks | null
}

/** Where the bot finds Telegram, and as whom. */
export interface BotSettings {
  readonly token: string
  readonly apiRoot: string
  readonly connection: Connection
  /**
   * The largest file that is read from the disk of a Bot API server in local mode, in bytes; null with Telegram's own server,
   * which has no say about this machine's disk.
   */
  readonly localFileBytes: number | null
}

/** Who may ask, how often, and how old a question may be. */
export interface Access {
  readonly allowedUsers: readonly number[]
  readonly allowedChats: readonly number[]
  readonly admins: readonly number[]
  /** Questions a minute of one person and of one chat; 0 for no limit. */
  readonly maxQuestionsPerMinute: number
  readonly maxQuestionAgeSeconds: number
}

/** Ways of answering that are off unless the operator turns them on. */
export interface Modes {
  /** Answers in chats that the bot is not in, when it is called there. */
  readonly guest: boolean
  /** In groups only the asker sees the answer, with a button to share it. */
  readonly ephemeral: boolean
  /** Feedback is kept with the question it was given for. */
  readonly storeQuestions: boolean
}

/** An update with the language its chat or person reads. */
export type BotContext = Context & {
  language: Locale
  /** The allowed group whose member may open, in private, what its buttons lead to; undefined for who may ask anyway. */
  memberOf?: number
}

export type MessageContext = Filter<BotContext, 'message'>
export type PressContext = Filter<BotContext, 'callback_query'>

/** The asker's language by their Telegram: Chinese for any Chinese, English for others, the operator's where it is not known. */
export function languageOf(code: string | undefined, fallback: Language): Language {
  if (code === undefined) return fallback
  return /^zh\b/iu.test(code) ? 'zh' : 'en'
}

/** What the bot says, in the language that the update's chat or person reads. */
export function textsFor({ language }: BotContext): BotTexts {
  return botTexts[language]
}

/**
 * What to tell an asker whose question could not be answered: what is at fault with the question, or that the index cannot
 * be used for now; its addresses and paths are for the operator's eyes.
 * @throws the error itself where it is a defect
 */
export function refusalOf(error: unknown, context: BotContext, { log, metrics }: BotParts): string {
  if (!(error instanceof UserError)) throw error
  if (error instanceof QuestionError) {
    metrics.counted('question refused')
    return textIn(error.text, context.language)
  }
  metrics.counted('no index')
  log.warn('a question could not be answered', error.text.en)
  return textsFor(context).unavailable
}

export interface ReplyOptions {
  readonly keyboard?: InlineKeyboardMarkup | undefined
  /** Seen by this person only. */
  readonly onlyFor?: number | undefined
}

/**
 * Replies where the question was asked: in its topic, as a reply to it, without link previews. A question deleted
 * meanwhile does not keep its answer from arriving, unless only the asker would see it: Telegram wants the question then.
 * @returns the id of the reply
 */
export async function reply(
  context: MessageContext,
  message: Message | string,
  { keyboard, onlyFor }: ReplyOptions = {},
): Promise<number> {
  const { text, entities } = typeof message === 'string' ? { text: message, entities: [] } : message
  const { message_id, is_topic_message, message_thread_id } = context.message
  const sent = await context.api.sendMessage(context.chat.id, text, {
    entities: [...entities],
    link_preview_options: { is_disabled: true },
    reply_parameters: { message_id, ...(onlyFor === undefined && { allow_sending_without_reply: true }) },
    // The General topic has a thread id too, but Telegram refuses it there.
    ...(is_topic_message && message_thread_id !== undefined && { message_thread_id }),
    ...(keyboard && { reply_markup: keyboard }),
    ...(onlyFor !== undefined && { ephemeral_message_parameters: { receiver_user_id: onlyFor } }),
  })
  return sent.message_id
}

/** Puts a text and buttons in place of the message whose button was pressed, without link previews. */
export async function edit(
  context: BotContext,
  { text, entities = [], keyboard }: Pick<ReplyOptions, 'keyboard'> & Partial<Message> & { readonly text: string },
): Promise<void> {
  await context.editMessageText(text, {
    entities: [...entities],
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  })
}

/** A notice answers the press of a button; with `show_alert` the presser has to close it. */
export interface Notice {
  readonly text: string
  readonly show_alert?: true
}

/** Handlers for presses of buttons whose addresses are of these kinds. */
export type PressHandlers<Kind extends AddressKind> = Handlers<Kind, PressContext>

/** Handlers that show something in a private chat, for a press or a link, or return what hinders them. */
export type Openers<Kind extends LinkKind> = Handlers<Kind, BotContext, Notice | undefined>

/** Answers a press with a notice that the presser has to close. */
export async function alert(context: BotContext, text: string): Promise<void> {
  await context.answerCallbackQuery({ text, show_alert: true })
}
