import { createHash } from 'node:crypto'
import type { Locale } from '../../answer/locale.ts'
import type { StateStore } from '../../state/types.ts'
import { keyboardOf, pressing } from '../views/keyboard.ts'
import { type Content, maxMessageCharacters } from '../views/message.ts'
import { clip } from '../views/shorten.ts'
import { botTexts } from '../views/texts.ts'

/** The record of files that were sent together. With it an upload can go on after a restart, and be undone. */
export interface UploadRecord {
  /** The id of the bot's message about them. */
  readonly message: number
  readonly isAlbum: boolean
  readonly files: readonly SentFile[]
}

export interface SentFile {
  /** The id of the message that brought it. */
  readonly from: number
  readonly name: string
  /** The text that reports its outcome; null while that is not known. */
  readonly outcome: string | null
  /** Its id in the library; null where undoing the upload does not take it out. */
  readonly id: string | null
  readonly isTakenOut: boolean
  /** For a file from a web address: the time at which it was fetched, by which the library knows it. */
  readonly fetched?: string
}

/** An album's buttons work for this time. */
const recordSeconds = 90 * 24 * 3600

/** The id of an upload in its chat, made from that of its album or message: 16 characters of `A-Za-z0-9_-`. */
export function uploadIdOf(message: { readonly message_id: number; readonly media_group_id?: string }): string {
  const name =
    message.media_group_id === undefined ? `message ${message.message_id}` : `album ${message.media_group_id}`
  return createHash('sha256').update(name).digest('base64url').slice(0, 16)
}

/** The record of an upload; null where there is none, or none any more after 90 days. */
export async function loadUpload(state: StateStore, chat: number, upload: string): Promise<UploadRecord | null> {
  const record = await state.get(`upload/${chat}/${upload}`)
  return record === null ? null : (JSON.parse(record) as UploadRecord)
}

/** Saves the record of an upload for 90 days, over an earlier one. */
export function saveUpload(state: StateStore, chat: number, upload: string, record: UploadRecord): Promise<void> {
  return state.set(`upload/${chat}/${upload}`, JSON.stringify(record), recordSeconds)
}

/** The record with a file replaced, or added where it is new. */
export function withFile(record: UploadRecord, file: SentFile): UploadRecord {
  const others = record.files.filter(({ from }) => from !== file.from)
  const isKnown = others.length < record.files.length
  const files = isKnown ? record.files.map((one) => (one.from === file.from ? file : one)) : [...others, file]
  return { ...record, files }
}

/** The message about files sent together, with the buttons that take all of them out and put them back. */
export function renderUpload(record: UploadRecord, upload: string, language: Locale): Content {
  const say = botTexts[language].files
  const lines = record.files.map(({ name, outcome, isTakenOut }) =>
    isTakenOut ? say.takenOut(name) : (outcome ?? say.received(name)),
  )
  const ours = record.files.filter(({ id }) => id !== null)
  const [first] = ours
  const canUndo = ours.some(({ isTakenOut }) => !isTakenOut)
  const canPutBack = ours.some(({ isTakenOut }) => isTakenOut)
  const row = record.isAlbum
    ? [
        ...(canUndo ? [pressing(say.buttons.undo, { kind: 'takeOutAlbum', id: upload })] : []),
        ...(canPutBack ? [pressing(say.buttons.putBack, { kind: 'putBackAlbum', id: upload })] : []),
      ]
    : first?.id
      ? [pressing(say.buttons.undo, { kind: 'takeOut', id: first.id })]
      : []
  return {
    text: clip(lines.join('\n'), maxMessageCharacters),
    keyboard: row.length > 0 ? keyboardOf([row]) : undefined,
  }
}
