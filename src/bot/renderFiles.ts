import type { InlineKeyboardMarkup } from 'grammy/types'
import { type Locale, textIn } from '../answer/locale.ts'
import type { Added, LibraryFault, LibraryFile } from '../library/types.ts'
import type { FileAction } from './address.ts'
import { pressing } from './keyboard.ts'
import { maxMessageCharacters } from './message.ts'
import { clip } from './render.ts'
import { botTexts } from './texts.ts'
import type { UploadRecord } from './uploadRecords.ts'

const maxNameCharacters = 80
const maxNotes = 5
const maxNoteCharacters = 300
const maxPages = 20
const maxReasonCharacters = 300
/** Ten files, which an album has at most, fit into one message. */
const maxAlbumLine = 380
const maxButtonCharacters = 60

/** A text with buttons under it. */
export interface Content {
  readonly text: string
  readonly keyboard: InlineKeyboardMarkup | undefined
}

/** A name as it can stand in a line: what turns the direction of writing, or breaks lines, is left out. */
export function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return clip(plain, maxNameCharacters)
}

/** What became of a file that was taken in: in lines of its own, or in one line of an album's message. */
export function renderAdded(name: string, added: Added, isOurs: boolean, isAlbum: boolean, language: Locale): string {
  const say = botTexts[language].files
  const file = shownName(added.file)
  if (!isOurs) return say.already(name, file)
  const { doubtfulPages, uncertainTables, emptyPages } = added
  const notes = added.notes.map((note) => clip(textIn(note, language), maxNoteCharacters))
  const lines = [
    say.added(file),
    say.found(added),
    ...(doubtfulPages.length > 0 ? [say.doubtful(listed(doubtfulPages, language))] : []),
    ...(uncertainTables.count > 0
      ? [say.uncertainTables(uncertainTables.count, listed(uncertainTables.pages, language))]
      : []),
    ...(emptyPages.length > 0 ? [say.emptyPages(listed(emptyPages, language))] : []),
    ...notes.slice(0, maxNotes),
    ...(notes.length > maxNotes ? [say.moreNotes(notes.length - maxNotes)] : []),
  ]
  return isAlbum ? clip(lines.join(' · '), maxAlbumLine) : lines.join('\n')
}

/** Numbers of pages, as many as a line has room for. */
function listed(pages: readonly number[], language: Locale): string {
  const shown = pages.slice(0, maxPages).join(language === 'en' ? ', ' : '、')
  return pages.length > maxPages ? `${shown}…` : shown
}

/** Why a file was not taken in. */
export function renderRefused(name: string, why: string, language: Locale): string {
  return botTexts[language].files.refused(name, clip(withoutName(why, name), maxReasonCharacters))
}

/** A reason without the name of the file or folder in front of it, which the line says already. */
function withoutName(reason: string, name: string): string {
  const named = [`${name}:`, `${name}: `].findLast((start) => reason.startsWith(start))
  return named ? reason.slice(named.length) : withoutFileName(reason)
}

function withoutFileName(reason: string): string {
  return reason.replace(/^[^:：\n]+\.[\p{L}\p{N}]{1,8}[:：] ?/u, '')
}

/** What the bot says about files sent together, with one button for all of them. */
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
    keyboard: row.length > 0 ? { inline_keyboard: [row] } : undefined,
  }
}

/** Says that a file was taken out, with the button that puts it back; null for a file that was not there any more. */
export function renderRemoved(id: string, file: LibraryFile | null, language: Locale): Content {
  const say = botTexts[language].files
  return {
    text: file ? say.removed(...titleAndFile(file)) : say.notThere,
    keyboard: oneButton(say.buttons.putBack, 'putBack', id),
  }
}

/** Says that a file was put back, or that it cannot be. */
export function renderPutBack(id: string, file: LibraryFile | null, language: Locale): Content {
  const say = botTexts[language].files
  if (!file) return { text: say.goneForGood, keyboard: undefined }
  return { text: say.putBack(...titleAndFile(file)), keyboard: oneButton(say.buttons.undo, 'takeOut', id) }
}

/** Asks once more before a file is taken out. */
export function renderAsk(asked: LibraryFile, language: Locale): Content {
  const say = botTexts[language].files
  const { id } = asked
  const row = [
    pressing(say.buttons.remove, { kind: 'takeOut', id }),
    pressing(say.buttons.cancel, { kind: 'keep', id }),
  ]
  return { text: say.askRemove(...titleAndFile(asked)), keyboard: { inline_keyboard: [row] } }
}

/** Files to choose from, one button each. */
export function renderChoice(text: string, files: readonly LibraryFile[]): Content {
  const rows = files.map(({ id, title, file }) => [
    pressing(clip(`${shownName(title)} · ${shownName(file)}`, maxButtonCharacters), { kind: 'ask', id }),
  ])
  return { text, keyboard: { inline_keyboard: rows } }
}

/** Files that cannot be used, each with its reason, at most so many and in one message; the others are counted. */
export function renderFaults(faults: readonly LibraryFault[], language: Locale, maxFaults: number): string {
  const say = botTexts[language].files
  const isOfFiles = faults.some(({ file }) => file !== '')
  let text = isOfFiles ? say.faults(faults.length) : say.folderFault
  for (const [i, { file, text: reason }] of faults.entries()) {
    const why = clip(withoutName(textIn(reason, language), file), maxReasonCharacters)
    // A fault of the folder itself names no file.
    const line = `\n${file === '' ? `• ${why}` : say.fault(shownName(file), why)}`
    const more = `\n${say.moreFaults(faults.length - i)}`
    if (i >= maxFaults || text.length + line.length + more.length > maxMessageCharacters) return `${text}${more}`
    text += line
  }
  return text
}

/** Files that were told to be at fault and are no more, in one message. */
export function renderCleared(cleared: readonly LibraryFault[], language: Locale): string {
  const say = botTexts[language].files
  const lines = cleared.map(({ file }) => `• ${file === '' ? say.theFolder : shownName(file)}`)
  return clip([say.cleared, ...lines].join('\n'), maxMessageCharacters)
}

function titleAndFile({ title, file }: LibraryFile): [title: string, file: string] {
  return [shownName(title), shownName(file)]
}

function oneButton(text: string, kind: FileAction, id: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[pressing(text, { kind, id })]] }
}
