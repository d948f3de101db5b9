import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Not a file at all: a pipe, a device, a socket. It may never end, so nothing is read of it. */
export const notAFile = 'ENOTFILE'

/**
 * A file's bytes, or only its size where that is beyond `maxBytes`.
 * @throws the system's error; one whose code is `notAFile` for whatever is no regular file
 */
export async function readBytes(path: string, maxBytes: number): Promise<Buffer | number> {
  // Without it opening a pipe waits for somebody who writes.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' })
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is no regular file`), { code: notAFile })
    return stats.size > maxBytes ? stats.size : await handle.readFile()
  } finally {
    await handle.close()
  }
}
