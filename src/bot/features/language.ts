import { Composer } from 'grammy'
import { type Locale, localeOf } from '../../answer/locale.ts'
import type { Language } from '../../errors.ts'
import { loadTraditional } from '../../languages/traditional.ts'
import type { StateStore } from '../../state/types.ts'
import { mayDecide } from '../access.ts'
import { type BotContext, type BotDependencies, type PressHandlers, textsFor } from '../context.ts'
import { alert, edit, reply } from '../send.ts'
import { pressing } from '../views/keyboard.ts'
import { botTexts } from '../views/texts.ts'

/**
 * Sets the language of each update: the one that the chat chose with `/language`, else English for a question in
 * English, else the language of the person's Telegram; Chinese in Traditional characters where the question is. Under
 * an answer's buttons the answer's question decides.
 */
export function language({ state, language: fallback }: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.use(async (context, next) => {
    const chosen = context.chat ? await chosenLanguage(state, context.chat.id) : null
    const usual = chosen ?? languageOf(context.from?.language_code, fallback)
    context.language = await localeOf(questionIn(context), usual, chosen !== null)
    await next()
  })
  return composer
}

/** The question of an update, without commands, mentions and web addresses, which are in no language; empty for other commands. */
function questionIn(context: BotContext): string {
  const pressed = context.callbackQuery?.message
  const message = context.message ?? context.guestMessage ?? (pressed?.date ? pressed.reply_to_message : undefined)
  const text = context.inlineQuery?.query ?? message?.text ?? message?.caption ?? ''
  const question = text.replace(/^\/ask(?:@\w+)?/iu, '').replace(/@\w+|https?:\/\/[\x21-\x7e]+/giu, '')
  return question.startsWith('/') ? '' : question
}

/** The asker's language by Telegram: Chinese for any Chinese, English for others, `fallback` where none is stated. */
export function languageOf(code: string | undefined, fallback: Language): Language {
  if (code === undefined) return fallback
  return /^zh\b/iu.test(code) ? 'zh' : 'en'
}

/** `/language` chooses the language of a chat, at once where it names one, else by buttons. */
export function languageCommand(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('message:text').command('language', async (context) => {
    if (!(await mayDecide(context, dependencies.access))) return reply(context, textsFor(context).onlyAdminsChoose)
    const wanted = /^(zh|en)\b/iu.exec(context.match.trim())?.[1]?.toLowerCase()
    if (wanted === 'zh' || wanted === 'en') {
      await chooseLanguage(dependencies.state, context.chat.id, wanted)
      return reply(context, botTexts[wanted].languageChosen)
    }
    const button = (text: string, language: Language) => pressing(text, { kind: 'language', language })
    const keyboard = { inline_keyboard: [[button('中文', 'zh'), button('English', 'en')]] }
    return reply(context, { text: textsFor(context).chooseLanguage, keyboard })
  })
  return composer
}

/** Buttons choose the language of the chat that they stand in. */
export function languageButton(dependencies: BotDependencies): PressHandlers<'language'>['language'] {
  return async (context, { language }) => {
    const chat = context.callbackQuery.message?.chat
    if (!chat) return void (await context.answerCallbackQuery())
    if (!(await mayDecide(context, dependencies.access))) return alert(context, textsFor(context).onlyAdminsChoose)
    await chooseLanguage(dependencies.state, chat.id, language)
    await context.answerCallbackQuery({ text: botTexts[language].languageChosen })
    await edit(context, botTexts[language].languageChosen)
  }
}

const languageKey = (chat: number) => `language/${chat}` as const

function chooseLanguage(state: StateStore, chat: number, language: Language): Promise<void> {
  return state.set(languageKey(chat), language)
}

/** The language that a chat chose; null where it chose none. */
export async function chosenLanguage(state: StateStore, chat: number): Promise<Language | null> {
  const chosen = await state.get(languageKey(chat))
  return chosen === 'zh' || chosen === 'en' ? chosen : null
}

/** The locale in which a chat is told something unasked: the chat's language, else the one that was spoken before. */
export async function localeIn(chat: number, before: Locale, state: StateStore): Promise<Locale> {
  const chosen = await chosenLanguage(state, chat)
  const locale = chosen === null || before.startsWith(chosen) ? before : chosen
  if (locale === 'zh-Hant') await loadTraditional()
  return locale
}

/** Copies the choice of a group to the supergroup that it became. */
export async function copyLanguage(state: StateStore, from: number, to: number): Promise<void> {
  await state.set(languageKey(to), await state.get(languageKey(from)))
}
