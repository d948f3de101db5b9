import { Composer, GrammyError } from 'grammy'
import { isAllowed, isMember } from '../access.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { post, send } from '../send.ts'
import { botTexts } from '../views/texts.ts'
import { languageOf } from './language.ts'

/**
 * When the bot is added to a group, or its rights there change, the person who did it and the admins get a private
 * message. It says what keeps the bot from hearing or answering in the group.
 */
export function membership({ access, metrics, language }: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('my_chat_member', async (context) => {
    const { chat, from, old_chat_member: before, new_chat_member: now } = context.myChatMember
    if (chat.type !== 'group' && chat.type !== 'supergroup') return
    if (!isMember(now)) return metrics.counted('left a group')
    const isMuted = now.status === 'restricted' && !now.can_send_messages
    const wasIn = isMember(before)
    if (wasIn && !isMuted) return
    const isDeaf = !context.me.can_read_all_group_messages && now.status !== 'administrator'
    const kind = isMuted ? 'muted' : isDeaf ? 'privacy' : 'ready'
    metrics.counted(`group ${kind}`)
    const isKnown = isAllowed(context, access)
    for (const id of new Set([...(isKnown ? [from.id] : []), ...access.admins])) {
      const spoken = id === from.id ? languageOf(from.language_code, language) : language
      const isSent = await notify(context, id, botTexts[spoken].group[kind](chat.title))
      if (!isSent) metrics.counted('admin unreachable')
    }
    if (!wasIn && !isMuted && isKnown) await post(context, botTexts[context.language].group.hello)
  })
  return composer
}

/** Sends a private message; false when Telegram refuses it, as it does where the person never wrote to the bot. */
async function notify(context: BotContext, id: number, text: string): Promise<boolean> {
  try {
    await send(context.api, id, text)
    return true
  } catch (error) {
    if (error instanceof GrammyError && (error.error_code === 403 || error.error_code === 400)) return false
    throw error
  }
}
