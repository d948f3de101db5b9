import { Composer } from 'grammy'
import { textIn } from '../../answer/locale.ts'
import { isAdmin } from '../access.ts'
import { type BotContext, type BotDependencies, type MessageContext, textsFor } from '../context.ts'
import { reply } from '../send.ts'
import { renderFaults } from '../views/renderFiles.ts'
import { clip } from '../views/shorten.ts'

/** `/status` lists this many faults and counts the others. */
const maxFaults = 5
const maxNoteCharacters = 300

/** `/status` shows admins how the bot and its index are doing. */
export function status(dependencies: BotDependencies): Composer<BotContext> {
  const { access } = dependencies
  const composer = new Composer<BotContext>()
  composer.on('message:text').command('status', async (context) => {
    if (isAdmin(context, access)) await reply(context, await statusText(dependencies, context))
    else if (context.chat.type === 'private') await reply(context, textsFor(context).onlyAdmins)
  })
  return composer
}

async function statusText({ library, metrics, state }: BotDependencies, context: MessageContext): Promise<string> {
  const say = textsFor(context).status
  const { engine, model, modelNote, passages, faults, notes, update, trouble } = library.status
  // The fault of the folder itself, which names no file, is shown as the trouble.
  const ofFiles = faults.filter(({ file }) => file !== '')
  const { answers, events, waiting, medianMs, p99Ms } = await metrics.summary()
  const minutes = Math.floor((Date.now() - metrics.startedAt.getTime()) / 60_000)
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || '0'
  return [
    say.title,
    say.index(`${passages} × ${engine}, ${model}`, library.answerer.reports.length),
    ...(trouble ? [`⚠️ ${textIn(trouble.text, context.language)}`] : []),
    ...(update ? [say.update(textsFor(context).files.progress(update))] : []),
    say.uptime(Math.floor(minutes / 60), minutes % 60),
    say.answers(listed(answers)),
    ...(medianMs === null || p99Ms === null ? [] : [say.latency(Math.round(medianMs), Math.round(p99Ms))]),
    say.waiting(waiting),
    ...(Object.keys(events).length === 0 ? [] : [say.events(listed(events))]),
    say.feedback(await state.count('feedback')),
    ...(modelNote ? [modelNote, ...notes] : notes).map(
      (note) => `ℹ️ ${clip(textIn(note, context.language), maxNoteCharacters)}`,
    ),
    ...(ofFiles.length === 0 ? [] : [renderFaults(ofFiles, context.language, maxFaults)]),
  ].join('\n')
}
