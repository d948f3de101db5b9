import type { Context, Filter } from 'grammy'
import type { Locale } from '../answer/locale.ts'
import type { Language } from '../errors.ts'
import type { Library } from '../library/types.ts'
import type { FetchLink } from '../links/types.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Photographer } from '../photograph/photographer.ts'
import type { Standing } from '../standing/standing.ts'
import type { StateStore } from '../state/types.ts'
import type { PageLinks } from '../web/webPages.ts'
import type { Connection } from './api/connection.ts'
import type { AddressKind, Handlers, LinkKind } from './views/address.ts'
import { type BotTexts, botTexts } from './views/texts.ts'

/** The dependencies of every feature of the bot. */
export interface BotDependencies {
  readonly library: Library
  /** The language of people whose Telegram does not state theirs. */
  readonly language: Language
  readonly log: Log
  readonly metrics: Metrics
  readonly state: StateStore
  readonly access: Access
  readonly modes: Modes
  /** Links to the reports' pages; null where people cannot reach them, and quotes are shown in the chat. */
  readonly pages: PageLinks | null
  /** The questions that are asked again of every new report. */
  readonly standing: Standing
  /** Takes photographs of quotes; null where nobody does. */
  readonly photographer: Photographer | null
  /** Fetches the files of web addresses that admins send; null where the operator has not turned that on. */
  readonly fetchLink: FetchLink | null
}

/** The bot's identity and its way to Telegram. */
export interface BotSettings {
  readonly token: string
  readonly apiRoot: string
  readonly connection: Connection
  /**
   * The largest file that is read from the disk of a Bot API server in local mode, in bytes. Null with Telegram's own
   * server, whose answers must not name files on this machine's disk.
   */
  readonly localFileBytes: number | null
}

/** The operator's rules for askers, rates, and the age of questions. Without allowed users and chats all may ask. */
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
  /** The bot answers in chats that it is not in, when it is called there. */
  readonly guest: boolean
  /** In groups only the asker sees the answer, with a button to share it. */
  readonly ephemeral: boolean
  /** Feedback is stored with the question that it was given for. */
  readonly storeQuestions: boolean
}

/** The context of an update. */
export type BotContext = Context & {
  /** The language of the chat or the person. */
  language: Locale
  /** An allowed group, whose member may open its quotes in private; undefined for people who may ask anyway. */
  memberOf?: number
}

export type MessageContext = Filter<BotContext, 'message'>
export type PressContext = Filter<BotContext, 'callback_query'>

/** The bot's texts in the language of an update. */
export function textsFor({ language }: BotContext): BotTexts {
  return botTexts[language]
}

/** A notice answers the press of a button; with `show_alert` the presser has to close it. */
export interface Notice {
  readonly text: string
  readonly show_alert?: true
}

/** Handlers for presses of buttons whose addresses are of these kinds. */
export type PressHandlers<Kind extends AddressKind> = Handlers<Kind, PressContext>

/** Openers show something in a private chat, for a press or a link, or return a notice that says why they cannot. */
export type Openers<Kind extends LinkKind> = Handlers<Kind, BotContext, Notice | undefined>
