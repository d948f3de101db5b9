import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ChangedWhileReading } from '../errors.ts'
import { stampOf } from './file.ts'
import { memberReader } from './memberReader.ts'
import type { Container } from './members.ts'

/** The files that reports were read from, by their paths below the reports folder: on disk, or inside another file. */
export interface Originals {
  /**
   * A stamp that changes whenever the file, or the one that it lies in, is written, replaced or removed.
   * @throws ChangedWhileReading where there is no such file
   */
  stamp(file: string): Promise<string>
  /** @throws ChangedWhileReading where there is no such file, ReportError where it cannot be unpacked */
  read(file: string): Promise<Uint8Array>
  /**
   * The SHA-256 of a file's bytes, hexadecimal. A file is read again only where its stamp is another one than at the last call, so a
   * call usually costs one `stat`.
   * @throws as `read` does
   */
  sha256(file: string): Promise<string>
  /** Finds a file to be sent. @throws as `read` does */
  find(file: string): Promise<Original>
}

export interface Original {
  readonly size: number
  /** The path of a file on disk, or the bytes of one that lies inside another. */
  readonly content: string | Uint8Array
}

/** @param unpack reads the member at a path inside a file; by default in this process */
export function originalsIn(
  folder: string,
  unpack: (file: Container, member: string) => Promise<Uint8Array> = memberReader(),
): Originals {
  const find = async (file: string): Promise<Original> => {
    const { path, name, member, size } = await fileOnDisk(folder, file)
    if (member === null) return { size, content: path }
    const content = await unpack({ path, file: name }, member)
    return { size: content.length, content }
  }
  const read = async (file: string): Promise<Uint8Array> => {
    const { content } = await find(file)
    return typeof content === 'string' ? readFile(content) : content
  }
  const stamp = async (file: string): Promise<string> => (await fileOnDisk(folder, file)).stamp
  /** The hashes of files, by their paths. */
  const hashes = new Map<string, { readonly stamp: string; readonly sha256: Promise<string> }>()
  return {
    stamp,
    read,
    async sha256(file) {
      const now = await stamp(file).catch((error) => {
        hashes.delete(file)
        throw error
      })
      const known = hashes.get(file)
      if (known?.stamp === now) return known.sha256
      const made = { stamp: now, sha256: read(file).then((bytes) => createHash('sha256').update(bytes).digest('hex')) }
      hashes.set(file, made)
      made.sha256.catch(() => {
        if (hashes.get(file) === made) hashes.delete(file)
      })
      return made.sha256
    },
    find,
  }
}

/** The file on disk that a path leads to or through. */
interface FileOnDisk {
  readonly path: string
  /** The path below the folder. */
  readonly name: string
  /** The path inside the file on disk; null for that file itself. */
  readonly member: string | null
  /** The size of the file on disk in bytes. */
  readonly size: number
  readonly stamp: string
}

/** Finds the longest part of a path that is a file on disk. @throws ChangedWhileReading where none is */
export async function fileOnDisk(folder: string, file: string): Promise<FileOnDisk> {
  const steps = file.split('/')
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join('/')
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (found === null) continue
    // A pipe in the file's place would be read for ever.
    if (!found.isFile()) break
    const member = length === steps.length ? null : steps.slice(length).join('/')
    return { path, name, member, size: found.size, stamp: stampOf(found) }
  }
  throw new ChangedWhileReading(file)
}
