import { createHash } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, IndexError } from '../errors.ts'

/** A file of the index as the manifest remembers it. */
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

/** Puts `data` in the place of `path` in one step: a reader sees the old file or the new one, also after a crash. */
export async function replaceFile(path: string, data: string): Promise<void> {
  const aside = `${path}.${process.pid}.tmp`
  await rm(aside, { force: true })
  try {
    await writeSynced(aside, data)
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  await syncToDisk(dirname(path))
}

/** Waits until the disk holds a file that another program wrote, or the entries of a folder. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

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
    throw damaged(path, `${record.bytes} 字节`, `${record.bytes} bytes`, `${errorCode(cause)}`, cause)
  }
  if (data.byteLength !== record.bytes) {
    throw damaged(path, `${record.bytes} 字节`, `${record.bytes} bytes`, `${data.byteLength}`)
  }
  const found = recordOf(data).sha256
  if (found !== record.sha256) throw damaged(path, `SHA-256 ${record.sha256}`, `SHA-256 ${record.sha256}`, found)
  return data
}

function damaged(path: string, expectedZh: string, expectedEn: string, found: string, cause?: unknown): IndexError {
  return new IndexError(
    {
      zh: `索引文件 ${path} 已损坏或不完整:应为 ${expectedZh},实际为 ${found}。请运行 npm run index 重建索引。`,
      en: `The index file ${path} is damaged or truncated: expected ${expectedEn}, found ${found}. Run npm run index to rebuild it.`,
    },
    { cause },
  )
}

/** A write failure as the operator can mend it: a full disk or a missing right; anything else as it is. */
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
