import type { Context, Filter } from 'grammy'
import type { Answerer } from '../answer/answerer.ts'
import type { Language } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Message } from './message.ts'
import { botTexts } from './texts.ts'

/** What every feature of the bot works with. */
export interface BotParts {
  readonly answerer: Answerer
  /** The language of people whose Telegram does not tell theirs. */
  readonly language: Language
  readonly log: Log
  readonly access: Access
}

/** Who may ask, and how old a question may be. */
export interface Access {
  readonly allowedUsers: readonly number[]
  readonly allowedChats: readonly number[]
  readonly maxQuestionAgeSeconds: number
}

export type TextContext = Filter<Context, 'message:text'>

/** The asker's language: Chinese for any Chinese, English for others, the operator's where it is not known. */
export function languageOf(context: Context, fallback: Language): Language {
  const code = context.from?.language_code
  if (code === undefined) return fallback
  return /^zh\b/iu.test(code) ? 'zh' : 'en'
}

export function textsFor(context: Context, fallback: Language) {
  return botTexts[languageOf(context, fallback)]
}

/**
 * Replies where the question was asked: in its topic, as a reply to it, without link previews. A question deleted
 * meanwhile does not keep its answer from arriving.
 */
export async function reply(context: TextContext, message: Message | string): Promise<void> {
  const { text, entities } = typeof message === 'string' ? { text: message, entities: [] } : message
  const { message_id, is_topic_message, message_thread_id } = context.message
  await context.api.sendMessage(context.chat.id, text, {
    entities: [...entities],
    link_preview_options: { is_disabled: true },
    reply_parameters: { message_id, allow_sending_without_reply: true },
    // The General topic has a thread id too, but Telegram refuses it there.
    ...(is_topic_message && message_thread_id !== undefined && { message_thread_id }),
  })
}
