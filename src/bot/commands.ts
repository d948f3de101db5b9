import { Composer } from 'grammy'
import { textIn } from '../answer/locale.ts'
import type { Language } from '../errors.ts'
import { isAdmin } from './access.ts'
import type { BotContext, BotParts, MessageContext, PressHandlers } from './context.ts'
import { alert, reply, textsFor } from './context.ts'
import { pressing } from './keyboard.ts'
import { clip } from './render.ts'
import { renderFaults } from './renderFiles.ts'
import { reportsOpener } from './reports.ts'
import { botTexts } from './texts.ts'

/** Faults listed by `/status`; the others are counted. */
const maxFaults = 5
const maxNoteCharacters = 300

/** `/start`, `/help`, `/reports` with words or tags that narrow the list, `/language`, and `/status` for admins. */
export function commands(parts: BotParts): Composer<BotContext> {
  const { state, access } = parts
  const composer = new Composer<BotContext>()
  const onText = composer.on('message:text')
  onText.command('start', (context) => reply(context, textsFor(context).start))
  onText.command('help', (context) => {
    const say = textsFor(context)
    const forAdmins = context.chat.type === 'private' && isAdmin(context, access) ? `\n\n${say.files.help}` : ''
    return reply(context, say.help(context.me.username) + forAdmins)
  })

  const openReports = reportsOpener(parts)
  onText.command('reports', async (context) => {
    const tags = context.match.split(/[\s,，、#＃]+/u).filter((tag) => /[\p{L}\p{N}]/u.test(tag))
    await openReports(context, { kind: 'reports', page: 0, tags })
  })

  onText.command('language', async (context) => {
    if (!(await mayChoose(context, parts))) return reply(context, textsFor(context).onlyAdminsChoose)
    const wanted = /^(zh|en)\b/iu.exec(context.match.trim())?.[1]?.toLowerCase()
    if (wanted === 'zh' || wanted === 'en') {
      await state.set(`language/${context.chat.id}`, wanted)
      return reply(context, botTexts[wanted].languageKept)
    }
    const button = (text: string, language: Language) => pressing(text, { kind: 'language', language })
    const keyboard = { inline_keyboard: [[button('中文', 'zh'), button('English', 'en')]] }
    return reply(context, textsFor(context).chooseLanguage, { keyboard })
  })

  onText.command('status', async (context) => {
    if (isAdmin(context, access)) await reply(context, await statusOf(parts, context))
    else if (context.chat.type === 'private') await reply(context, textsFor(context).onlyAdmins)
  })
  return composer
}

/** A button that chooses the language of its chat. */
export function languageButton(parts: BotParts): PressHandlers<'language'>['language'] {
  return async (context, { language }) => {
    const chat = context.callbackQuery.message?.chat
    if (!chat) return void (await context.answerCallbackQuery())
    if (!(await mayChoose(context, parts))) return alert(context, textsFor(context).onlyAdminsChoose)
    await parts.state.set(`language/${chat.id}`, language)
    await context.answerCallbackQuery({ text: botTexts[language].languageKept })
    await context.editMessageText(botTexts[language].languageKept)
  }
}

async function mayChoose(context: BotContext, { access }: BotParts): Promise<boolean> {
  if (context.chat?.type === 'private' || isAdmin(context, access)) return true
  if (context.msg?.sender_chat?.id === context.chat?.id && context.message) return true
  const member = await context.getAuthor()
  return member.status === 'administrator' || member.status === 'creator'
}

async function statusOf({ answerer, library, metrics, state }: BotParts, context: MessageContext): Promise<string> {
  const say = textsFor(context).status
  const { engine, model, passages, faults, notes, update, trouble } = library.status
  // The fault of the folder itself, which names no file, is the trouble.
  const ofFiles = faults.filter(({ file }) => file !== '')
  const { answers, events, waiting, medianMs, p99Ms } = await metrics.summary()
  const minutes = Math.floor((Date.now() - metrics.startedAt.getTime()) / 60_000)
  const told = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || '0'
  return [
    say.title,
    say.index(`${passages} × ${engine}, ${model}`, answerer.reports.length),
    ...(trouble ? [`⚠️ ${textIn(trouble.text, context.language)}`] : []),
    ...(update ? [say.update(textsFor(context).files.progress(update))] : []),
    say.uptime(Math.floor(minutes / 60), minutes % 60),
    say.answers(told(answers)),
    ...(medianMs === null || p99Ms === null ? [] : [say.latency(Math.round(medianMs), Math.round(p99Ms))]),
    say.waiting(waiting),
    ...(Object.keys(events).length === 0 ? [] : [say.events(told(events))]),
    say.feedback(await state.count('feedback')),
    ...notes.map((note) => `ℹ️ ${clip(textIn(note, context.language), maxNoteCharacters)}`),
    ...(ofFiles.length === 0 ? [] : [renderFaults(ofFiles, context.language, maxFaults)]),
  ].join('\n')
}
