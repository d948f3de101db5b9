import { type Bilingual, ReportError } from '../../errors.ts'
import { textOfBytes } from '../../text/encoding.ts'
import { locked, unread } from './faults.ts'
import { examine, type FileBytes, isText } from './fileBytes.ts'
import { adviceFor, extensionOf, formatNamed } from './fileNames.ts'
import type { UnreadDocuments } from './formatRecord.ts'
import { archives, type Format, formatNames, readableKinds, recordOf, zipArchive } from './formats.ts'

/** The format of a report, or `zip` for an archive of reports. */
export type FileKind = Format | 'zip'

/** Tells the format of a report by its first bytes, else by its name. @throws ReportError when no reader can read it */
export function formatOf(file: string, bytes: Uint8Array): Format {
  const kind = kindOf(file, bytes)
  if (kind === 'zip') throw unread(file, 'ZIP', archives.advice)
  return kind
}

/**
 * Tells what a file is by its first bytes, and by its name where they say nothing.
 * @throws ReportError when no reader can read it; its text says what to do
 */
export function kindOf(file: string, bytes: Uint8Array): FileKind {
  const named = formatNamed(file)
  const found = formatByBytes(file, examine(bytes), named)
  if (found !== null) return found
  // An archive that is cut off or no archive at all becomes the fault of its reader.
  if (extensionOf(file) === zipArchive.extension) return 'zip'
  if (named !== undefined) return recordOf(named).isBinary && isText(bytes) ? 'text' : named
  const advice = adviceFor(file)
  if (advice !== undefined) throw unread(file, extensionOf(file).slice(1).toUpperCase(), advice)
  if (isText(bytes)) return 'text'
  throw unknownKind(file)
}

/** The kind that the bytes show; null if they could be anything. @throws ReportError when no reader can read them */
function formatByBytes(file: string, bytes: FileBytes, named: Format | undefined): FileKind | null {
  const format = formatNames.find((name) => recordOf(name).matches?.(bytes, named))
  if (format !== undefined) return format
  if (bytes.compound?.holds('EncryptedPackage')) throw locked(file)
  for (const name of formatNames) refuse(file, bytes, recordOf(name).unread)
  if (named !== undefined && recordOf(named).isPackage && bytes.zip?.isCutOff) return named
  // A package of another name belongs to a program (`.jar`), or is a document that lost its parts.
  if (bytes.zip && ['', zipArchive.extension].includes(extensionOf(file))) return 'zip'
  refuse(file, bytes, archives)
  return null
}

/** @throws ReportError when the bytes are those of such a document */
function refuse(file: string, bytes: FileBytes, documents: UnreadDocuments | undefined): void {
  const kind = documents?.kinds.find(({ matches }) => matches(bytes))
  if (documents && kind) throw unread(file, kind.name, documents.advice)
}

/** The note that a file's content is not what its name says; null where it is. */
export function mismatchNote(file: string, format: Format): Bilingual | null {
  const named = formatNamed(file)
  if (named === undefined || named === format || (named === 'markdown' && format === 'text')) return null
  const { name } = recordOf(format)
  return {
    zh: `扩展名与内容不符:按${name.zh}读取。`,
    en: `The extension does not match the content: read as ${name.en}.`,
  }
}

/** The extension that a file of this format and these bytes usually has, with its dot. */
export function usualExtension(format: FileKind, bytes: Uint8Array): string {
  if (format === 'zip') return zipArchive.extension
  const { usualExtension, mimeTypes } = recordOf(format)
  return usualExtension?.(examine(bytes)) ?? Object.keys(mimeTypes)[0]!
}

/**
 * Tells by its first bytes whether a file whose name does not tell its kind may be a report. Without an extension that
 * is any document and any text. With an extension that no reader knows it is a document or Chinese prose, so that the
 * programs, settings and data that lie beside reports are not quoted.
 */
export function mayBeReport(file: string, head: Uint8Array): boolean {
  if (beginsAsDocument(head)) return true
  return isText(head) && (extensionOf(file) === '' || isPage(head) || isProse(head))
}

/** Tells whether bytes begin as a PDF, a picture or an office file does. */
function beginsAsDocument(head: Uint8Array): boolean {
  const bytes = examine(head)
  if (bytes.compound !== null || (bytes.zip !== null && !bytes.zip.isEmpty)) return true
  return formatNames.map(recordOf).some((record) => record.isBinary && record.matches?.(bytes, undefined))
}

function isPage(head: Uint8Array): boolean {
  return /^\s*<(?:!doctype html|html)\b/iu.test(textOfBytes(head, true))
}

/** Tells whether at least half of a text's beginning is Chinese, and it does not begin as data do (JSON, XML). */
function isProse(head: Uint8Array): boolean {
  const seen = textOfBytes(head, true).replace(/\s+/gu, '')
  const chinese = seen.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu)?.length ?? 0
  return !/^[{[<]/u.test(seen) && seen !== '' && chinese * 2 >= seen.length
}

function unknownKind(file: string): ReportError {
  return new ReportError({
    zh: `${file}:无法读取这种文件。请改用 ${readableKinds.zh}。`,
    en: `${file}: files of this kind cannot be read. Replace it by ${readableKinds.one}.`,
  })
}
