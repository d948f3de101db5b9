import { Composer } from 'grammy'
import { isAllowed } from '../access.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { refusalText } from '../failures.ts'
import { insertedMessage } from '../send.ts'
import { insertedQuote } from './inline.ts'

/** Guest mode answers once in a chat that the bot is not in, when it is called there. */
export function guest(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.use(async (context, next) => {
    const message = context.guestMessage
    if (!message) return next()
    const id = message.guest_query_id
    const isAnswered = dependencies.modes.guest && !context.from?.is_bot && isAllowed(context, dependencies.access)
    if (!isAnswered || id === undefined) return
    const say = textsFor(context)
    const text = (message.text ?? message.caption ?? '').replaceAll(new RegExp(`@${context.me.username}`, 'giu'), ' ')
    const question = text.trim() || (message.reply_to_message?.text ?? '').trim()
    const answerWith = (text: string) =>
      context.api.answerGuestQuery(id, {
        type: 'article',
        id: 'note',
        title: text.slice(0, 60),
        input_message_content: insertedMessage(text),
      })
    if (question === '') return void (await answerWith(say.askNeedsQuestion))
    try {
      const found = await dependencies.library.answerer.answer({ text: question })
      dependencies.metrics.answered(`guest ${found.band}`, found.elapsedMs)
      const best = found.quotes[0]
      if (!best || found.band === 'none') await answerWith(say.nothing)
      else await context.api.answerGuestQuery(id, insertedQuote(context, best, question, dependencies))
    } catch (error) {
      await answerWith(refusalText(error, context, dependencies))
    }
  })
  return composer
}
