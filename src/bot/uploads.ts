import { Composer, type Filter, GrammyError } from 'grammy'
import { textIn } from '../answer/locale.ts'
import { UserError } from '../errors.ts'
import type { UpdateProgress } from '../library/types.ts'
import { isAdmin } from './access.ts'
import { type BotContext, type BotParts, type BotSettings, reply, textsFor } from './context.ts'
import { unlessCutOff } from './cutOff.ts'
import { download, maxDownloadBytes, tooLarge } from './download.ts'
import { createLiveMessage } from './liveMessage.ts'
import { renderAdded, renderRefused, renderUpload, shownName } from './renderFiles.ts'
import { reasonOf } from './retry.ts'
import { keepUpload, loadUpload, type SentFile, type UploadRecord, uploadIdOf, withFile } from './uploadRecords.ts'

type FileContext = Filter<BotContext, 'message:document' | 'message:photo'>

/** What every step of an upload works with. */
interface Desk {
  readonly parts: BotParts
  readonly settings: BotSettings
  readonly cutOff: AbortSignal
}

/** Who sends albums or many files and is no admin is told so once in this time. */
const hintSeconds = 60

/**
 * Files that admins send in private chats go into the reports folder; one message, edited as it goes on, tells of all
 * files that were sent together. Files of others are told apart from questions: a caption is one, a bare file is none.
 */
export function uploads(desk: Desk): Composer<BotContext> {
  const { access, state } = desk.parts
  const composer = new Composer<BotContext>()
  composer.on(['message:document', 'message:photo'], async (context, next) => {
    if (context.chat.type !== 'private') return next()
    if (isAdmin(context, access)) return receive(desk, context)
    const { caption = '', media_group_id: album } = context.message
    const isQuestion = caption.trim() !== ''
    // The question of an album stands with one of its files, and the others need no hint then.
    const mayHint = isQuestion && !album ? false : await state.claim(`hinted/${context.chat.id}`, '1', hintSeconds)
    if (isQuestion) return next()
    if (mayHint) await reply(context, textsFor(context).files.onlyAdminsSend)
  })
  return composer
}

/**
 * Takes in one file. An update may come again: a file whose outcome was remembered is only shown again, and one that
 * was begun and not remembered is taken for this upload's own, though the library holds it already.
 */
async function receive({ parts, settings, cutOff }: Desk, context: FileContext): Promise<void> {
  const { state } = parts
  const { chat, message } = context
  const sent = fileOf(context)
  const upload = uploadIdOf(message)
  const known = await loadUpload(state, chat.id, upload)
  const own = known?.files.find(({ from }) => from === message.message_id)
  if (known && own && own.outcome !== null) return show(parts, context, known, upload)

  const name = shownName(sent.name)
  const file: SentFile = { from: message.message_id, name, outcome: null, id: null, isTakenOut: false }
  const isAlbum = message.media_group_id !== undefined
  let record = withFile(known ?? { message: 0, isAlbum, files: [] }, file)
  const before = renderUpload(record, upload, context.language)
  if (!known) record = { ...record, message: await reply(context, before.text) }
  await keepUpload(state, chat.id, upload, record)

  const textWith = (outcome: string) =>
    renderUpload(withFile(record, { ...file, outcome }), upload, context.language).text
  const editTo = (text: string) =>
    context.api.editMessageText(chat.id, record.message, text, editOptions(record, upload, context)).catch((error) => {
      // What it shows is overtaken soon, and what became of the file is told in any case.
      parts.metrics.counted(error instanceof GrammyError ? reasonOf(error) : 'progress not shown')
    })
  const live = createLiveMessage(editTo, known ? '' : before.text)
  live.show(before.text)
  const onProgress = (progress: UpdateProgress) => live.show(textWith(textsFor(context).files.working(name, progress)))
  try {
    const taken = await takeIn({ parts, settings, cutOff }, context, sent, own !== undefined, onProgress)
    record = withFile(record, { ...file, ...taken })
    await keepUpload(state, chat.id, upload, record)
  } finally {
    await live.end()
  }
  await show(parts, context, record, upload)
}

/** What became of the file: told as a text, with its id where this upload brought it. */
async function takeIn(
  { parts, settings, cutOff }: Desk,
  context: FileContext,
  sent: Sent,
  isRepeated: boolean,
  onProgress: (progress: UpdateProgress) => void,
): Promise<Pick<SentFile, 'outcome' | 'id'>> {
  const { library, log, metrics } = parts
  const { language } = context
  const name = shownName(sent.name)
  const isAlbum = context.message.media_group_id !== undefined
  try {
    const isTooLarge = settings.localFileBytes === null && sent.size !== undefined && sent.size > maxDownloadBytes
    if (isTooLarge) throw tooLarge()
    const onFault = (reason: string) => log.warn('a file could not be downloaded', reason)
    const bytes = await download(context.api, sent.fileId, { ...settings, cutOff, onFault })
    const added = await unlessCutOff(library.add(sent.name, bytes, onProgress), cutOff)
    const isOurs = added.isNew || isRepeated
    metrics.counted(isOurs ? 'file added' : 'file known')
    if (isOurs) log.info('a file was added by way of Telegram', { file: added.file, by: context.from.id })
    return { outcome: renderAdded(name, added, isOurs, isAlbum, language), id: isOurs ? added.id : null }
  } catch (error) {
    if (cutOff.aborted) throw error
    const isExpected = error instanceof UserError
    metrics.counted(isExpected ? 'file refused' : 'defect')
    if (!isExpected) log.error('a file could not be taken in', error)
    const why = isExpected ? textIn(error.text, language) : textsFor(context).files.defect
    return { outcome: renderRefused(name, why, language), id: null }
  }
}

/** Brings the bot's message about an upload up to date; where somebody deleted it, by a new one. */
async function show(parts: BotParts, context: FileContext, record: UploadRecord, upload: string): Promise<void> {
  const { text, keyboard } = renderUpload(record, upload, context.language)
  try {
    await context.api.editMessageText(context.chat.id, record.message, text, editOptions(record, upload, context))
  } catch (error) {
    if (!(error instanceof GrammyError) || reasonOf(error) !== 'message deleted') throw error
    const message = await reply(context, text, { keyboard })
    await keepUpload(parts.state, context.chat.id, upload, { ...record, message })
  }
}

function editOptions(record: UploadRecord, upload: string, { language }: BotContext) {
  const { keyboard } = renderUpload(record, upload, language)
  return { link_preview_options: { is_disabled: true }, ...(keyboard && { reply_markup: keyboard }) }
}

/** A file as Telegram tells of it. */
interface Sent {
  readonly fileId: string
  readonly name: string
  /** In bytes; Telegram does not always tell. */
  readonly size: number | undefined
}

/** A photo comes in several sizes, the largest last, and has no name: its caption or its time gives it one. */
function fileOf({ message }: FileContext): Sent {
  const { document, photo, date, caption } = message
  if (document)
    return { fileId: document.file_id, name: document.file_name ?? `file-${stampOf(date)}`, size: document.file_size }
  const largest = photo!.at(-1)!
  const title = (caption ?? '').trim().split('\n')[0]!.trim()
  return {
    fileId: largest.file_id,
    name: `${title === '' ? `photo-${stampOf(date)}` : title}.jpg`,
    size: largest.file_size,
  }
}

/** `YYYY-MM-DD-HHMMSS` in UTC. */
function stampOf(seconds: number): string {
  const [day, time] = new Date(seconds * 1000).toISOString().split('T') as [string, string]
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}`
}
