import { Readable } from 'node:stream'
import JSZip from 'jszip'
import { ReportError } from '../../errors.ts'
import type { ReadContext } from '../manuscript.ts'
import { damaged, locked } from './faults.ts'
import { refuseManyEntries, type ZipEntry, zipEntries } from './zipDirectory.ts'

/** No document is packed more tightly; Deflate packs a thousandfold at most. */
export const maxRatio = 500

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

function hostile(file: string): ReportError {
  return new ReportError({
    zh: `${file}:文件内含实体声明,可能有害,不予读取。请用办公软件重新保存,或把它移出报告文件夹。`,
    en: `${file}: expected a plain document, found entity declarations, which can do harm. Save it again in an office program, or move it out of the reports folder.`,
  })
}
