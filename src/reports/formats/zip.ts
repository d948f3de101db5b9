import { Readable } from 'node:stream'
import JSZip from 'jszip'
import { ReportError } from '../../errors.ts'
import type { ReadContext } from '../manuscript.ts'
import { locked } from './faults.ts'

/** The entry of a part in a ZIP file's directory, which is not to be relied upon. */
export interface ZipEntry {
  readonly name: string
  /** The name as it is written, in an encoding that old programs do not tell. */
  readonly nameBytes: Buffer
  readonly packedBytes: number
  readonly unpackedBytes: number
}

const directoryEntry = 0x02014b50
/** The directory's end is within this many bytes of the file's end, as no comment behind it is longer. */
const maxTailBytes = 66_000
/** No document is packed more tightly; Deflate packs a thousandfold at most. */
export const maxRatio = 500
const maxEntries = 10_000
const entrySignature = Buffer.from('PK\x01\x02', 'latin1')
const endSignature = Buffer.from('PK\x05\x06', 'latin1')

/**
 * Refuses a ZIP file that may hold more parts than any document has. The signatures of entries are counted from where the library
 * reads the directory, which it finds also where `zipEntries` does not, as behind other bytes. Files inside the file, which have
 * directories of their own, lie before; only with 64-bit offsets the whole file counts.
 * @throws ReportError where it does
 */
export function refuseManyEntries(bytes: Uint8Array, file: string): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = view.lastIndexOf(endSignature)
  if (end < 0 || end + 22 > bytes.length) return
  let count = 0
  let at = view.indexOf(entrySignature, hasLongOffsets(view, end) ? 0 : Math.max(0, end - view.readUInt32LE(end + 12)))
  for (; at >= 0; at = view.indexOf(entrySignature, at + 4)) {
    count++
    if (count > maxEntries) throw tooManyEntries(file)
  }
}

/** True where the directory's end refers to a second one with 64-bit offsets, as the library takes it. */
function hasLongOffsets(view: Buffer, end: number): boolean {
  const isFull = (at: number) => view.readUInt16LE(end + at) === 0xffff
  return [4, 6, 8, 10].some(isFull) || [12, 16].some((at) => isFull(at) && isFull(at + 2))
}

/** The parts listed in the directory at the end of a ZIP file; none where the file was cut off. */
export function zipEntries(bytes: Uint8Array): ZipEntry[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = view.lastIndexOf(endSignature)
  if (end < Math.max(0, bytes.length - maxTailBytes) || end + 22 > bytes.length) return []
  const entries: ZipEntry[] = []
  let at = view.readUInt32LE(end + 16)
  while (entries.length <= maxEntries && at + 46 <= bytes.length && view.readUInt32LE(at) === directoryEntry) {
    const nameLength = view.readUInt16LE(at + 28)
    const nameBytes = view.subarray(at + 46, at + 46 + nameLength)
    entries.push({
      name: nameBytes.toString(),
      nameBytes,
      packedBytes: view.readUInt32LE(at + 20),
      unpackedBytes: view.readUInt32LE(at + 24),
    })
    at += 46 + nameLength + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * Unpacks the XML parts of an office file within bounds: first by the sizes that the directory states, then by the
 * bytes that are really unpacked. Pictures and other parts are left out.
 * @param isWanted tells by its name whether a part that is not XML is unpacked as well
 * @throws ReportError when the file is damaged, unpacks beyond the limits or declares entities of its own
 */
export async function unpackOffice(
  bytes: Uint8Array,
  { file, limits }: ReadContext,
  isWanted: (name: string) => boolean = () => false,
): Promise<JSZip> {
  const isPart = (name: string) => isXml(name) || isWanted(name)
  const entries = zipEntries(bytes)
  const parts = entries.filter(({ name }) => isPart(name))
  const stated = parts.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0)
  const isBomb = ({ packedBytes, unpackedBytes }: ZipEntry) =>
    unpackedBytes > 1024 * 1024 && unpackedBytes > packedBytes * maxRatio
  refuseManyEntries(bytes, file)
  if (stated > limits.bytes || parts.some(isBomb)) throw tooLarge(file, limits.bytes)
  const unpacked = new JSZip()
  let left = limits.bytes
  try {
    for (const part of Object.values((await JSZip.loadAsync(bytes)).files)) {
      if (part.dir || !isPart(part.name)) continue
      const content = await unpackPart(part, left)
      if (content === null) throw tooLarge(file, limits.bytes)
      left -= content.length
      refuseEntities(content, file)
      unpacked.file(part.name, content)
    }
  } catch (cause) {
    if (cause instanceof ReportError) throw cause
    throw isLocked(cause) ? locked(file) : damaged(file, cause)
  }
  return unpacked
}

/**
 * Opens an archive of which single parts are wanted.
 * @returns a function that unpacks a part by its name in the directory; it throws a `ReportError` when the part is missing, damaged or
 *   beyond the limits
 */
export function partReader(bytes: Uint8Array, { file, limits }: ReadContext): (name: string) => Promise<Buffer> {
  let archive: Promise<JSZip> | undefined
  return async (name) => {
    try {
      archive ??= JSZip.loadAsync(bytes)
      const part = (await archive).file(name)
      if (part === null) throw new Error(`no part ${name}`)
      const content = await unpackPart(part, limits.bytes)
      if (content === null) throw tooLarge(file, limits.bytes)
      return content
    } catch (cause) {
      if (cause instanceof ReportError) throw cause
      throw damaged(file, cause)
    }
  }
}

/**
 * Unpacks a part; null where it is larger than `maxBytes`.
 * @param onBytes called with the number of bytes as they come, also of a part that turns out to be damaged or too large
 * @throws Error when it is damaged
 */
export async function unpackPart(
  part: JSZip.JSZipObject,
  maxBytes: number,
  onBytes?: (bytes: number) => void,
): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let left = maxBytes
  // The library's streams are of an old kind, which cannot be iterated.
  for await (const chunk of new Readable().wrap(part.nodeStream())) {
    left -= chunk.length
    onBytes?.(chunk.length)
    if (left < 0) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Tells whether the library refused a file as its parts are under a password. */
function isLocked(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('Encrypted zip')
}

/** The fault of an office file that its library cannot read. */
export function damaged(file: string, cause: unknown): ReportError {
  const text = {
    zh: `${file}:文件已损坏或不完整,无法读取。请用办公软件打开并重新保存,或把它移出报告文件夹。`,
    en: `${file}: expected a whole document, found a damaged or incomplete one. Open it in an office program and save it again, or move it out of the reports folder.`,
  }
  return new ReportError(text, { cause })
}

function isXml(name: string): boolean {
  return /\.(?:xml|rels)$|^mimetype$/iu.test(name)
}

/**
 * Refuses XML that declares entities. No office program does; an attacker does, to unfold one entity into millions.
 * @throws ReportError where it does
 */
export function refuseEntities(xml: Buffer, file: string): void {
  if (/<!ENTITY|<!DOCTYPE[^>]*\[/iu.test(xml.toString('latin1'))) throw hostile(file)
}

/** The fault of a file that unpacks to more than `maxBytes`, or to far more than its size. */
export function tooLarge(file: string, maxBytes: number): ReportError {
  const limit = Math.round(maxBytes / 1024 / 1024)
  return new ReportError({
    zh: `${file}:解压后过大(上限 ${limit} MB)或压缩率异常。请把它拆成几个文件,或把它移出报告文件夹。`,
    en: `${file}: it unpacks to more than ${limit} MB, or far more than its size. Split it into several files, or move it out of the reports folder.`,
  })
}

function tooManyEntries(file: string): ReportError {
  return new ReportError({
    zh: `${file}:其中的文件过多(上限 ${maxEntries} 个)。请把它拆成几个文件,或把它移出报告文件夹。`,
    en: `${file}: expected at most ${maxEntries} files inside it, found more. Split it into several files, or move it out of the reports folder.`,
  })
}

function hostile(file: string): ReportError {
  return new ReportError({
    zh: `${file}:文件内含实体声明,可能有害,不予读取。请用办公软件重新保存,或把它移出报告文件夹。`,
    en: `${file}: expected a plain document, found entity declarations, which can do harm. Save it again in an office program, or move it out of the reports folder.`,
  })
}
