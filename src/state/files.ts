import { type FileHandle, open, readFile } from 'node:fs/promises'

/** The folder's own list of names reaches the disk, so that a power cut undoes no rename. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

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
