import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ChangedWhileReading } from '../errors.ts'
import { type Container, readMember } from './members.ts'

/** The files that reports were read from, by their paths below the reports folder: on disk, or inside another file. */
export interface Originals {
  /**
   * A stamp that changes whenever the file, or the one that it lies in, is written, replaced or removed.
   * @throws ChangedWhileReading where there is no such file
   */
  stamp(file: string): Promise<string>
  /** @throws ChangedWhileReading where there is no such file, ReportError where it cannot be unpacked */
  read(file: string): Promise<Uint8Array>
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
  unpack: (file: Container, member: string) => Promise<Uint8Array> = readMember,
): Originals {
  const find = async (file: string): Promise<Original> => {
    const { path, name, member, size } = await placeOf(folder, file)
    if (member === null) return { size, content: path }
    const content = await unpack({ path, file: name }, member)
    return { size: content.length, content }
  }
  return {
    async stamp(file) {
      return (await placeOf(folder, file)).stamp
    },
    async read(file) {
      const { content } = await find(file)
      return typeof content === 'string' ? readFile(content) : content
    },
    find,
  }
}

/** The place of a report's file on disk. */
export interface Place {
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
export async function placeOf(folder: string, file: string): Promise<Place> {
  const steps = file.split('/')
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join('/')
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (found === null) continue
    // A pipe in the file's place would be read for ever.
    if (!found.isFile()) break
    const { size, mtimeMs, ctimeMs, ino } = found
    const member = length === steps.length ? null : steps.slice(length).join('/')
    return { path, name, member, size, stamp: `${size} ${mtimeMs} ${ctimeMs} ${ino}` }
  }
  throw new ChangedWhileReading(file)
}
