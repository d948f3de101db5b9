import { isCalendarDate } from '../dates.ts'
import { extensionForType } from './fileNames.ts'
import { statedEncoding } from './html.ts'
import type { Attachment, Message, MessageBody } from './message.ts'
import type { MimePart } from './mime.ts'
import { textOf } from './mimeHeaders.ts'

/** The message that a MIME part is. @throws ReportError when its text is in no encoding that is read */
export function messageIn(part: MimePart, file: string): Message {
  const shown = shownParts(part)
  const bodies = shown.map((body) => bodyOf(body, file))
  const pages = bodies.flatMap((body) => (body.kind === 'html' ? [body.text] : [])).join('\n')
  return {
    subject: part.field('subject'),
    sender: senderIn(part.field('from') || part.field('sender')),
    date: dayIn(part.field('date')),
    bodies,
    attachments: attachmentsIn(part, new Set(shown), addressesIn(pages)),
  }
}

function bodyOf(part: MimePart, file: string): MessageBody {
  const [inner] = part.parts
  if (inner !== undefined) return { kind: 'message', message: messageIn(inner, file) }
  return { kind: part.type === 'text/html' ? 'html' : 'text', ...textOfPart(part, file) }
}

/** The text of a part, with notes on its encoding. */
export function textOfPart(part: MimePart, file: string) {
  const bytes = part.bytes()
  const charset = part.parameters.get('charset') ?? (part.type === 'text/html' ? statedEncoding(bytes) : undefined)
  return textOf(bytes, charset, file)
}

/** The parts that are shown one behind the other: texts, and messages inside the message. */
export function shownParts(part: MimePart): MimePart[] {
  if (part.type === 'multipart/alternative') {
    // The last format that is understood is the one that the author meant; a page has headings and tables besides.
    const formats = part.parts.map(shownParts).filter((parts) => parts.length > 0)
    const page = formats.findLast((parts) => parts.some(({ type }) => type === 'text/html'))
    return page ?? formats.at(-1) ?? []
  }
  if (part.type === 'multipart/related') {
    const start = part.parameters.get('start')?.replace(/^<|>$/gu, '')
    const root = part.parts.find(({ contentId }) => start !== undefined && contentId === start)
    const others = root === undefined ? part.parts : [root, ...part.parts]
    return others.map(shownParts).find((parts) => parts.length > 0) ?? []
  }
  if (part.type.startsWith('multipart/')) return part.parts.flatMap(shownParts)
  if (part.type === 'message/rfc822') return part.parts.length > 0 ? [part] : []
  const isText = part.type === 'text/plain' || part.type === 'text/html'
  return isText && !part.isAttachment && part.fileName === null ? [part] : []
}

/** @param named the addresses that the pages of the message name, those of the pictures that they show among them */
function attachmentsIn(part: MimePart, shown: ReadonlySet<MimePart>, named: ReadonlySet<string>): Attachment[] {
  if (part.type === 'message/rfc822' && part.parts[0]) return attachmentsOfMessage(part.parts[0])
  if (part.parts.length > 0) return part.parts.flatMap((inner) => attachmentsIn(inner, shown, named))
  const isFile = part.isAttachment || part.fileName !== null || !/^(?:text|multipart|message)\//u.test(part.type)
  return shown.has(part) || !isFile || isShownPicture(part, named) ? [] : filesIn(part)
}

/** The file that a part is; none for a part that only proves who sent the message. */
export function filesIn({ type, fileName, bytes }: MimePart): Attachment[] {
  if (/^application\/(?:x-)?(?:pkcs7|pgp)-signature$/u.test(type)) return []
  return [{ name: fileName ?? '', extension: extensionForType(type) ?? '', bytes }]
}

function attachmentsOfMessage(part: MimePart): Attachment[] {
  const shown = shownParts(part)
  const pages = shown.filter(({ type }) => type === 'text/html').map((page) => page.bytes().toString('latin1'))
  return attachmentsIn(part, new Set(shown), addressesIn(pages.join('\n')))
}

/**
 * The addresses that the source of a page names, and its other words: what stands between blanks, quotes and brackets, and the
 * parts of it between the commas, semicolons and escaped quotes of styles and lists, as an address may hold these signs itself.
 */
export function addressesIn(page: string): ReadonlySet<string> {
  const words = page.split(/[\s"'<>()]+/u)
  const parts = words.flatMap((word) => [word, ...word.split(/&(?:quot|apos|#3[49]|#x2[27]);|[,;]/iu)])
  return new Set(parts.flatMap((part) => [part, part.slice(part.indexOf('=') + 1)]))
}

/** Tells whether a part is a picture that a page of the message shows. */
function isShownPicture({ type, contentId, location, isAttachment }: MimePart, named: ReadonlySet<string>): boolean {
  if (!type.startsWith('image/')) return false
  if (contentId !== '' && named.has(`cid:${contentId}`)) return true
  return !isAttachment && (contentId !== '' || (location !== '' && named.has(location)))
}

/** The name in front of the first address of a field; '' where it states only an address. */
function senderIn(from: string): string {
  const name = /^\s*(?:"((?:\\.|[^"\\])*)"|([^<"@]*))\s*(?:<|$)/u.exec(from)
  return (name?.[1]?.replace(/\\(.)/gu, '$1') ?? name?.[2] ?? '').trim().slice(0, 100)
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** The day of a date as RFC 5322 writes it, where the sender was; null where it is none. */
export function dayIn(date: string): string | null {
  const found = /(?:^|[\s,])(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{4})\b/iu.exec(date)
  const month = months.indexOf(found?.[2]?.toLowerCase() ?? '') + 1
  if (found === null || month === 0) return null
  const day = `${found[3]}-${String(month).padStart(2, '0')}-${found[1]!.padStart(2, '0')}`
  return isCalendarDate(day) ? day : null
}
