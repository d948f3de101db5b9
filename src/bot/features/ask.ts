import { Composer } from 'grammy'
import { type BotContext, type BotDependencies, type MessageContext, refusalOf, reply, textsFor } from '../context.ts'
import { pageLink, pageOpener } from '../pageLinks.ts'
import { answerKeyboard, type Place } from '../views/keyboard.ts'
import { renderAnswer } from '../views/render.ts'
import { questionLimit } from './questionLimit.ts'

/** Read from the text itself: Telegram marks no command where Chinese follows without a space (`/ask多少套`). */
const askCommand = /^\/ask(?:@([a-z0-9_]+))?(?![a-z0-9_@])(.*)$/isu

/** What a message asks, and the question before it where it replies to an answer. */
interface Asked {
  readonly question: string
  readonly previous: string | null
}

/**
 * Questions: any text or caption in a private chat; in groups `/ask …`, `/ask` or a mention as a reply to somebody's message,
 * mentions, and replies to the bot. In groups everything else is none of the bot's business.
 */
export function ask(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  const limit = questionLimit(dependencies.access.maxQuestionsPerMinute)
  composer.on('message', async (context) => {
    const asked = askedBy(context)
    if (asked === null) return
    if (asked === 'nothing') return reply(context, textsFor(context).askNeedsQuestion)
    if (asked === 'help') return reply(context, textsFor(context).help(context.me.username))
    // All anonymous admins of all groups have one id; they count as their group.
    const person = context.message.sender_chat ? [] : [`person ${context.from.id}`]
    const verdict = limit(...person, `chat ${context.chat.id}`)
    if (verdict !== 'fine') {
      dependencies.metrics.counted('limited')
      if (verdict === 'tell') await reply(context, textsFor(context).limited(dependencies.access.maxQuestionsPerMinute))
      return
    }
    return answer(dependencies, context, asked)
  })
  return composer
}

/** What a message asks of the bot; `nothing` where it calls the bot without a question, null where it does not call it. */
function askedBy(context: MessageContext): Asked | 'nothing' | 'help' | null {
  const { message, me } = context
  const text = message.text ?? message.caption
  // A card that somebody inserted through the bot is an answer, no question.
  if (text === undefined || message.via_bot?.id === me.id) return null
  const isPrivate = context.chat.type === 'private'
  const replied = message.reply_to_message
  const isToBot = replied?.from?.id === me.id && replied.forum_topic_created === undefined
  const said = (question: string): Asked | 'nothing' => {
    const own = question.trim()
    if (own !== '') return { question: own, previous: isToBot ? questionOf(context) : null }
    // Called without a question as a reply: what it replies to, or the part of that which was selected, is the question.
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

/** The text without the mentions of the bot; null where it does not mention it. */
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
 * The question that the bot's message replied to answered. Telegram hands over the message with its buttons, and one of
 * them carries the question; where it does not, the words that the message marks stand in for it.
 */
function questionOf({ message }: MessageContext): string | null {
  const answered = message.reply_to_message
  for (const button of answered?.reply_markup?.inline_keyboard.flat() ?? [])
    if ('switch_inline_query_current_chat' in button && button.switch_inline_query_current_chat !== '')
      return button.switch_inline_query_current_chat ?? null
  const marked = answered?.entities?.find(({ type }) => type === 'bold')
  return marked && answered?.text ? answered.text.slice(marked.offset, marked.offset + marked.length) : null
}

async function answer(
  dependencies: BotDependencies,
  context: MessageContext,
  { question, previous }: Asked,
): Promise<void> {
  const { answerer, log, metrics, modes } = dependencies
  try {
    const found = await answerer.answer({ text: question, ...(previous !== null && { previous }) })
    metrics.answered(found.band, found.elapsedMs)
    log.debug('answered', { elapsedMs: Math.round(found.elapsedMs), confidence: found.confidence })
    const hasFace = context.chat.type !== 'private' && !context.message.sender_chat
    const onlyFor = modes.ephemeral && hasFace ? context.from.id : undefined
    const place = { ...placeOf(context, dependencies), isEphemeral: onlyFor !== undefined }
    const keyboard = answerKeyboard(found, question, place)
    await reply(context, renderAnswer(found, context.language, pageLink(context, dependencies)), { keyboard, onlyFor })
  } catch (error) {
    await reply(context, refusalOf(error, context, dependencies))
  }
}

/** Where the buttons of this context's answer will be pressed. */
export function placeOf(context: BotContext, dependencies: BotDependencies): Place {
  return {
    language: context.language,
    isPrivate: context.chat?.type === 'private',
    username: context.me.username,
    hasInline: context.me.supports_inline_queries,
    page: pageOpener(context, dependencies),
  }
}
