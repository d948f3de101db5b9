import { Composer, type Filter, GrammyError } from 'grammy'
import { textIn } from '../../answer/locale.ts'
import { UserError } from '../../errors.ts'
import type { UpdateProgress } from '../../library/types.ts'
import type { StateStore } from '../../state/types.ts'
import { isAdmin } from '../access.ts'
import { download, maxDownloadBytes, tooLarge } from '../api/download.ts'
import { reasonOf } from '../api/retry.ts'
import { type BotContext, type BotDependencies, type BotSettings, textsFor } from '../context.ts'
import { beforeDeadline } from '../deadline.ts'
import { editMessage, reply } from '../send.ts'
import { renderAdded, renderRefused, shownName } from '../views/renderFiles.ts'
import { createLiveMessage } from './liveMessage.ts'
import {
  loadUpload,
  renderUpload,
  type SentFile,
  saveUpload,
  type UploadRecord,
  uploadIdOf,
  withFile,
} from './uploadRecords.ts'

type FileContext = Filter<BotContext, 'message:document' | 'message:photo'>

export interface UploadContext {
  readonly dependencies: BotDependencies
  readonly settings: BotSettings
  /** Ends downloads and waits for the library, with an AbortError. */
  readonly deadline: AbortSignal
}

/** A person who is no admin and sends albums or many files gets one hint in this time. */
const hintSeconds = 60

/**
 * Files that admins send in private chats go into the reports folder; one message, edited as it goes on, reports on all
 * files that were sent together. From others a file with a caption is a question, and a bare file is answered with a
 * hint.
 */
export function uploads(upload: UploadContext): Composer<BotContext> {
  const { access, state } = upload.dependencies
  const composer = new Composer<BotContext>()
  composer.on(['message:document', 'message:photo'], async (context, next) => {
    if (context.chat.type !== 'private') return next()
    if (isAdmin(context, access)) return receive(upload, context)
    const { caption = '', media_group_id: album } = context.message
    const isQuestion = caption.trim() !== ''
    // The caption of an album stands with one of its files; the claim keeps the others from being answered with a hint.
    const mayHint = isQuestion && !album ? false : await state.claim(`hinted/${context.chat.id}`, '1', hintSeconds)
    if (isQuestion) return next()
    if (mayHint) await reply(context, textsFor(context).files.onlyAdminsSend)
  })
  return composer
}

/**
 * Takes in one file. Its update may come again: a file with a recorded outcome is only shown again. A file that was
 * begun and has none counts as added by this upload, though the library holds it already.
 */
async function receive(upload: UploadContext, context: FileContext): Promise<void> {
  const { metrics, state } = upload.dependencies
  const { chat, message } = context
  const sent = fileOf(context)
  const id = uploadIdOf(message)
  const known = await loadUpload(state, chat.id, id)
  const own = known?.files.find(({ from }) => from === message.message_id)
  if (known && own && own.outcome !== null) return show(state, context, known, id)

  const name = shownName(sent.name)
  const file: SentFile = { from: message.message_id, name, outcome: null, id: null, isTakenOut: false }
  const isAlbum = message.media_group_id !== undefined
  let record = withFile(known ?? { message: 0, isAlbum, files: [] }, file)
  const before = renderUpload(record, id, context.language)
  if (!known) record = { ...record, message: await reply(context, before.text) }
  await saveUpload(state, chat.id, id, record)

  const textWith = (outcome: string) => renderUpload(withFile(record, { ...file, outcome }), id, context.language).text
  const editTo = (text: string) => {
    const { keyboard } = renderUpload(record, id, context.language)
    return editMessage(context.api, chat.id, record.message, { text, keyboard }).catch((error) => {
      // The next edit shows more, and the last one is checked.
      metrics.counted(error instanceof GrammyError ? reasonOf(error) : 'progress not shown')
    })
  }
  const live = createLiveMessage(editTo, known ? '' : before.text)
  live.show(before.text)
  const onProgress = (progress: UpdateProgress) => live.show(textWith(textsFor(context).files.working(name, progress)))
  try {
    const taken = await takeIn(upload, context, { ...sent, isRepeated: own !== undefined }, onProgress)
    record = withFile(record, { ...file, ...taken })
    await saveUpload(state, chat.id, id, record)
  } finally {
    await live.end()
  }
  await show(state, context, record, id)
}

/** Adds a file to the library. Returns the text of the outcome, and the file's id where this upload brought it. */
async function takeIn(
  { dependencies, settings, deadline }: UploadContext,
  context: FileContext,
  sent: ReturnType<typeof fileOf> & { readonly isRepeated: boolean },
  onProgress: (progress: UpdateProgress) => void,
): Promise<Pick<SentFile, 'outcome' | 'id'>> {
  const { library, log, metrics } = dependencies
  const { language } = context
  const name = shownName(sent.name)
  const isAlbum = context.message.media_group_id !== undefined
  try {
    const isTooLarge = settings.localFileBytes === null && sent.size !== undefined && sent.size > maxDownloadBytes
    if (isTooLarge) throw tooLarge()
    const onFault = (reason: string) => log.warn('a file could not be downloaded', reason)
    const bytes = await download(context.api, sent.fileId, { ...settings, deadline, onFault })
    const added = await beforeDeadline(library.add(sent.name, bytes, onProgress), deadline)
    const isOurs = added.isNew || sent.isRepeated
    metrics.counted(isOurs ? 'file added' : 'file known')
    if (isOurs) log.info('file added through Telegram', { file: added.file, by: context.from.id })
    return { outcome: renderAdded(name, added, isOurs, isAlbum, language), id: isOurs ? added.id : null }
  } catch (error) {
    if (deadline.aborted) throw error
    const isExpected = error instanceof UserError
    metrics.counted(isExpected ? 'file refused' : 'defect')
    if (!isExpected) log.error('a file could not be added', error)
    const why = isExpected ? textIn(error.text, language) : textsFor(context).files.defect
    return { outcome: renderRefused(name, why, language), id: null }
  }
}

/** Brings the bot's message about an upload up to date; where somebody deleted it, sends a new one. */
async function show(state: StateStore, context: FileContext, record: UploadRecord, id: string): Promise<void> {
  const content = renderUpload(record, id, context.language)
  try {
    await editMessage(context.api, context.chat.id, record.message, content)
  } catch (error) {
    if (!(error instanceof GrammyError) || reasonOf(error) !== 'message deleted') throw error
    await saveUpload(state, context.chat.id, id, { ...record, message: await reply(context, content) })
  }
}

/** The file of a message. A photo comes in several sizes, the largest last, and is named by its caption or its time. */
function fileOf({ message: { document, photo, date, caption } }: FileContext) {
  if (document)
    return { fileId: document.file_id, name: document.file_name ?? `file-${stampOf(date)}`, size: document.file_size }
  const largest = photo!.at(-1)!
  const title = (caption ?? '').trim().split('\n')[0]!.trim()
  const name = `${title === '' ? `photo-${stampOf(date)}` : title}.jpg`
  return { fileId: largest.file_id, name, size: largest.file_size }
}

/** `YYYY-MM-DD-HHMMSS` in UTC. */
function stampOf(seconds: number): string {
  const [day, time] = new Date(seconds * 1000).toISOString().split('T') as [string, string]
  return `${day}-${time.slice(0, 8).replaceAll(':', '')}`
}
