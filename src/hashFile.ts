import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

const mostBytes = 1024 * 1024

/**
 * The size of a file, and its SHA-256 in hexadecimal digits. One buffer, no larger than the file, serves all reads: fresh memory for
 * each takes longer than hashing.
 */
export async function hashFile(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await open(path)
  try {
    const buffer = Buffer.allocUnsafe(Math.min((await file.stat()).size + 1, mostBytes))
    for (;;) {
      const { bytesRead } = await file.read(buffer)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
  } finally {
    await file.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}
