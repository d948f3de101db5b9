import { Composer } from 'grammy'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { reply } from '../send.ts'

/** The hint is given again after this time. */
const hintSeconds = 30 * 24 * 3600

/**
 * A message in a private chat that holds nothing to read, like a sticker, a voice message or a place, is answered with a hint
 * on what to send, once a month. In groups it is none of the bot's business.
 */
export function unreadable({ state }: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer
    .on([
      'message:sticker',
      'message:voice',
      'message:video_note',
      'message:audio',
      'message:video',
      'message:animation',
      'message:location',
      'message:contact',
      'message:poll',
      'message:dice',
      'message:story',
    ])
    .use(async (context, next) => {
      if (context.chat.type !== 'private' || context.message.caption !== undefined) return next()
      if (await state.claim(`unreadable/${context.chat.id}`, '1', hintSeconds))
        await reply(context, textsFor(context).unreadable)
    })
  return composer
}
