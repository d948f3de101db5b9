import { Composer, type Context } from 'grammy'
import { type BotParts, languageOf, reply, textsFor } from './context.ts'
import { renderReports } from './render.ts'

/** `/start`, `/help` and `/reports`. */
export function commands({ answerer, language }: BotParts): Composer<Context> {
  const composer = new Composer<Context>()
  const onText = composer.on('message:text')
  onText.command('start', (context) => reply(context, textsFor(context, language).start))
  onText.command('help', (context) => reply(context, textsFor(context, language).help(context.me.username)))
  onText.command('reports', (context) => reply(context, renderReports(answerer.reports, languageOf(context, language))))
  return composer
}
