import { extname } from 'node:path'
import { type Bilingual, ReportError } from '../../errors.ts'
import type { Format } from '../types.ts'
import { zipEntries } from './zip.ts'

const byExtension: ReadonlyMap<string, Format> = new Map([
  ...extensions('text', '.txt .text'),
  ...extensions('markdown', '.md .markdown'),
  ...extensions('html', '.html .htm .xhtml'),
  ...extensions('docx', '.docx'),
  ...extensions('table', '.xlsx .xls .ods .csv .tsv'),
  ...extensions('pdf', '.pdf'),
  ...extensions('image', '.png .jpg .jpeg .webp .tif .tiff .gif'),
])

function extensions(format: Format, list: string): [string, Format][] {
  return list.split(' ').map((extension) => [extension, format])
}

/** What people put among reports and no reader reads, with what to do about it. */
const asDocx: Bilingual = { zh: '请另存为 .docx 或 PDF。', en: 'Save it as .docx or PDF.' }
const asXlsx: Bilingual = { zh: '请另存为 .xlsx。', en: 'Save it as .xlsx.' }
const asPdf: Bilingual = { zh: '请另存为 PDF。', en: 'Save it as PDF.' }
const asPng: Bilingual = { zh: '请另存为 PNG 或 JPEG。', en: 'Save it as PNG or JPEG.' }
const unpack: Bilingual = { zh: '请解压后放入其中的文件。', en: 'Unpack it and put the files in it here.' }
const advice: ReadonlyMap<string, Bilingual> = new Map([
  ...advise(asDocx, '.doc .dot .docm .dotx .wps .wpt .odt .rtf .pages'),
  ...advise(asXlsx, '.et .ett .xlsm .xlsb .xlt .numbers'),
  ...advise(asPdf, '.ppt .pptx .pps .ppsx .dps .odp .epub .mobi .ofd .caj .djvu .mht .mhtml .eml .msg'),
  ...advise(asPng, '.bmp .heic .jp2 .svg'),
  ...advise(unpack, '.zip .rar .7z .tar .gz .tgz'),
])

function advise(text: Bilingual, list: string): [string, Bilingual][] {
  return list.split(' ').map((extension) => [extension, text])
}

/**
 * What a file's name says: a report to read; a document that no reader reads, which people must be told; or something
 * else that only happens to lie in the folder (sidecars, programs, hidden files), to be passed over.
 */
export function kindOf(path: string): 'report' | 'unsupported' | 'other' {
  const extension = extname(path).toLowerCase()
  // Office programs keep such a file beside every open document.
  if (/(?:^|[\\/])(?:~\$|\.)[^\\/]*$/u.test(path)) return 'other'
  if (byExtension.has(extension)) return 'report'
  return advice.has(extension) ? 'unsupported' : 'other'
}

/** Whether a file's name is that of a report. */
export function isReadable(path: string): boolean {
  return kindOf(path) === 'report'
}

/**
 * The format of a file: what its first bytes say, and its name where they say nothing.
 * @throws ReportError when no reader can read it; its text says what to do
 */
export function formatOf(file: string, bytes: Uint8Array): Format {
  const extension = extname(file).toLowerCase()
  const named = byExtension.get(extension)
  const found = byBytes(file, bytes)
  if (found !== null) return found
  if (named === undefined) throw unsupported(file, extension.slice(1).toUpperCase(), advice.get(extension) ?? asPdf)
  if (named === 'pdf' || named === 'image' || named === 'docx') return isText(bytes) ? 'text' : named
  // A spreadsheet's binary extension over plain text: people rename a table of tabs or commas.
  return named
}

/** The note of a file whose content is not what its name says, or null. */
export function mismatch(file: string, format: Format): Bilingual | null {
  const named = byExtension.get(extname(file).toLowerCase())
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

const pictures = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF87a', 'GIF89a', 'II*\0', 'MM\0*']
const archives = ['Rar!\x1a', '7z\xbc\xaf', '\x1f\x8b']

/** What the bytes say, or null where they could be anything. @throws ReportError when no reader can read such bytes */
function byBytes(file: string, bytes: Uint8Array): Format | null {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
  const starts = (signature: string) => head.startsWith(signature)
  if (/%PDF-\d/u.test(head.slice(0, 1024))) return 'pdf'
  if (pictures.some(starts) || (starts('RIFF') && head.slice(8, 12) === 'WEBP')) return 'image'
  if (starts('BM') && head.slice(6, 10) === '\0\0\0\0') return 'image'
  if (starts('PK\x03\x04') || starts('PK\x05\x06')) return zipFormat(file, bytes, head)
  if (starts('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return oleFormat(file, bytes)
  if (starts('{\\rtf')) throw unsupported(file, 'RTF', asDocx)
  if (archives.some(starts)) throw unsupported(file, '', unpack)
  // UTF-16 has a NUL beside every ASCII character.
  const plain = head.replaceAll('\0', '')
  const named = byExtension.get(extname(file).toLowerCase())
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
  const named = byExtension.get(extname(file).toLowerCase())
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

/** Whether bytes that carry the name of a binary format are text all the same. */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096)
  return head.length > 0 && !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))
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
