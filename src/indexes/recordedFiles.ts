import { createHash, randomUUID } from 'node:crypto'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'
import { renameOver, syncToDisk } from '../fileSystem.ts'
import { hashFile } from '../hashFile.ts'

/** The size and hash by which the manifest knows a file of the index. */
export interface FileRecord {
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Writes a new file and waits until the disk holds it. */
export async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(data)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces the file `path` in one step: a reader sees the old file or the new one, also after a crash. */
export async function replaceFile(path: string, data: string): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`
  try {
    await writeSynced(aside, data)
    await renameOver(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await syncToDisk(dirname(path))
}

/** The record of a file that is made of `data`, text as UTF-8. */
export function recordOf(data: string | Uint8Array): FileRecord {
  const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength
  return { bytes, sha256: createHash('sha256').update(data).digest('hex') }
}

/**
 * The content of one file of the index, checked against its record.
 * @throws IndexError when it is missing, shorter or longer, or altered.
 */
export async function readRecorded(path: string, record: FileRecord): Promise<Buffer> {
  let data: Buffer
  try {
    data = await readFile(path)
  } catch (cause) {
    throw missing(path, record, cause)
  }
  requireSize(path, record, data.byteLength)
  requireHash(path, record, recordOf(data).sha256)
  return data
}

/**
 * Checks a file against its record without holding its content.
 * @param check `content` compares the hash, `size` the size only
 * @throws IndexError as `readRecorded` does
 */
export async function requireRecorded(path: string, record: FileRecord, check: 'content' | 'size'): Promise<void> {
  try {
    requireSize(path, record, (await stat(path)).size)
    if (check === 'content') requireHash(path, record, (await hashFile(path)).sha256)
  } catch (error) {
    throw error instanceof IndexError ? error : missing(path, record, error)
  }
}

/** The record of a file; for a file that is not recorded one that no file agrees with. */
export function recordNamed(records: Readonly<Record<string, FileRecord>>, file: string): FileRecord {
  return records[file] ?? { bytes: 0, sha256: '' }
}

function requireSize(path: string, { bytes }: FileRecord, found: number): void {
  if (found !== bytes) throw damagedFile(path, bytes, `${found}`)
}

function requireHash(path: string, { sha256 }: FileRecord, found: string): void {
  if (found !== sha256) throw damagedFile(path, `SHA-256 ${sha256}`, found)
}

function missing(path: string, { bytes }: FileRecord, cause: unknown): IndexError {
  return damagedFile(path, bytes, `${errorCode(cause)}`, cause)
}

/** The fault of a file of the index that is not as it was written. @param expected a checksum, or a number of bytes */
export function damagedFile(path: string, expected: string | number, found: string, cause?: unknown): IndexError {
  const [zh, en] = typeof expected === 'number' ? [`${expected} 字节`, `${expected} bytes`] : [expected, expected]
  return new IndexError(
    {
      zh: `索引文件 ${path} 已损坏或不完整:应为 ${zh},实际为 ${found}。请运行 npm run index 重建索引。`,
      en: `The index file ${path} is damaged or truncated: expected ${en}, found ${found}. Run npm run index to rebuild it.`,
    },
    { cause },
  )
}

/** The bytes behind an array. Its numbers are little-endian, as on every machine that Node runs on here. */
export function bytesOf(array: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** The memory behind a buffer, copied only where it shares a pool. */
export function arrayBufferOf(buffer: Buffer): ArrayBuffer {
  const { buffer: memory, byteOffset, byteLength } = buffer
  const isWhole = byteOffset === 0 && byteLength === memory.byteLength
  return (isWhole ? memory : memory.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer
}

/** Turns a full disk or a missing right into an error that says what to do; returns any other error as it is. */
export function explainWriteFailure(error: unknown, folder: string): unknown {
  const code = errorCode(error) ?? ''
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new IndexError(
      {
        zh: `写入索引 ${folder} 时磁盘空间不足(${code})。原有索引未受影响;请腾出空间后重新运行,或用 INDEX_DIR 换一个位置。`,
        en: `The disk is full while writing the index ${folder} (${code}). The index that was there is untouched; free some space and run again, or move it with INDEX_DIR.`,
      },
      { cause: error },
    )
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new IndexError(
      {
        zh: `无法写入索引文件夹 ${folder}(${code})。请检查它是否为文件夹、是否可写,或用 INDEX_DIR 换一个位置。`,
        en: `The index folder ${folder} cannot be written (${code}). Check that it is a folder with write permission, or move it with INDEX_DIR.`,
      },
      { cause: error },
    )
  }
  return error
}
