import { Composer } from 'grammy'
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import { isCut } from '../../answer/excerpt.ts'
import type { Answer, Quote } from '../../answer/types.ts'
import { type BotContext, type BotDependencies, type MessageContext, textsFor } from '../context.ts'
import { refusalText } from '../failures.ts'
import { buttonContext, pageLink } from '../pageLinks.ts'
import { reply } from '../send.ts'
import { maxPassagesOfAddress } from '../views/address.ts'
import {
  type ButtonContext,
  copyButton,
  keyboardOf,
  openButton,
  opening,
  pagingRow,
  photographButtons,
  pressing,
  sourceButton,
  withFirstMark,
} from '../views/keyboard.ts'
import { quotesOfMessage, renderAnswer } from '../views/render.ts'
import { botTexts } from '../views/texts.ts'
import { feedbackRow } from './feedback.ts'
import { maxInlineQueryCharacters } from './inline.ts'
import { questionLimit } from './questionLimit.ts'
import { watchButtons } from './watch.ts'

/** The command is found in the text: Telegram marks no command where Chinese follows without a space (`/ask多少套`). */
const askCommand = /^\/ask(?:@([a-z0-9_]+))?(?![a-z0-9_@])(.*)$/isu

interface AskedQuestion {
  readonly question: string
  /** The question of the answer that the message replies to; null where it replies to none. */
  readonly previous: string | null
}

/**
 * Answers questions: any text or caption in a private chat; in groups `/ask …`, `/ask` or a mention as a reply to
 * somebody's message, mentions, and replies to the bot. In groups everything else is none of the bot's business.
 */
export function ask(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  const limit = questionLimit(dependencies.access.maxQuestionsPerMinute)
  composer.on('message', async (context) => {
    const asked = questionIn(context)
    if (asked === null) return
    if (asked === 'nothing') return reply(context, textsFor(context).askNeedsQuestion)
    if (asked === 'help') return reply(context, textsFor(context).help(context.me.username))
    // Anonymous admins of all groups share one id, so they count as their group only.
    const person = context.message.sender_chat ? [] : [`person ${context.from.id}`]
    const verdict = limit(...person, `chat ${context.chat.id}`)
    if (verdict !== 'fine') {
      dependencies.metrics.counted('limited')
      if (verdict === 'warn') await reply(context, textsFor(context).limited(dependencies.access.maxQuestionsPerMinute))
      return
    }
    return answer(dependencies, context, asked)
  })
  return composer
}

/**
 * The question that a message asks the bot; `nothing` where it calls the bot without a question, `help` where it is a
 * command that the bot does not know, null where it does not call the bot.
 */
function questionIn(context: MessageContext): AskedQuestion | 'nothing' | 'help' | null {
  const { message, me } = context
  const text = message.text ?? message.caption
  // A message that somebody inserted through the bot's inline mode is an answer.
  if (text === undefined || message.via_bot?.id === me.id) return null
  const isPrivate = context.chat.type === 'private'
  const replied = message.reply_to_message
  const isToBot = replied?.from?.id === me.id && replied.forum_topic_created === undefined
  const said = (question: string): AskedQuestion | 'nothing' => {
    const own = question.trim()
    if (own !== '') return { question: own, previous: isToBot ? previousQuestion(context) : null }
    // The message calls the bot without a question. The message that it replies to, or the selected part of it, is the
    // question.
    const other = isToBot ? '' : (message.quote?.text ?? replied?.text ?? replied?.caption ?? '').trim()
    return other === '' ? 'nothing' : { question: other, previous: null }
  }
  const command = askCommand.exec(text)
  if (command) {
    if (command[1] !== undefined && command[1].toLowerCase() !== me.username.toLowerCase()) return null
    return said(command[2]!)
  }
  if (/^\/[a-z0-9_]+/iu.test(text)) return isPrivate ? 'help' : null
  const unmentioned = withoutMention(text, context)
  if (unmentioned !== null) return said(unmentioned)
  return isPrivate || isToBot ? said(text) : null
}

/** The text without the mentions of the bot; null where there is none. */
function withoutMention(text: string, { message, me }: MessageContext): string | null {
  const own = (message.entities ?? message.caption_entities ?? []).filter(
    ({ type, offset, length }) =>
      type === 'mention' && text.slice(offset + 1, offset + length).toLowerCase() === me.username.toLowerCase(),
  )
  if (own.length === 0) return null
  let rest = ''
  let at = 0
  for (const { offset, length } of own) {
    rest += `${text.slice(at, offset)} `
    at = offset + length
  }
  return rest + text.slice(at)
}

/**
 * The question of the answer that a message replies to. The button to ask again carries it, and Telegram hands over the
 * answer with its buttons. Without that button the words in bold in a quote, which answered, stand in for the question.
 */
function previousQuestion({ message }: MessageContext): string | null {
  const answered = message.reply_to_message
  for (const button of answered?.reply_markup?.inline_keyboard.flat() ?? [])
    if ('switch_inline_query_current_chat' in button && button.switch_inline_query_current_chat !== '')
      return button.switch_inline_query_current_chat ?? null
  const quotes = answered?.entities?.filter(({ type }) => /blockquote$/u.test(type)) ?? []
  const marked = answered?.entities?.find(
    ({ type, offset }) =>
      type === 'bold' && quotes.some((quote) => quote.offset <= offset && offset < quote.offset + quote.length),
  )
  return marked && answered?.text ? answered.text.slice(marked.offset, marked.offset + marked.length) : null
}

async function answer(
  dependencies: BotDependencies,
  context: MessageContext,
  { question, previous }: AskedQuestion,
): Promise<void> {
  const { library, log, metrics, modes } = dependencies
  try {
    const found = await library.answerer.answer({ text: question, ...(previous !== null && { previous }) })
    metrics.answered(found.band, found.elapsedMs)
    log.debug('answered', { elapsedMs: Math.round(found.elapsedMs), confidence: found.confidence })
    const isPerson = context.chat.type !== 'private' && !context.message.sender_chat
    const onlyFor = modes.ephemeral && isPerson ? context.from.id : undefined
    const buttons = { ...buttonContext(context, dependencies), isEphemeral: onlyFor !== undefined }
    const isShort = context.chat.type !== 'private'
    // The message asks to press a tag, so it does without where no tag has a button.
    const shown = { ...found, alternatives: found.alternatives.filter(({ tag }) => hasButton(tag, question, buttons)) }
    const message = renderAnswer(shown, context.language, pageLink(context, dependencies), isShort)
    await reply(context, { ...message, keyboard: answerKeyboard(shown, { question, previous }, buttons) }, onlyFor)
  } catch (error) {
    await reply(context, refusalText(error, context, dependencies))
  }
}

/** The buttons under an answer. */
export function answerKeyboard(
  answer: Answer,
  asked: AskedQuestion,
  context: ButtonContext,
): InlineKeyboardMarkup | undefined {
  const { question } = asked
  const say = botTexts[context.language].buttons
  const again = askAgain(question, context)
  const watch = watchButtons(answer, asked, context)
  const [best] = answer.quotes
  if (!best) return again.length + watch.length > 0 ? keyboardOf([again, watch]) : undefined
  const toQuotes = (text: string, quotes: readonly Quote[]) =>
    opening(text, { kind: 'quotes', passages: quotes.map(({ passage }) => passage) }, context)
  if (answer.band === 'none')
    return keyboardOf([[toQuotes(say.nearest, answer.quotes.slice(0, maxPassagesOfAddress))], again, watch])
  const shown = new Set(quotesOfMessage(answer))
  const hidden = answer.quotes.filter((quote) => !shown.has(quote)).slice(0, maxPassagesOfAddress)
  const others = answer.otherValues.map(({ year, quote }) =>
    opening(say.otherYear(year), { kind: 'quote', ...withFirstMark(quote) }, context),
  )
  const narrower = narrowing(answer.alternatives, question)
  const more = hidden.length > 0 ? [toQuotes(say.more(hidden.length), hidden)] : []
  if (context.isPrivate) {
    return keyboardOf([
      pagingRow(best.passage, 0, context, { isCut: isCut(best) }),
      [sourceButton(best, context), ...photographButtons(best, context), copyButton(best, context)],
      others,
      [...more, ...again],
      ...narrower,
      watch,
      feedbackRow(best.passage),
    ])
  }
  return keyboardOf([
    context.isEphemeral ? [pressing(say.share, { kind: 'share', ...withFirstMark(best) })] : [],
    [openButton(best, context), ...photographButtons(best, context), ...more, copyButton(best, context)],
    others,
    [...feedbackRow(best.passage), ...again],
    watch,
    // A reply finds the question in the first of such buttons, so these come behind the one to ask again.
    ...narrower,
  ])
}

/** Rows of buttons that put the question anew about one place or year each. */
function narrowing(alternatives: Answer['alternatives'], question: string): readonly InlineKeyboardButton[][] {
  const buttons = alternatives.map(({ tag }) => ({
    text: `#${tag}`,
    switch_inline_query_current_chat: about(question, tag),
  }))
  return [buttons.slice(0, 3), buttons.slice(3)]
}

/** Tells whether the question about a place or year can have a button: the bot answers inline queries, and it fits into one. */
function hasButton(tag: string, question: string, { hasInline }: ButtonContext): boolean {
  return hasInline && about(question, tag).length <= maxInlineQueryCharacters
}

function about(question: string, tag: string): string {
  return `${question} #${tag}`
}

/**
 * The button to put the question anew; none where it does not fit into an inline query. It carries the question, so
 * that a reply to the answer can be read together with it.
 */
function askAgain(question: string, { language, hasInline }: ButtonContext): InlineKeyboardButton[] {
  if (!hasInline || question.length > maxInlineQueryCharacters) return []
  return [{ text: botTexts[language].buttons.again, switch_inline_query_current_chat: question }]
}
