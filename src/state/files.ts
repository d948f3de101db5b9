import { randomUUID } from 'node:crypto'
import { type FileHandle, link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'
import { isLinkless } from '../fileSystem.ts'

/** Adds a line to a file in one write. */
export async function appendLine(path: string, line: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'a+')
    // A kill may have cut the last record short: the next one goes on a line of its own.
    const { size } = await file.stat()
    const last = size === 0 ? null : (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
    await file.appendFile(last === null || last === '\n' ? `${line}\n` : `\n${line}\n`)
  } finally {
    await file?.close()
  }
}

/** How many lines with something in them a file has; 0 where there is none. */
export async function countLines(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter(Boolean).length
}

/**
 * Tries whether files can be linked, with two that are made in `aside`, a folder below `folder`.
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
    for (const made of [path, other]) await rm(made, { force: true })
  }
}
