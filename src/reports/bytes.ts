import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** The error code for a pipe, a device or a socket. It may never end, so nothing is read of it. */
export const notAFile = 'ENOTFILE'

/** Reads a file, of more than `maxBytes` only its size. @throws the system's error, or one of the code `notAFile` */
export async function readBytes(path: string, maxBytes: number): Promise<Buffer | number> {
  return withFile(path, async (handle, size) => (size > maxBytes ? size : handle.readFile()))
}

/** Reads the first bytes of a file. @param bytes their number at most @throws as `readBytes` does */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  return withFile(path, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  })
}

async function withFile<T>(path: string, read: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  // O_NONBLOCK keeps opening a pipe from waiting until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw Object.assign(new Error(`${path} is a folder`), { code: 'EISDIR' })
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is no regular file`), { code: notAFile })
    return await read(handle, stats.size)
  } finally {
    await handle.close()
  }
}
