import { ReportError } from '../../errors.ts'
import { fieldsIn, quotedBytes, type Structured, structured, wordsIn } from './mimeHeaders.ts'

/** A part of a message as RFC 2045 lays it out; a whole message is one, too. */
export interface MimePart {
  /** The media type, in lower case; `text/plain` where none is stated. */
  readonly type: string
  /** The parameters of the type: `charset`, `start`. */
  readonly parameters: ReadonlyMap<string, string>
  readonly isAttachment: boolean
  /** The name that the part has as a file; null where it has none. */
  readonly fileName: string | null
  /** The id by which other parts name it, without brackets; '' where it has none. */
  readonly contentId: string
  /** The address from which it was saved; '' where none is stated. */
  readonly location: string
  /** The parts of a multipart one; the message of a `message/rfc822`; else none. */
  readonly parts: readonly MimePart[]
  /** The decoded words of a header field; '' where there is none of this name, which is in lower case. */
  field(name: string): string
  /** The content, decoded from its transfer encoding. */
  bytes(): Buffer
}

/** Real messages have fewer than ten levels. */
const maxDepth = 24
const maxParts = 5000
const maxHeaderCharacters = 256 * 1024
/** A field that is longer is cut off in front of a blank, which no encoded word holds. */
const maxFieldCharacters = 4096

/** The bytes of a message, a character for each, and the number of parts that may still be met. */
interface Source {
  readonly text: string
  readonly file: string
  readonly budget: { parts: number }
}

/** Reads a MIME message into its parts. @throws ReportError when it has too many parts, or parts nested too deep */
export function readMime(bytes: Uint8Array, file: string): MimePart {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const start = /^(?:\xef\xbb\xbf)?\s{0,100}(?:From [^\n]{0,200}\n)?/u.exec(text)![0].length
  return partIn({ text, file, budget: { parts: maxParts } }, start, text.length, { depth: 0, type: 'text/plain' })
}

/** @param around the number of parts around this one, and the type of a part that states none */
function partIn(source: Source, start: number, end: number, around: { depth: number; type: string }): MimePart {
  const { text, file, budget } = source
  if (--budget.parts < 0 || around.depth > maxDepth) throw tooDeep(file)
  const [headerEnd, bodyStart] = headerIn(text, start, end)
  const fields = fieldsIn(text.slice(start, Math.min(headerEnd, start + maxHeaderCharacters)))
  const contentType = structured(fields.get('content-type'), file)
  const disposition = structured(fields.get('content-disposition'), file)
  const type = contentType.value.includes('/') ? contentType.value : around.type
  const transfer = (fields.get('content-transfer-encoding') ?? '').toLowerCase()
  const bytes = () => decoded(text.slice(bodyStart, end), transfer)
  const inner = { depth: around.depth + 1, type: type === 'multipart/digest' ? 'message/rfc822' : 'text/plain' }
  const boundary = contentType.parameters.get('boundary') ?? ''
  let parts: MimePart[] = []
  if (type.startsWith('multipart/') && boundary !== '')
    parts = stretches(text, bodyStart, end, boundary).map(([from, to]) => partIn(source, from, to, inner))
  else if (type === 'message/rfc822' && /base64|quoted/u.test(transfer)) {
    const message = bytes().toString('latin1')
    parts = [partIn({ ...source, text: message }, 0, message.length, inner)]
  } else if (type === 'message/rfc822') parts = [partIn(source, bodyStart, end, inner)]
  return {
    type,
    parameters: contentType.parameters,
    isAttachment: disposition.value === 'attachment',
    fileName: fileNameIn(disposition, contentType),
    contentId: (fields.get('content-id') ?? '').replace(/^<|>$/gu, ''),
    location: wordsIn(fields.get('content-location') ?? '', file),
    parts,
    field: (name) => wordsIn(cutOff(fields.get(name) ?? ''), file),
    bytes,
  }
}

function cutOff(field: string): string {
  if (field.length <= maxFieldCharacters) return field
  const blank = field.lastIndexOf(' ', maxFieldCharacters)
  return field.slice(0, blank > 0 ? blank : maxFieldCharacters)
}

function fileNameIn(disposition: Structured, contentType: Structured): string | null {
  return disposition.parameters.get('filename') || contentType.parameters.get('name') || null
}

/** The end of the header that begins at `start`, and the start of the body behind the blank line. */
function headerIn(text: string, start: number, end: number): readonly [headerEnd: number, bodyStart: number] {
  const head = text.slice(start, Math.min(end, start + 4 * maxHeaderCharacters))
  // A part without a header begins with the blank line.
  const found = /^\r?\n|\r?\n\r?\n/u.exec(head)
  return found === null ? [end, end] : [start + found.index, start + found.index + found[0].length]
}

/** The stretches between the lines of a boundary; the last one may lack its end, where the message was cut off. */
function stretches(text: string, start: number, end: number, boundary: string): (readonly [number, number])[] {
  const mark = `--${boundary}`
  const found: (readonly [number, number])[] = []
  // The part alone is searched: one without a boundary's line would be searched to the end of the file.
  const body = text.slice(start, end)
  let from = -1
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== '\n') continue
    const after = at + mark.length
    const line = /^(--)?[ \t]{0,80}(?:\r?\n|$)/u.exec(body.slice(after, after + 100))
    if (line === null) continue
    if (from >= 0) found.push([start + from, start + Math.max(from, body[at - 2] === '\r' ? at - 2 : at - 1)])
    from = line[1] === undefined ? after + line[0].length : -1
    if (from < 0 || found.length > maxParts) return found
  }
  if (from >= 0) found.push([start + from, end])
  return found
}

function decoded(text: string, transfer: string): Buffer {
  if (transfer.includes('base64')) return Buffer.from(text, 'base64')
  return transfer.includes('quoted-printable') ? quotedBytes(text) : Buffer.from(text, 'latin1')
}

function tooDeep(file: string): ReportError {
  return new ReportError({
    zh: `${file}:邮件或网页存档的部分过多或嵌套过深,无法读取。请另存为 PDF,或把它移出报告文件夹。`,
    en: `${file}: expected an ordinary message or web archive, found one with too many parts or parts nested too deep. Save it as PDF, or move it out of the reports folder.`,
  })
}
