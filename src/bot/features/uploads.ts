import { Composer, type Filter } from 'grammy'
import { isAdmin } from '../access.ts'
import { download, maxDownloadBytes, tooLarge } from '../api/download.ts'
import { type BotContext, textsFor } from '../context.ts'
import { reply } from '../send.ts'
import { receiveUpload, type SentUpload, type UploadContext } from './receiveUpload.ts'

type FileContext = Filter<BotContext, 'message:document' | 'message:photo'>

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
    if (isAdmin(context, access)) return receiveUpload(upload, context, uploadOf(upload, context))
    const { caption = '', media_group_id: album } = context.message
    const isQuestion = caption.trim() !== ''
    // The caption of an album stands with one of its files; the claim keeps the others from being answered with a hint.
    const mayHint = isQuestion && !album ? false : await state.claim(`hinted/${context.chat.id}`, '1', hintSeconds)
    if (isQuestion) return next()
    if (mayHint) await reply(context, textsFor(context).files.onlyAdminsSend)
  })
  return composer
}

/** The file of a message, which Telegram hands over. */
function uploadOf({ dependencies, settings, deadline }: UploadContext, context: FileContext): SentUpload {
  const { fileId, name, size } = fileOf(context)
  return {
    name,
    async get() {
      if (settings.localFileBytes === null && size !== undefined && size > maxDownloadBytes) throw tooLarge()
      const onFault = (reason: string) => dependencies.log.warn('a file could not be downloaded', reason)
      return { name, bytes: await download(context.api, fileId, { ...settings, deadline, onFault }) }
    },
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
