import { createHash } from 'node:crypto'
import { access, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReportError } from '../errors.ts'
import { type ReportFile, tooLarge } from '../reports/file.ts'
import { formatOf, usualExtension } from '../reports/formats/detection.ts'
import { formatNamed, isPassedOver, withoutExtension } from '../reports/formats/fileNames.ts'
import type { Format } from '../reports/formats/formats.ts'
import { type Origin, sidecarOf, sidecarSuffix } from '../reports/sidecar.ts'
import { comparableName, freeName, safeName } from './names.ts'
import { asideIn, placeNew } from './placement.ts'

/** A file that is about to come into the reports folder, under a hidden name until it is placed. */
export interface Arrival {
  /** The file as it will be in the folder, at its hidden path. */
  readonly source: ReportFile
  /** Writes the hidden file. */
  write(): Promise<void>
  /** Gives the file its name, and its sidecar. @throws ReportError when the name was taken meanwhile */
  place(): Promise<void>
  /** Takes the placed file and its sidecar out again. */
  undo(): Promise<void>
  /** Removes the hidden file, if it is there still. */
  clear(): Promise<void>
}

/** A file that somebody sends or that was fetched. */
export interface GivenFile {
  /** The name that it is given; it is made safe. */
  readonly name: string
  readonly bytes: Uint8Array
  /** Where it was fetched from; its sidecar states that. */
  readonly origin?: Origin | undefined
}

/**
 * Prepares a file for the reports folder, under a name that is free there.
 * @throws ReportError when no reader can read it, it is too large, or the folder would not show it
 */
export async function prepareArrival(folder: string, given: GivenFile, maxBytes: number): Promise<Arrival> {
  const { bytes, origin } = given
  const { wanted, format } = judge(safeName(given.name), bytes)
  if (bytes.length > maxBytes) throw tooLarge(wanted, bytes.length, maxBytes)
  const file = await freeNameIn(folder, wanted)
  const aside = asideIn(folder)
  const placed = join(folder, file)
  const sidecar = origin && sidecarOf(origin)
  const hash = createHash('sha256').update(bytes)
  const contentSha256 = hash.copy().digest('hex')
  const source: ReportFile = {
    path: aside,
    file,
    id: withoutExtension(file),
    bytes: bytes.length,
    sha256: hash.update(sidecar ?? '').digest('hex'),
    contentSha256,
    format,
    stated: origin ? { url: origin.url, fetched: origin.fetched } : {},
    ...(origin?.charset !== undefined && { charset: origin.charset }),
  }
  return {
    source,
    write: () => writeFile(aside, bytes, { flag: 'wx', flush: true }),
    async place() {
      await placeNew(aside, placed)
      // The sidecar comes second: without its file it would be a fault that stays after a crash, and without it the file is whole.
      try {
        if (sidecar) await placeSidecar(folder, file, sidecar)
      } catch (error) {
        await rm(placed, { force: true })
        throw error
      }
    },
    async undo() {
      await rm(placed, { force: true })
      if (sidecar) await rm(`${placed}${sidecarSuffix}`, { force: true })
    },
    clear: () => rm(aside, { force: true }),
  }
}

/** States where a file of the folder was fetched from. Does nothing where the file has a sidecar; says whether it had none. */
export async function stateOrigin(folder: string, file: string, origin: Origin): Promise<boolean> {
  const path = join(folder, `${file}${sidecarSuffix}`)
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await placeSidecar(folder, file, sidecarOf(origin))
  return !isThere
}

async function placeSidecar(folder: string, file: string, content: Uint8Array): Promise<void> {
  const aside = asideIn(folder)
  try {
    await writeFile(aside, content, { flag: 'wx', flush: true })
    await placeNew(aside, join(folder, `${file}${sidecarSuffix}`))
  } finally {
    await rm(aside, { force: true })
  }
}

async function freeNameIn(folder: string, wanted: string): Promise<string> {
  const names = new Set((await readdir(folder).catch(() => [])).map(comparableName))
  // A sidecar whose report is missing would be taken for the new file's.
  return freeName(wanted, (one) => [one, `${one}${sidecarSuffix}`].some((name) => names.has(comparableName(name))))
}

/**
 * The format of a sent file, by its bytes, and the name for it: its own, with the usual extension behind it where its own is
 * of no format that is read.
 * @throws ReportError when no reader can read the file, or the folder would not show it
 */
function judge(name: string, bytes: Uint8Array): { wanted: string; format: Format } {
  const format = formatOf(name, bytes)
  const wanted = formatNamed(name) === undefined ? `${name}${usualExtension(format, bytes)}` : name
  if (name.endsWith(sidecarSuffix) || isPassedOver(wanted)) throw nameRefused(name)
  return { wanted, format }
}

function nameRefused(file: string): ReportError {
  return new ReportError({
    zh: `${file}:不收这样命名的文件,它会被当作别的程序的附属文件。请改名后再发。`,
    en: `${file}: a file of this name would be taken for what another program keeps beside its own. Give it another name and send it again.`,
  })
}
