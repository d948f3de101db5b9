import { randomUUID } from 'node:crypto'
import { type FileHandle, link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, errorCode } from '../errors.ts'
import { isLinkless } from '../fileSystem.ts'

/** Adds a line to a file in one write. */
export async function appendLine(path: string, line: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'a+')
    // A kill may have cut the last record short, so the new one begins a line of its own.
    const { size } = await file.stat()
    const last = size === 0 ? null : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
    await file.appendFile(last === null || last === '\n' ? `${line}\n` : `\n${line}\n`)
  } finally {
    await file?.close()
  }
}

/** The result of reading a file or folder; `otherwise` where there is none. */
export function unlessMissing<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  return reading.catch((error) => {
    if (errorCode(error) === 'ENOENT') return otherwise
    throw error
  })
}

/** The number of lines of a file that are not empty; 0 where there is no file. */
export async function countLines(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).length
}

/**
 * Makes a hard link, to see that the file system can.
 * @param aside a folder below `folder` for the files of the trial
 * @throws ConfigError when the file system has no hard links
 */
export async function requireLinks(folder: string, aside: string): Promise<void> {
  const path = join(aside, randomUUID())
  const other = `${path}~`
  await (await open(path, 'wx', 0o600)).close()
  try {
    await link(path, other)
  } catch (cause) {
    if (!isLinkless(cause)) throw cause
    throw new ConfigError(
      {
        zh: `状态文件夹 ${folder} 所在的文件系统没有硬链接(如 FAT、exFAT 和部分网络盘),而设置了 WEBHOOK_URL 就需要它。请用 STATE_DIR 换一个位置,或去掉 WEBHOOK_URL。`,
        en: `The state folder ${folder} lies on a file system without hard links (as FAT, exFAT and some network drives are), which WEBHOOK_URL needs. Choose another STATE_DIR, or do without WEBHOOK_URL.`,
      },
      { cause },
    )
  } finally {
    for (const trial of [path, other]) await rm(trial, { force: true })
  }
}
