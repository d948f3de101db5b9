import { Composer, GrammyError } from 'grammy'
import { isAllowed } from '../access.ts'
import type { BotContext, BotDependencies } from '../context.ts'
import { post, send } from '../send.ts'
import { botTexts } from '../views/texts.ts'
import { languageOf } from './language.ts'

/**
 * When the bot is added to a group, or its rights there change, the person who did it and the admins get a private message. It
 * says what keeps the bot from hearing or answering in the group.
 */
export function membership(dependencies: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  composer.on('my_chat_member', async (context) => {
    const { chat, from, old_chat_member: before, new_chat_member: now } = context.myChatMember
    if (chat.type !== 'group' && chat.type !== 'supergroup') return
    const isIn = isMember(now.status) || (now.status === 'restricted' && now.is_member)
    if (!isIn) return dependencies.metrics.counted('left a group')
    const isMuted = now.status === 'restricted' && !now.can_send_messages
    const wasIn = isMember(before.status) || (before.status === 'restricted' && before.is_member)
    if (wasIn && !isMuted) return
    const isDeaf = !context.me.can_read_all_group_messages && now.status !== 'administrator'
    const kind = isMuted ? 'muted' : isDeaf ? 'privacy' : 'ready'
    dependencies.metrics.counted(`group ${kind}`)
    const isKnown = isAllowed(context, dependencies.access)
    for (const id of new Set([...(isKnown ? [from.id] : []), ...dependencies.access.admins])) {
      const language = id === from.id ? languageOf(from.language_code, dependencies.language) : dependencies.language
      await notify(context, dependencies, id, botTexts[language].group[kind](chat.title))
    }
    if (!wasIn && !isMuted && isKnown) await post(context, botTexts[context.language].group.hello)
  })
  return composer
}

/** Sends a private message. Telegram refuses it where the person never wrote to the bot: that is counted, and no failure. */
async function notify(context: BotContext, { metrics }: BotDependencies, id: number, text: string): Promise<void> {
  try {
    await send(context.api, id, text)
  } catch (error) {
    if (!(error instanceof GrammyError) || (error.error_code !== 403 && error.error_code !== 400)) throw error
    metrics.counted('admin unreachable')
  }
}

function isMember(status: string): boolean {
  return status === 'member' || status === 'administrator' || status === 'creator'
}
