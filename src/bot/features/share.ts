import { type BotDependencies, type PressHandlers, textsFor } from '../context.ts'
import { alert, post } from '../send.ts'
import { renderQuotes } from '../views/render.ts'

/** A second press within this time posts nothing again. */
const sharedSeconds = 3600

/** Posts for everybody in the chat the quote that only the presser saw. */
export function shareButton({ library, state }: BotDependencies): PressHandlers<'share'>['share'] {
  return async (context, { passage, highlights }) => {
    const say = textsFor(context)
    const quote = await library.answerer.quote(passage, highlights[0])
    if (!quote) return alert(context, say.gone)
    const isFirst = await state.claim(`shared/${context.chat?.id}/${context.from.id}/${passage}`, '1', sharedSeconds)
    if (isFirst) {
      await post(context, renderQuotes([quote], context.language), context.callbackQuery.message?.message_id)
    }
    await context.answerCallbackQuery({ text: say.shared })
  }
}
