import { GrammyError } from 'grammy'
import { textIn } from '../../answer/locale.ts'
import { beforeAbort } from '../../beforeAbort.ts'
import { UserError } from '../../errors.ts'
import type { Added, LibraryFile, UpdateProgress } from '../../library/types.ts'
import type { LinkedFile } from '../../links/types.ts'
import type { StateStore } from '../../state/types.ts'
import { reasonOf } from '../api/retry.ts'
import { type BotDependencies, type BotSettings, type MessageContext, textsFor } from '../context.ts'
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

/** All that uploads need besides the message that brings one. */
export interface UploadContext {
  readonly dependencies: BotDependencies
  readonly settings: BotSettings
  /** Ends downloads and waits for the library, with an AbortError. */
  readonly deadline: AbortSignal
}

/** A file that a message brings, itself or by its address. */
export interface SentUpload {
  /** The name by which the message about it calls it. */
  readonly name: string
  /** Gets the file. @throws ReportError when it cannot be had */
  get(): Promise<Pick<LinkedFile, 'name' | 'bytes'> & Partial<Pick<LinkedFile, 'origin'>>>
}

/**
 * Takes in one file. Its update may come again: a file with a recorded outcome is only shown again. A file that was begun and has
 * none counts as added by this upload, though the library holds it already.
 */
export async function receiveUpload(upload: UploadContext, context: MessageContext, sent: SentUpload): Promise<void> {
  const { metrics, state } = upload.dependencies
  const { chat, message } = context
  const id = uploadIdOf(message)
  const known = await loadUpload(state, chat.id, id)
  const own = known?.files.find(({ from }) => from === message.message_id)
  if (known && own && own.outcome !== null) return show(state, context, known, id)

  const name = shownName(sent.name)
  const file: SentFile = own ?? { from: message.message_id, name, outcome: null, id: null, isTakenOut: false }
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
  const saved = async (more: Partial<SentFile>) => {
    record = withFile(record, { ...file, ...more })
    await saveUpload(state, chat.id, id, record)
  }
  try {
    await saved(await takeIn(upload, context, { ...sent, own, isAlbum, saved }, onProgress))
  } finally {
    await live.end()
  }
  await show(state, context, record, id)
}

interface Taking extends SentUpload {
  /** The file's record where its update came before. */
  readonly own: SentFile | undefined
  readonly isAlbum: boolean
  /** Saves more of the file's record. */
  saved(more: Partial<SentFile>): Promise<void>
}

/** Adds a file to the library. Returns the text that reports the outcome, and the file's id where this upload brought it. */
async function takeIn(
  { dependencies, deadline }: UploadContext,
  context: MessageContext,
  sent: Taking,
  onProgress: (progress: UpdateProgress) => void,
): Promise<Partial<SentFile>> {
  const { library, log, metrics } = dependencies
  const { language } = context
  const { own, isAlbum } = sent
  const name = shownName(sent.name)
  const say = textsFor(context).files
  try {
    // The page at an address may have changed since, so it is not fetched once more where its file has come in.
    const before = own?.fetched && library.files.find(({ fetched }) => fetched === own.fetched)
    if (before) return { outcome: say.added(shownName(before.file)), id: before.id, name: shownName(before.file) }
    const { bytes, origin, ...got } = await sent.get()
    if (origin) await sent.saved({ fetched: origin.fetched })
    const added = await beforeAbort(library.add(got.name, bytes, onProgress, origin), deadline)
    const isOurs = added.isNew || own !== undefined
    metrics.counted(isOurs ? 'file added' : 'file known')
    if (isOurs) log.info('file added through Telegram', { file: added.file, by: context.from?.id })
    const outcome = renderAdded(name, added, isOurs, isAlbum, language)
    const earlier = origin && isOurs ? earlierVersion(added, library.files) : undefined
    const lines = earlier ? [outcome, say.earlierVersion(shownName(earlier.file))] : [outcome]
    return {
      outcome: lines.join('\n'),
      id: isOurs ? added.id : null,
      ...(origin && isOurs && { name: shownName(added.file) }),
    }
  } catch (error) {
    if (deadline.aborted) throw error
    const isExpected = error instanceof UserError
    metrics.counted(isExpected ? 'file refused' : 'defect')
    if (!isExpected) log.error('a file could not be added', error)
    const why = isExpected ? textIn(error.text, language) : say.defect
    return { outcome: renderRefused(name, why, language), id: null }
  }
}

/** A file that was fetched from the same address at another time. The reports of one archive were fetched at one time. */
function earlierVersion({ url, fetched }: Added, files: readonly LibraryFile[]): LibraryFile | undefined {
  return files.find((file) => url !== undefined && file.url === url && file.fetched !== fetched)
}

/** Brings the bot's message about an upload up to date; where somebody deleted it, sends a new one. */
async function show(state: StateStore, context: MessageContext, record: UploadRecord, id: string): Promise<void> {
  const content = renderUpload(record, id, context.language)
  try {
    await editMessage(context.api, context.chat.id, record.message, content)
  } catch (error) {
    if (!(error instanceof GrammyError) || reasonOf(error) !== 'message deleted') throw error
    await saveUpload(state, context.chat.id, id, { ...record, message: await reply(context, content) })
  }
}
