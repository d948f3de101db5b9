import { createHash } from 'node:crypto'
import { close, openSync, read } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import {
  arrayBufferOf,
  bytesOf,
  damagedFile,
  type FileRecord,
  readRecorded,
  recordNamed,
  recordOf,
  requireRecorded,
  writeSynced,
} from './recordedFiles.ts'

// Files of a segment that are too large to be held: they are written in one pass and read in places.

const bufferBytes = 1024 * 1024

/** Writes a new file from its beginning to its end. */
async function createSequentialWriter(path: string) {
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  let buffers: Uint8Array[] = []
  let waiting = 0
  let bytes = 0
  const flush = async () => {
    for (const buffer of buffers) hash.update(buffer)
    await writeAll(file, buffers)
    buffers = []
    waiting = 0
  }
  return {
    /** Bytes given so far. */
    get bytes() {
      return bytes
    },
    async write(data: Uint8Array) {
      buffers.push(data)
      bytes += data.byteLength
      waiting += data.byteLength
      if (waiting >= bufferBytes) await flush()
    },
    /** Waits until the disk holds the file, and returns its record. */
    async end(): Promise<FileRecord> {
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

async function writeAll(file: FileHandle, buffers: readonly Uint8Array[]): Promise<void> {
  for (const buffer of buffers) {
    for (let at = 0; at < buffer.byteLength; ) at += (await file.write(buffer, at)).bytesWritten
  }
}

const closer = new FinalizationRegistry<number>((descriptor) => close(descriptor, () => {}))

/**
 * Opens a file to be read in places. It stays open as long as something refers to it, even after it was removed.
 * @param check `content` reads the file once to compare its hash, `size` leaves that to checksums of its chunks
 * @throws IndexError when it is missing, of another size, or altered
 */
export async function openRecorded(path: string, record: FileRecord, check: 'content' | 'size') {
  await requireRecorded(path, record, check)
  const descriptor = openSync(path, 'r')
  const file = {
    path,
    /** Reads the bytes `[from, to)`. @throws IndexError when the file ends before */
    read: (from: number, to: number) =>
      new Promise<Buffer>((resolve, reject) => {
        const buffer = Buffer.allocUnsafe(to - from)
        const next = (at: number) =>
          read(descriptor, buffer, at, buffer.length - at, from + at, (error, count) => {
            if (error) reject(damagedFile(path, to, `${error.code}`, error))
            else if (count === 0 && at < buffer.length) reject(damagedFile(path, to, `${from + at}`))
            else if (at + count < buffer.length) next(at + count)
            else resolve(buffer)
          })
        next(0)
      }),
  }
  closer.register(file, descriptor)
  return file
}

/** The file of the chunks laid end to end, and the two small ones with their offsets and checksums. */
const filesOf = (name: string) => [`${name}.parts`, `${name}.offsets.f64`, `${name}.crc.u32`] as const

/** Writes a chunked file as three files of `folder`, whose records it returns. Other files are not touched. */
export async function writeChunks(
  folder: string,
  name: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Record<string, FileRecord>> {
  const [chunksFile, offsetsFile, checksumsFile] = filesOf(name)
  const writer = await createSequentialWriter(join(folder, chunksFile))
  const offsets = [0]
  const checksums: number[] = []
  let record: FileRecord
  try {
    for await (const chunk of chunks) {
      await writer.write(chunk)
      offsets.push(writer.bytes)
      checksums.push(crc32(chunk))
    }
  } finally {
    record = await writer.end()
  }
  const offsetBytes = bytesOf(Float64Array.from(offsets))
  const checksumBytes = bytesOf(Uint32Array.from(checksums))
  await writeSynced(join(folder, offsetsFile), offsetBytes)
  await writeSynced(join(folder, checksumsFile), checksumBytes)
  return { [chunksFile]: record, [offsetsFile]: recordOf(offsetBytes), [checksumsFile]: recordOf(checksumBytes) }
}

/**
 * Opens a file that `writeChunks` wrote: chunks of bytes, each with a checksum that is compared when the chunk is read.
 * @param check `content` reads all of it once, `size` relies on the checksums of the chunks
 * @throws IndexError when a file is missing, truncated or altered
 */
export async function openChunks(
  folder: string,
  name: string,
  records: Readonly<Record<string, FileRecord>>,
  check: 'content' | 'size',
) {
  const [chunksFile, offsetsFile, checksumsFile] = filesOf(name)
  const small = async (file: string) =>
    arrayBufferOf(await readRecorded(join(folder, file), recordNamed(records, file)))
  const offsets = new Float64Array(await small(offsetsFile))
  const checksums = new Uint32Array(await small(checksumsFile))
  const path = join(folder, chunksFile)
  const file = await openRecorded(path, recordNamed(records, chunksFile), check)
  return {
    /** The number of chunks. */
    size: checksums.length,
    /** @throws IndexError when the chunk is not what was written */
    async at(i: number): Promise<Buffer> {
      const chunk = await file.read(offsets[i]!, offsets[i + 1]!)
      const found = crc32(chunk)
      if (found !== checksums[i]) throw damagedFile(path, `CRC-32 ${checksums[i]}`, `${found}`)
      return chunk
    },
  }
}
