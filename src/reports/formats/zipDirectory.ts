import { ReportError } from '../../errors.ts'

// The directory of a ZIP file is read here without the library that unpacks, as telling the format of a file takes no more.

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

function tooManyEntries(file: string): ReportError {
  return new ReportError({
    zh: `${file}:其中的文件过多(上限 ${maxEntries} 个)。请把它拆成几个文件,或把它移出报告文件夹。`,
    en: `${file}: expected at most ${maxEntries} files inside it, found more. Split it into several files, or move it out of the reports folder.`,
  })
}
