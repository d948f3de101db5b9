import { type Bilingual, ReportError } from '../../errors.ts'
import type { Format } from '../types.ts'
import { adviceFor, asDocx, asPdf, extensionOf, formatNamed, unpack } from './fileNames.ts'
import { zipEntries } from './zip.ts'

/**
 * The format of a file: what its first bytes say, and its name where they say nothing.
 * @throws ReportError when no reader can read it; its text says what to do
 */
export function formatOf(file: string, bytes: Uint8Array): Format {
  const named = formatNamed(file)
  const found = byBytes(file, bytes)
  if (found !== null) return found
  if (named === undefined) {
    const todo = adviceFor(file)
    if (todo !== undefined) throw unsupported(file, extensionOf(file).slice(1).toUpperCase(), todo)
    if (isText(bytes)) return 'text'
    throw ofNoKind(file)
  }
  if (named === 'pdf' || named === 'image' || named === 'docx') return isText(bytes) ? 'text' : named
  // A spreadsheet's binary extension over plain text: people rename a table of tabs or commas.
  return named
}

/** The note of a file whose content is not what its name says, or null. */
export function mismatch(file: string, format: Format): Bilingual | null {
  const named = formatNamed(file)
  if (named === undefined || named === format || (named === 'markdown' && format === 'text')) return null
  // A table's name over HTML is read as a table, so the format alone tells.
  return {
    zh: `扩展名与内容不符:按${names[format].zh}读取。`,
    en: `The extension does not match the content: read as ${names[format].en}.`,
  }
}

const names: Readonly<Record<Format, Bilingual>> = {
  text: { zh: '纯文本', en: 'plain text' },
  markdown: { zh: 'Markdown', en: 'Markdown' },
  html: { zh: '网页', en: 'a web page' },
  docx: { zh: 'Word 文档', en: 'a Word document' },
  table: { zh: '表格', en: 'a table' },
  pdf: { zh: 'PDF', en: 'a PDF' },
  image: { zh: '图片', en: 'a picture' },
}

/** The number of a file's first bytes that are looked at to tell its format. */
export const headBytes = 4096

/** The first bytes of pictures, with the extension that they usually have. */
const pictures = [
  ['\x89PNG\r\n\x1a\n', '.png'],
  ['\xff\xd8\xff', '.jpg'],
  ['GIF87a', '.gif'],
  ['GIF89a', '.gif'],
  ['II*\0', '.tif'],
  ['MM\0*', '.tif'],
] as const
const zip = 'PK\x03\x04'
const emptyZip = 'PK\x05\x06'
const ole = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
const archives = ['Rar!\x1a', '7z\xbc\xaf', '\x1f\x8b']

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, headBytes)).toString('latin1')
}

function isPdf(head: string): boolean {
  return /%PDF-\d/u.test(head.slice(0, 1024))
}

function isPicture(head: string): boolean {
  if (pictures.some(([start]) => head.startsWith(start))) return true
  return (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') || isBitmap(head)
}

function isBitmap(head: string): boolean {
  return head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0'
}

/** Tells whether bytes begin as a PDF, a picture or an office file does. */
export function beginsAsDocument(bytes: Uint8Array): boolean {
  const head = headOf(bytes)
  return isPdf(head) || isPicture(head) || head.startsWith(zip) || head.startsWith(ole)
}

/** The extension that a file of this format and these bytes usually has, with its dot. */
export function usualExtension(format: Format, bytes: Uint8Array): string {
  const head = headOf(bytes)
  if (format === 'table' && head.startsWith(ole)) return '.xls'
  if (format === 'table') return head.includes('opendocument') ? '.ods' : '.xlsx'
  if (format === 'image' && isBitmap(head)) return '.bmp'
  if (format === 'image') return pictures.find(([start]) => head.startsWith(start))?.[1] ?? '.webp'
  return { text: '.txt', markdown: '.md', html: '.html', docx: '.docx', pdf: '.pdf' }[format]
}

/** What the bytes say, or null where they could be anything. @throws ReportError when no reader can read such bytes */
function byBytes(file: string, bytes: Uint8Array): Format | null {
  const head = headOf(bytes)
  const starts = (signature: string) => head.startsWith(signature)
  if (isPdf(head)) return 'pdf'
  if (isPicture(head)) return 'image'
  if (starts(zip) || starts(emptyZip)) return zipFormat(file, bytes, head)
  if (starts(ole)) return oleFormat(file, bytes)
  if (starts('{\\rtf')) throw unsupported(file, 'RTF', asDocx)
  if (archives.some(starts)) throw unsupported(file, '', unpack)
  // UTF-16 has a NUL beside every ASCII character.
  const plain = head.replaceAll('\0', '')
  const named = formatNamed(file)
  if (named === 'table' && /<(?:\w+:)?Workbook[\s>]/u.test(plain)) return 'table'
  if (/^MIME-Version:|^Content-Type:\s*multipart\//imu.test(plain) && /^[\w-]+:/u.test(plain))
    throw unsupported(file, 'MHT', asPdf)
  const opening = /^[\s\xef\xbb\xbf\xff\xfe]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?<(!doctype html|\w+)\b/iu.exec(
    plain,
  )
  const tag = opening?.[1]?.toLowerCase() ?? ''
  if (tag === '!doctype html' || tag === 'html') return 'html'
  // Plain text and Markdown may well begin with a table's or another tag.
  if (named !== 'text' && named !== 'markdown' && /^(?:head|body|table|meta|style)$/u.test(tag)) return 'html'
  return null
}

function zipFormat(file: string, bytes: Uint8Array, head: string): Format {
  const parts = zipEntries(bytes).map((entry) => entry.name)
  const has = (folder: string) => parts.some((name) => name.startsWith(folder)) || head.includes(folder)
  if (has('[Content_Types].xml') && has('word/')) return 'docx'
  if (has('[Content_Types].xml') && has('xl/')) return 'table'
  const type = /mimetype(application\/[\w.+-]+)/u.exec(head)?.[1]
  if (type?.includes('opendocument.spreadsheet')) return 'table'
  if (type?.includes('opendocument.text')) throw unsupported(file, 'ODT', asDocx)
  if (has('ppt/')) throw unsupported(file, 'PPTX', asPdf)
  if (type !== undefined) throw unsupported(file, type === 'application/epub+zip' ? 'EPUB' : '', asPdf)
  const named = formatNamed(file)
  if (named === 'table' && has('META-INF/manifest.xml')) return 'table'
  // Cut off before its directory: the name is all there is.
  if (parts.length === 0 && (named === 'docx' || named === 'table')) return named
  throw unsupported(file, 'ZIP', unpack)
}

function oleFormat(file: string, bytes: Uint8Array): Format {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const holds = (stream: string) => view.includes(Buffer.from(`${stream}\0`, 'utf16le'))
  if (holds('EncryptedPackage')) throw locked(file)
  if (holds('Workbook') || holds('Book')) return 'table'
  if (holds('PowerPoint Document')) throw unsupported(file, 'PPT', asPdf)
  throw unsupported(file, 'DOC', asDocx)
}

/** Tells whether bytes whose name promises something else, or nothing, are text: no control characters, or UTF-16 by its mark. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, headBytes)
  if (isUtf16(head)) return true
  return head.length > 0 && !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}

/** The fault of a document under a password. */
export function locked(file: string): ReportError {
  return new ReportError({
    zh: `${file}:文件有密码保护,无法读取。请去掉密码后重新保存。`,
    en: `${file}: expected an open document, found one under a password. Save it without the password.`,
  })
}

function unsupported(file: string, found: string, todo: Bilingual): ReportError {
  const kind = found === '' ? { zh: '此类', en: 'such' } : { zh: ` ${found} `, en: found }
  return new ReportError({
    zh: `${file}:无法读取${kind.zh}文件。${todo.zh}`,
    en: `${file}: ${kind.en} files cannot be read. ${todo.en}`,
  })
}

function ofNoKind(file: string): ReportError {
  return new ReportError({
    zh: `${file}:无法读取这种文件。请改用 PDF、Word(.docx)、表格、网页、文本或图片。`,
    en: `${file}: files of this kind cannot be read. Replace it by a PDF, Word (.docx), a spreadsheet, a web page, text or an image.`,
  })
}
