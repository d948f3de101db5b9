import { openCompound } from './compoundStorage.ts'
import { zipEntries } from './zipDirectory.ts'

/** The bytes of a file, with what their beginning tells. */
export interface FileBytes {
  /** The first `headBytes` bytes, a character for each. */
  readonly head: string
  /** The head without NULs, so that ASCII in UTF-16, which has one beside every character, can be looked for. */
  readonly plainHead: string
  /** The archive of a file that begins as ZIP archives do; null for others. */
  readonly zip: ZipPackage | null
  /** The OLE compound file, which old office programs write; null for files that begin otherwise. */
  readonly compound: CompoundFile | null
}

export interface ZipPackage {
  /** True where the archive says that it holds nothing. */
  readonly isEmpty: boolean
  /** True where no directory was found at its end. */
  readonly isCutOff: boolean
  /** The type that OpenDocument and EPUB files state at their beginning. */
  readonly mimeType: string | undefined
  /** Tells whether the path of any part begins with this one. */
  holds(path: string): boolean
}

interface CompoundFile {
  /** Tells whether there is a stream of this name, outside documents that are embedded in this one. */
  holds(stream: string): boolean
}

/** The number of a file's first bytes that are looked at to tell its format. */
export const headBytes = 4096

const zipStart = 'PK\x03\x04'
const emptyZipStart = 'PK\x05\x06'
const compoundStart = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'

/** @param bytes all of a file's, or its first `headBytes` */
export function examine(bytes: Uint8Array): FileBytes {
  const head = Buffer.from(bytes.subarray(0, headBytes)).toString('latin1')
  const isZip = head.startsWith(zipStart) || head.startsWith(emptyZipStart)
  return {
    head,
    plainHead: head.replaceAll('\0', ''),
    zip: isZip ? zipPackage(bytes, head) : null,
    compound: head.startsWith(compoundStart) ? compoundFile(bytes) : null,
  }
}

function zipPackage(bytes: Uint8Array, head: string): ZipPackage {
  const parts = zipEntries(bytes).map(({ name }) => name)
  const isCutOff = parts.length === 0
  // The names of the first parts stand in the head, too, and so may those of an archive that is one of the parts.
  const holds = (path: string) => (isCutOff ? head.includes(path) : parts.some((name) => name.startsWith(path)))
  return {
    isEmpty: head.startsWith(emptyZipStart),
    isCutOff,
    // The next part begins right behind the type.
    mimeType: holds('mimetype') ? /mimetype(application\/[\w.+-]+?)(?=PK|[^\w.+-]|$)/u.exec(head)?.[1] : undefined,
    holds,
  }
}

function compoundFile(bytes: Uint8Array): CompoundFile {
  try {
    const storage = openCompound('', bytes)
    return { holds: (stream) => storage.has(stream) }
  } catch {
    // Names are looked for anywhere in a file that is damaged, or of which only the beginning is here.
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return { holds: (stream) => view.includes(Buffer.from(`${stream}\0`, 'utf16le')) }
  }
}

/** Tells whether bytes are text, whatever their name says: no control characters, or UTF-16 by its mark. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, headBytes)
  if (isUtf16(head)) return true
  return head.length > 0 && !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
}
