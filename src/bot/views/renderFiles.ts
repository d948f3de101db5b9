import type { InlineKeyboardMarkup } from 'grammy/types'
import { type Locale, textIn } from '../../answer/locale.ts'
import type { Added, LibraryFault, LibraryFile, MovedFile } from '../../library/types.ts'
import type { FileAction } from './address.ts'
import { pressing } from './keyboard.ts'
import { type Content, maxMessageCharacters } from './message.ts'
import { clip } from './shorten.ts'
import { botTexts } from './texts.ts'

const maxNameCharacters = 80
const maxNotes = 5
const maxNoteCharacters = 300
const maxPages = 20
const maxReasonCharacters = 300
/** An album has at most ten files, whose lines of this length fit into one message. */
const maxAlbumLine = 380
const maxButtonCharacters = 60

/** A name for a line of a message, without characters that break lines or turn the direction of writing. */
export function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return clip(plain, maxNameCharacters)
}

/** Renders the outcome of an added file, in lines of its own or in one line of an album's message. */
export function renderAdded(name: string, added: Added, isOurs: boolean, isAlbum: boolean, language: Locale): string {
  const say = botTexts[language].files
  const file = shownName(added.file)
  if (!isOurs) return say.already(name, file)
  const { doubtfulPages, uncertainTables, emptyPages } = added
  const notes = added.notes.map((note) => clip(textIn(note, language), maxNoteCharacters))
  const faults = added.faults.map((fault) => clip(textIn(fault, language), maxNoteCharacters))
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
    ...(faults.length > 0 ? [say.membersRefused(faults.length)] : []),
    ...faults.slice(0, maxNotes),
    ...(faults.length > maxNotes ? [say.moreFaults(faults.length - maxNotes)] : []),
  ]
  return isAlbum ? clip(lines.join(' · '), maxAlbumLine) : lines.join('\n')
}

/** The numbers of pages, as many as a line has room for. */
function listed(pages: readonly number[], language: Locale): string {
  const shown = pages.slice(0, maxPages).join(language === 'en' ? ', ' : '、')
  return pages.length > maxPages ? `${shown}…` : shown
}

/** Renders the reason why a file was not added. */
export function renderRefused(name: string, why: string, language: Locale): string {
  return botTexts[language].files.refused(name, clip(withoutName(why, name), maxReasonCharacters))
}

/** The reason without the name of the file or folder in front of it, as the line begins with the name. */
function withoutName(reason: string, name: string): string {
  // The name of a member of the archive stays.
  if (reason.startsWith(`${name}/`)) return reason.slice(name.length + 1)
  const named = [`${name}:`, `${name}: `].findLast((start) => reason.startsWith(start))
  return named ? reason.slice(named.length) : reason.replace(/^[^:：\n]+\.[\p{L}\p{N}]{1,8}[:：] ?/u, '')
}

/** Says that a file was taken out, with the button that puts it back. @param file null when it was gone already */
export function renderRemoved(id: string, file: MovedFile | null, language: Locale): Content {
  const say = botTexts[language].files
  return {
    text: file ? movedText(file, say.removed, say.removedWhole) : say.notThere,
    keyboard: oneButton(say.buttons.putBack, 'putBack', id),
  }
}

/** Says that a file was put back. @param file null when it cannot be put back */
export function renderPutBack(id: string, file: MovedFile | null, language: Locale): Content {
  const say = botTexts[language].files
  if (!file) return { text: say.goneForGood, keyboard: undefined }
  return { text: movedText(file, say.putBack, say.putBackWhole), keyboard: oneButton(say.buttons.undo, 'takeOut', id) }
}

/** Asks once more before a file is taken out. */
export function renderAsk(asked: MovedFile, language: Locale): Content {
  const say = botTexts[language].files
  const { id } = asked
  const row = [
    pressing(say.buttons.remove, { kind: 'takeOut', id }),
    pressing(say.buttons.cancel, { kind: 'keep', id }),
  ]
  const whole = (files: string, reports: number) => say.askRemoveWhole(shownName(asked.title), files, reports)
  return { text: movedText(asked, say.askRemove, whole), keyboard: { inline_keyboard: [row] } }
}

/** Offers files to choose from, one button each. */
export function renderChoice(text: string, files: readonly LibraryFile[]): Content {
  const rows = files.map(({ id, title, file }) => [
    pressing(clip(`${shownName(title)} · ${shownName(file)}`, maxButtonCharacters), { kind: 'ask', id }),
  ])
  return { text, keyboard: { inline_keyboard: rows } }
}

/** Lists at most `maxFaults` files that cannot be used, with the reasons, in one message, and counts the others. */
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

/** Lists files whose reported faults are cleared, in one message. */
export function renderCleared(cleared: readonly LibraryFault[], language: Locale): string {
  const say = botTexts[language].files
  const lines = cleared.map(({ file }) => `• ${file === '' ? say.theFolder : shownName(file)}`)
  return clip([say.cleared, ...lines].join('\n'), maxMessageCharacters)
}

/** The text about a report that is moved by itself, or about whole files that hold it. */
function movedText(
  { files, reports, ...file }: MovedFile,
  alone: (title: string, file: string) => string,
  whole: (files: string, reports: number) => string,
): string {
  const isAlone = reports <= 1 && files.includes(file.file)
  return isAlone ? alone(...titleAndFile(file)) : whole(files.map(shownName).join(', '), reports)
}

function titleAndFile({ title, file }: LibraryFile): [title: string, file: string] {
  return [shownName(title), shownName(file)]
}

function oneButton(text: string, kind: FileAction, id: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[pressing(text, { kind, id })]] }
}
