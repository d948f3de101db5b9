import { createHash, type Hash } from 'node:crypto'
import { close, openSync, read } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  arrayBufferOf,
  bytesOf,
  damaged,
  type FileRecord,
  readRecorded,
  recordNamed,
  recordOf,
  requireRecorded,
  writeSynced,
} from './recordedFiles.ts'

/** Files of one segment that are too large to be held: written in one pass, read in places. */

const bufferBytes = 1024 * 1024

/** Writes a new file from its beginning to its end. */
interface FileWriter {
  /** Bytes given so far. */
  readonly bytes: number
  write(data: Uint8Array | string): Promise<void>
  /** Waits until the disk holds the file and tells what it is to be known by. */
  end(): Promise<FileRecord>
}

async function writeFileInParts(path: string): Promise<FileWriter> {
  const file = await open(path, 'wx')
  const hash: Hash = createHash('sha256')
  let parts: Uint8Array[] = []
  let waiting = 0
  let bytes = 0
  const flush = async () => {
    for (const part of parts) hash.update(part)
    await writeAll(file, parts)
    parts = []
    waiting = 0
  }
  return {
    get bytes() {
      return bytes
    },
    async write(data) {
      const part = typeof data === 'string' ? Buffer.from(data) : data
      parts.push(part)
      bytes += part.byteLength
      waiting += part.byteLength
      if (waiting >= bufferBytes) await flush()
    },
    async end() {
      try {
        await flush()
        await file.sync()
      } finally {
        await file.close()
      }
      return { bytes, sha256: hash.digest('hex') }
    },
  }
}

async function writeAll(file: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    for (let at = 0; at < part.byteLength; ) at += (await file.write(part, at)).bytesWritten
  }
}

/** A file that is read in places, open as long as something refers to it, even after it was removed. */
export interface ReadFile {
  readonly path: string
  /** @throws IndexError when the file ends before */
  read(from: number, to: number): Promise<Buffer>
}

const closer = new FinalizationRegistry<number>((descriptor) => close(descriptor, () => {}))

/**
 * Opens a file whose content is not held.
 * @param check `content` reads it once to compare its hash, `size` leaves that to checksums of its parts
 * @throws IndexError when it is missing, of another size, or altered
 */
export async function openRecorded(path: string, record: FileRecord, check: 'content' | 'size'): Promise<ReadFile> {
  await requireRecorded(path, record, check)
  const descriptor = openSync(path, 'r')
  const file: ReadFile = {
    path,
    read: (from, to) =>
      new Promise((resolve, reject) => {
        const buffer = Buffer.allocUnsafe(to - from)
        const next = (at: number) =>
          read(descriptor, buffer, at, buffer.length - at, from + at, (error, count) => {
            if (error) reject(damaged(path, `${to} 字节`, `${to} bytes`, `${error.code}`, error))
            else if (count === 0 && at < buffer.length)
              reject(damaged(path, `${to} 字节`, `${to} bytes`, `${from + at}`))
            else if (at + count < buffer.length) next(at + count)
            else resolve(buffer)
          })
        next(0)
      }),
  }
  closer.register(file, descriptor)
  return file
}

/**
 * Parts of a file one after the other, each with a checksum, so that what is read of it is checked then.
 * @see openParts
 */
export interface Parts {
  readonly size: number
  /** @throws IndexError when the part is not what was written */
  at(i: number): Promise<Buffer>
}

const partsFiles = (name: string) => [`${name}.parts`, `${name}.offsets.f64`, `${name}.crc.u32`] as const

/**
 * Writes parts into `folder`, with the two small files by which they are found and checked. Of the folder's other files
 * nothing is touched.
 */
export async function writeParts(
  folder: string,
  name: string,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Record<string, FileRecord>> {
  const [partsFile, offsetsFile, checksumsFile] = partsFiles(name)
  const writer = await writeFileInParts(join(folder, partsFile))
  const offsets = [0]
  const checksums: number[] = []
  let record: FileRecord
  try {
    for await (const part of parts) {
      await writer.write(part)
      offsets.push(writer.bytes)
      checksums.push(crc32(part))
    }
  } finally {
    record = await writer.end()
  }
  const offsetBytes = bytesOf(Float64Array.from(offsets))
  const checksumBytes = bytesOf(Uint32Array.from(checksums))
  await writeSynced(join(folder, offsetsFile), offsetBytes)
  await writeSynced(join(folder, checksumsFile), checksumBytes)
  return { [partsFile]: record, [offsetsFile]: recordOf(offsetBytes), [checksumsFile]: recordOf(checksumBytes) }
}

/**
 * Opens parts written by `writeParts`.
 * @param check whether to read all of it once, or to trust to the parts' checksums
 * @throws IndexError when a file is missing, truncated or altered
 */
export async function openParts(
  folder: string,
  name: string,
  records: Readonly<Record<string, FileRecord>>,
  check: 'content' | 'size',
): Promise<Parts> {
  const [partsFile, offsetsFile, checksumsFile] = partsFiles(name)
  const small = async (file: string) =>
    arrayBufferOf(await readRecorded(join(folder, file), recordNamed(records, file)))
  const offsets = new Float64Array(await small(offsetsFile))
  const checksums = new Uint32Array(await small(checksumsFile))
  const path = join(folder, partsFile)
  const file = await openRecorded(path, recordNamed(records, partsFile), check)
  return {
    size: checksums.length,
    async at(i) {
      const part = await file.read(offsets[i]!, offsets[i + 1]!)
      const found = crc32(part)
      if (found !== checksums[i]) throw damaged(path, `CRC-32 ${checksums[i]}`, `CRC-32 ${checksums[i]}`, `${found}`)
      return part
    },
  }
}
