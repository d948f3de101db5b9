import { Composer, type Context } from 'grammy'
import { UserError } from '../errors.ts'
import { type BotParts, languageOf, reply, type TextContext, textsFor } from './context.ts'
import { renderAnswer } from './render.ts'

/** Read from the text itself: Telegram marks no command where Chinese follows without a space (`/ask多少套`). */
const askCommand = /^\/ask(?:@([a-z0-9_]+))?(?![a-z0-9_@])(.*)$/isu

/**
 * Questions: any text in a private chat; in groups `/ask …`, `/ask` as a reply to somebody's message, and replies to
 * the bot. In groups everything else is none of the bot's business.
 */
export function ask(parts: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  const onText = composer.on('message:text')
  onText.use(async (context) => {
    const { text, reply_to_message: replied } = context.message
    const isPrivate = context.chat.type === 'private'
    const isToBot = replied?.from?.id === context.me.id && replied.forum_topic_created === undefined
    const asked = askCommand.exec(text)
    if (asked) {
      if (asked[1] !== undefined && asked[1].toLowerCase() !== context.me.username.toLowerCase()) return
      const question = asked[2]!.trim() || (isToBot ? '' : (replied?.text ?? replied?.caption ?? '').trim())
      if (question === '') await reply(context, textsFor(context, parts.language).askNeedsQuestion)
      else await answer(parts, context, question)
    } else if (/^\/[a-z0-9_]+/iu.test(text)) {
      if (isPrivate) await reply(context, textsFor(context, parts.language).help(context.me.username))
    } else if (isPrivate || isToBot) await answer(parts, context, text)
  })
  return composer
}

async function answer(
  { answerer, language, log, access }: BotParts,
  context: TextContext,
  question: string,
): Promise<void> {
  const texts = textsFor(context, language)
  const ageSeconds = Date.now() / 1000 - context.message.date
  if (access.maxQuestionAgeSeconds > 0 && ageSeconds > access.maxQuestionAgeSeconds) {
    if (context.chat.type === 'private') await reply(context, texts.tooOld)
    return
  }
  try {
    const found = await answerer.answer({ text: question })
    log.debug('answered', { elapsedMs: Math.round(found.elapsedMs), confidence: found.confidence })
    await reply(context, renderAnswer(found, languageOf(context, language)))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    await reply(context, error.text[languageOf(context, language)])
  }
}
