import { createHash } from 'node:crypto'
import type { StateStore } from '../../state/types.ts'

/** What the bot remembers of files that were sent together, so that it can go on with them and undo them. */
export interface UploadRecord {
  /** The bot's message about them. */
  readonly message: number
  readonly isAlbum: boolean
  readonly files: readonly SentFile[]
}

export interface SentFile {
  /** The message that brought it. */
  readonly from: number
  readonly name: string
  /** What became of it, as told; null while that is not known. */
  readonly outcome: string | null
  /** Its id in the library where undoing the upload takes it out. */
  readonly id: string | null
  readonly isTakenOut: boolean
}

/** An album's button works for so long. */
const rememberedSeconds = 90 * 24 * 3600

/** The id of an upload in its chat: that of the album, or of the one message. 16 characters of `A-Za-z0-9_-`. */
export function uploadIdOf(message: { readonly message_id: number; readonly media_group_id?: string }): string {
  const name =
    message.media_group_id === undefined ? `message ${message.message_id}` : `album ${message.media_group_id}`
  return createHash('sha256').update(name).digest('base64url').slice(0, 16)
}

/** What is remembered of an upload; null where nothing is, as 90 days later. */
export async function loadUpload(state: StateStore, chat: number, upload: string): Promise<UploadRecord | null> {
  const kept = await state.get(`upload/${chat}/${upload}`)
  return kept === null ? null : (JSON.parse(kept) as UploadRecord)
}

/** Remembers an upload for 90 days, in place of what was known of it. */
export function keepUpload(state: StateStore, chat: number, upload: string, record: UploadRecord): Promise<void> {
  return state.set(`upload/${chat}/${upload}`, JSON.stringify(record), rememberedSeconds)
}

/** The record with a file changed, or added where it is not among them. */
export function withFile(record: UploadRecord, file: SentFile): UploadRecord {
  const others = record.files.filter(({ from }) => from !== file.from)
  const isKnown = others.length < record.files.length
  const files = isKnown ? record.files.map((one) => (one.from === file.from ? file : one)) : [...others, file]
  return { ...record, files }
}
