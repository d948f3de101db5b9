import { Composer } from 'grammy'
import { isAllowed } from '../access.ts'
import { type BotContext, type BotDependencies, refusalOf, textsFor } from '../context.ts'
import { card } from './inline.ts'

/** Guest mode: one answer where the bot was called in a chat that it is not in. */
export function guest(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.use(async (context, next) => {
    const message = context.guestMessage
    if (!message) return next()
    const id = message.guest_query_id
    if (
      !dependencies.modes.guest ||
      id === undefined ||
      context.from?.is_bot ||
      !isAllowed(context, dependencies.access)
    )
      return
    const say = textsFor(context)
    const text = (message.text ?? message.caption ?? '').replaceAll(new RegExp(`@${context.me.username}`, 'giu'), ' ')
    const question = text.trim() || (message.reply_to_message?.text ?? '').trim()
    const tell = (told: string) =>
      context.api.answerGuestQuery(id, {
        type: 'article',
        id: 'note',
        title: told.slice(0, 60),
        input_message_content: { message_text: told, link_preview_options: { is_disabled: true } },
      })
    if (question === '') return void (await tell(say.askNeedsQuestion))
    try {
      const found = await dependencies.answerer.answer({ text: question })
      dependencies.metrics.answered(`guest ${found.band}`, found.elapsedMs)
      const best = found.quotes[0]
      if (!best || found.band === 'none') await tell(say.nothing)
      else await context.api.answerGuestQuery(id, card(context, best, question, dependencies))
    } catch (error) {
      await tell(refusalOf(error, context, dependencies))
    }
  })
  return composer
}
