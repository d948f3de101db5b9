import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

// Each removed file lies in a box, a folder named by the id of the report for whose sake it was removed. A file that was put back
// leaves its box.

/** The description of a box. */
export interface Removed {
  /** The file's path below the reports folder. */
  readonly file: string
  /** Other files that went with it, as they held the same report. */
  readonly copies: readonly string[]
  /** The ids of all reports that went with them, as those of an archive. */
  readonly reports: readonly string[]
}

/** The name in a box of the content of its `number`th file, of which the first is `Removed.file`. */
export const contentIn = (number: number) => (number === 0 ? 'content' : `content-${number}`)
/** The name in a box of the sidecar of its `number`th file. */
export const sidecarIn = (number: number) => (number === 0 ? 'sidecar' : `sidecar-${number}`)

const description = 'file.json'

/** Makes a box. @returns its path */
export async function makeBox(folder: string, id: string, removed: Removed): Promise<string> {
  const box = join(folder, id)
  await mkdir(box, { recursive: true })
  await writeFile(join(box, description), JSON.stringify(removed), { flush: true })
  return box
}

/** The description of a box; null where there is none. Earlier versions wrote fewer fields. */
export async function readBox(folder: string, id: string): Promise<Removed | null> {
  const stored = await readFile(join(folder, id, description), 'utf8').catch(() => null)
  if (stored === null) return null
  const { file, copies = [], reports = [id] } = JSON.parse(stored) as Partial<Removed> & Pick<Removed, 'file'>
  return { file, copies, reports }
}

/** Deletes a box with all that is left in it. */
export async function removeBox(folder: string, id: string): Promise<void> {
  await rm(join(folder, id), { recursive: true })
}

/** The ids of all reports whose files lie in boxes. */
export async function removedReports(folder: string): Promise<ReadonlySet<string>> {
  const ids = await readdir(folder).catch(() => [])
  const filled = ids.filter((id) => existsSync(join(folder, id, contentIn(0))))
  const boxes = await Promise.all(filled.map((id) => readBox(folder, id).catch(() => null)))
  return new Set(boxes.flatMap((box) => box?.reports ?? []))
}
