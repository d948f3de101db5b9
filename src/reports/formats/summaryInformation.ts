import { codePageDecoder } from './codePages.ts'
import type { FileStatements } from './fileStatements.ts'
import { timeIn } from './fileTime.ts'

/** The numbers of properties, and of the types of their values, as [MS-OLEPS] lists them. */
const property = { codePage: 1, title: 2, author: 4, created: 12, saved: 13 } as const
const valueType = { shortInteger: 2, narrowText: 0x1e, wideText: 0x1f, time: 0x40 } as const
const maxProperties = 256

/**
 * Reads the stream `\x05SummaryInformation` of an old office file.
 * @param stream null where the file has none; a damaged one states nothing, which costs no words of the text
 */
export function summaryStatements(stream: Uint8Array | null): FileStatements {
  const view = stream === null ? Buffer.alloc(0) : Buffer.from(stream.buffer, stream.byteOffset, stream.length)
  if (view.length < 48) return { days: [] }
  const section = view.subarray(view.readUInt32LE(44))
  if (section.length < 8) return { days: [] }
  const values = new Map<number, Buffer>()
  const count = Math.min(section.readUInt32LE(4), maxProperties)
  for (let i = 0; i < count && 16 + 8 * i <= section.length; i++) {
    const value = section.subarray(section.readUInt32LE(12 + 8 * i))
    if (value.length >= 8) values.set(section.readUInt32LE(8 + 8 * i), value)
  }
  const page = values.get(property.codePage)
  const codePage = page?.readUInt16LE(0) === valueType.shortInteger ? page.readUInt16LE(4) : 1252
  const text = (number: number) => textIn(values.get(number), codePage)
  const [title, author] = [text(property.title), text(property.author)]
  const days = [property.created, property.saved].flatMap((number) => dayIn(values.get(number)) ?? [])
  return { ...(title && { title }), ...(author && { author }), days }
}

function textIn(value: Buffer | undefined, codePage: number): string {
  const type = value?.readUInt16LE(0)
  if (value === undefined || (type !== valueType.narrowText && type !== valueType.wideText)) return ''
  const isWide = type === valueType.wideText || codePage === 1200
  const bytes = value.subarray(8, 8 + value.readUInt32LE(4) * (type === valueType.wideText ? 2 : 1))
  const text = isWide ? bytes.toString('utf16le') : codePageDecoder(codePage).decode(bytes)
  return text.replace(/\0[\s\S]*$/u, '').trim()
}

function dayIn(value: Buffer | undefined): string | null {
  if (value === undefined || value.length < 12 || value.readUInt16LE(0) !== valueType.time) return null
  const date = timeIn(value.subarray(4))
  const year = date.getTime() > 0 ? date.getUTCFullYear() : 0
  return year >= 1981 && year <= 2100 ? date.toISOString().slice(0, 10) : null
}
