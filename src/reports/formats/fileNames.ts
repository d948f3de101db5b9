import { basename } from 'node:path'
import type { Bilingual } from '../../errors.ts'
import { sidecarSuffix } from '../sidecar.ts'
import { archives, type Format, formatNames, recordOf, zipArchive } from './formats.ts'

const formatByExtension = new Map(
  formatNames.flatMap((format) =>
    Object.keys(recordOf(format).mimeTypes).map((extension) => [extension, format] as const),
  ),
)
const mimeTypeByExtension = new Map(formatNames.flatMap((format) => Object.entries(recordOf(format).mimeTypes)))
const extensionByMimeType = new Map([...mimeTypeByExtension].reverse().map(([extension, type]) => [type, extension]))
const adviceByExtension = new Map(
  [...formatNames.map((format) => recordOf(format).unread), archives].flatMap((documents) =>
    documents ? documents.extensions.split(' ').map((extension) => [extension, documents.advice] as const) : [],
  ),
)

/** The names, in lower case, of folders and files that systems and network disks make, which hold no reports. */
const systemNames = new Set([
  // Windows: the recycle bin, restore points, thumbnails, the looks of a folder.
  '$recycle.bin',
  'system volume information',
  'thumbs.db',
  'desktop.ini',
  // macOS: the files' attributes in its archives.
  '__macosx',
  // Linux: the files that a check of the disk found.
  'lost+found',
  // Network disks of Synology and QNAP: thumbnails and recycle bins.
  '@eadir',
  '#recycle',
  '@recycle',
])

/** The extensions that browsers and download programs give a file until it is whole. */
const unfinished = new Set('.part .partial .crdownload .download .downloading .xltd .tmp'.split(' '))

/** Tells whether a name is passed over without a word: hidden, kept by a program for itself, an unfinished download. */
export function isPassedOver(name: string): boolean {
  // Office programs keep `~$…` beside every open document, editors `…~` beside a changed one.
  if (/^(?:\.|~\$)|~$/u.test(name)) return true
  return systemNames.has(name.toLowerCase()) || unfinished.has(extensionOf(name))
}

/** A name's extension in lower case with its dot: letters and digits, a letter among them; '' for `公报2023.12`. */
export function extensionOf(path: string): string {
  return /(?<=[^/\\])\.(?=[0-9]*[a-z])[a-z0-9]{1,12}$/iu.exec(path)?.[0].toLowerCase() ?? ''
}

/** A file's name, or path, without its extension. */
export function withoutExtension(path: string): string {
  return path.slice(0, path.length - extensionOf(path).length)
}

/** The format that a file's name promises; undefined where it promises none that is read. */
export function formatNamed(path: string): Format | undefined {
  return formatByExtension.get(extensionOf(path))
}

/** The MIME type of a file by its name; that of arbitrary bytes where the name promises no format that is read. */
export function mimeTypeOf(path: string): string {
  return mimeTypeByExtension.get(extensionOf(path)) ?? 'application/octet-stream'
}

/** The usual extension of files of a MIME type, with its dot; undefined where no reader reads such. */
export function extensionForType(type: string): string | undefined {
  return extensionByMimeType.get(type)
}

/** The advice for a document whose name says that no reader reads it; undefined for other names. */
export function adviceFor(path: string): Bilingual | undefined {
  return adviceByExtension.get(extensionOf(path))
}

/**
 * The kind of a file by its name: a report; an archive whose members are read; a document that no reader reads
 * (`unsupported`), which becomes a fault; `unknown`, where its bytes must tell; or `other` for sidecars, hidden files and
 * the like, which are passed over.
 */
export function kindByName(path: string): 'report' | 'archive' | 'unsupported' | 'unknown' | 'other' {
  if (isPassedOver(basename(path)) || path.endsWith(sidecarSuffix)) return 'other'
  if (formatNamed(path) !== undefined) return 'report'
  if (extensionOf(path) === zipArchive.extension) return 'archive'
  return adviceFor(path) === undefined ? 'unknown' : 'unsupported'
}

/** Tells whether a file's name is that of a report. */
export function isReadable(path: string): boolean {
  return kindByName(path) === 'report'
}
