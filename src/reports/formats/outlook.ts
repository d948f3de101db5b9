import { dayInChina } from '../dates.ts'
import { encodingOf } from './codePages.ts'
import { type CompoundStorage, openCompound } from './compoundStorage.ts'
import { damaged } from './faults.ts'
import { timeIn } from './fileTime.ts'
import { statedEncoding } from './html.ts'
import type { Attachment, Message, MessageBody } from './message.ts'
import { fieldsIn, textOf } from './mimeHeaders.ts'
import { addressesIn, dayIn } from './mimeMessage.ts'

/** The properties of a message and of attachments that are read, by the numbers of [MS-OXPROPS]. */
const ids = {
  subject: '0037',
  transportHeader: '007D',
  sentFor: '0042',
  sender: '0C1A',
  body: '1000',
  page: '1013',
  richText: '1009',
  content: '3701',
  shortName: '3704',
  longName: '3707',
  contentId: '3712',
} as const
/** The tags, number and type, of values that the stream of short properties holds. */
const tags = { submitted: 0x00390040, delivered: 0x0e060040, codePage: 0x3fde0003, isHidden: 0x7ffe000b }
const propertyStream = '__properties_version1.0'
/** The bytes in front of the short properties, in a message, a message inside another and an attachment. */
const headerBytes = { message: 32, inner: 24, attachment: 8 } as const
const maxDepth = 24

/** Reads a message as Outlook saves it ([MS-OXMSG]). @throws ReportError when the file is damaged */
export function readOutlook(bytes: Uint8Array, file: string): Message {
  return messageIn(openCompound(file, bytes), { file, depth: 0 })
}

interface Place {
  readonly file: string
  /** The number of messages around this one. */
  readonly depth: number
}

function messageIn(storage: CompoundStorage, { file, depth }: Place): Message {
  if (depth > maxDepth) throw damaged(file, new Error('messages nested too deep'))
  const text = (id: string) => stringIn(storage, id, file)
  const short = shortProperties(storage, depth === 0 ? 'message' : 'inner')
  const body = bodyOf(storage, short, file)
  const named = addressesIn(body?.kind === 'html' ? body.text : '')
  const bodies: MessageBody[] = body ? [body] : []
  const attachments: Attachment[] = []
  for (const [name, attached] of storage.storages) {
    if (!name.startsWith('__attach_version1.0_')) continue
    const inner = attached.storages.get(`__substg1.0_${ids.content}000D`)
    if (inner?.has(propertyStream)) {
      const message = messageIn(inner, { file, depth: depth + 1 })
      bodies.push({ kind: 'message', message })
      attachments.push(...message.attachments)
      continue
    }
    const contentId = stringIn(attached, ids.contentId, file)
    const isHidden = shortProperties(attached, 'attachment').get(tags.isHidden)?.readUInt8(0) === 1
    const isShown = contentId !== '' && named.has(`cid:${contentId}`)
    const stream = `__substg1.0_${ids.content}0102`
    if (!attached.has(stream) || isHidden || isShown) continue
    const title = stringIn(attached, ids.longName, file) || stringIn(attached, ids.shortName, file)
    attachments.push({ name: title, extension: '', bytes: () => attached.stream(stream)! })
  }
  const date = dayIn(fieldsIn(text(ids.transportHeader)).get('date') ?? '') ?? dayOf(short)
  const sender = text(ids.sentFor) || text(ids.sender)
  return { subject: text(ids.subject), sender: sender.includes('@') ? '' : sender, date, bodies, attachments }
}

/** The text of a message: its page, else its plain text; null where it has none. */
function bodyOf(storage: CompoundStorage, short: ReadonlyMap<number, Buffer>, file: string): MessageBody | null {
  const page = storage.stream(`__substg1.0_${ids.page}0102`)
  if (page !== null && page.length > 0) {
    const charset = encodingOf(short.get(tags.codePage)?.readUInt32LE(0) ?? 0) ?? statedEncoding(page)
    return { kind: 'html', ...textOf(page, charset, file) }
  }
  const source = stringIn(storage, ids.page, file)
  if (source !== '') return { kind: 'html', text: source, notes: [] }
  const text = stringIn(storage, ids.body, file)
  if (text !== '') return { kind: 'text', text, notes: [] }
  if (!storage.has(`__substg1.0_${ids.richText}0102`)) return null
  const note = {
    zh: '邮件正文只以 RTF 保存,未能读取。请在 Outlook 中另存为 .mht 或 PDF。',
    en: 'The text of the message is stored as RTF alone and was not read. Save it as .mht or PDF in Outlook.',
  }
  return { kind: 'text', text: '', notes: [note] }
}

/** A property of text; '' where there is none. Old messages hold it in the code page of their writer. */
function stringIn(storage: CompoundStorage, id: string, file: string): string {
  const unicode = storage.stream(`__substg1.0_${id}001F`)
  if (unicode !== null) return Buffer.from(unicode).toString('utf16le').replace(/\0+$/u, '')
  const bytes = storage.stream(`__substg1.0_${id}001E`)
  if (bytes === null || bytes.length === 0) return ''
  const end = bytes.indexOf(0)
  return textOf(end < 0 ? bytes : bytes.subarray(0, end), undefined, file).text
}

/** The values of eight bytes that stand in one stream, by their tags. */
function shortProperties(storage: CompoundStorage, kind: keyof typeof headerBytes): ReadonlyMap<number, Buffer> {
  const found = storage.stream(propertyStream) ?? new Uint8Array()
  const stream = Buffer.from(found)
  const values = new Map<number, Buffer>()
  for (let at = headerBytes[kind]; at + 16 <= stream.length; at += 16)
    values.set(stream.readUInt32LE(at), stream.subarray(at + 8, at + 16))
  return values
}

/** The day on which a message was sent, else delivered. The file has it in universal time only. */
function dayOf(short: ReadonlyMap<number, Buffer>): string | null {
  const value = short.get(tags.submitted) ?? short.get(tags.delivered)
  if (value === undefined) return null
  const time = timeIn(value)
  const year = time.getUTCFullYear()
  return year >= 1990 && year <= 2100 ? dayInChina(time) : null
}
