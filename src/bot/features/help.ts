import { Composer } from 'grammy'
import { isAdmin } from '../access.ts'
import { type BotContext, type BotDependencies, textsFor } from '../context.ts'
import { reply } from '../send.ts'

/** `/start` greets and `/help` explains the bot, to admins in private its commands for admins, too. */
export function help({ access, fetchLink }: BotDependencies): Composer<BotContext> {
  const composer = new Composer<BotContext>()
  const onText = composer.on('message:text')
  onText.command('start', (context) => reply(context, textsFor(context).start))
  onText.command('help', (context) => {
    const say = textsFor(context)
    const ofFiles = fetchLink === null ? say.files.help : `${say.files.help}\n${say.files.linkHelp}`
    const forAdmins = context.chat.type === 'private' && isAdmin(context, access) ? `\n\n${ofFiles}` : ''
    return reply(context, say.help(context.me.username) + forAdmins)
  })
  return composer
}
