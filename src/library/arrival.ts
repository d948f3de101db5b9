import { access, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ReportError } from '../errors.ts'
import { type FoundFile, type ReportFile, tooLarge } from '../reports/file.ts'
import { type FileKind, kindOf, usualExtension } from '../reports/formats/detection.ts'
import { isPassedOver, kindByName, withoutExtension } from '../reports/formats/fileNames.ts'
import { readableKinds } from '../reports/formats/formats.ts'
import { type Container, hashesOf, type MembersLister } from '../reports/members.ts'
import { fileOnDisk } from '../reports/originals.ts'
import { type Origin, originSidecar, sidecarSuffix } from '../reports/sidecar.ts'
import { comparableName, freeName, safeName } from './names.ts'
import { asideIn, placeNew } from './placement.ts'

/** A file that is about to come into the reports folder, under a hidden name until it is placed. */
export interface Arrival {
  /** The file as it will be in the folder, at its hidden path. */
  readonly source: Omit<ReportFile, 'format'>
  /** The report that it is; null for an archive. */
  readonly report: ReportFile | null
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
  /** The address that the file was fetched from, which its sidecar states. */
  readonly origin?: Origin | undefined
}

/**
 * Prepares a file for the reports folder, under a name that is free there.
 * @throws ReportError when no reader can read it, it is too large, or the folder would not show it
 */
export async function prepareArrival(folder: string, given: GivenFile, maxBytes: number): Promise<Arrival> {
  const { bytes, origin } = given
  const { wanted, kind } = judge(safeName(given.name), bytes)
  if (bytes.length > maxBytes) throw tooLarge(wanted, bytes.length, maxBytes)
  const file = await freeNameIn(folder, wanted)
  const aside = asideIn(folder)
  const placed = join(folder, file)
  const sidecar = origin && originSidecar(origin)
  const source = {
    path: aside,
    file,
    id: withoutExtension(file),
    bytes: bytes.length,
    ...hashesOf(bytes, sidecar ?? null),
    stated: origin ? { url: origin.url, fetched: origin.fetched } : {},
    ...(origin?.charset !== undefined && { charset: origin.charset }),
  }
  return {
    source,
    report: kind === 'zip' ? null : { ...source, format: kind },
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

/** The reports in an archive that arrives. @throws ReportError when it cannot be opened or holds none */
export async function reportsIn(list: MembersLister, archive: Container): Promise<readonly FoundFile[]> {
  const { reports, faults } = await list(archive)
  if (reports.length === 0) throw faults[0] ? new ReportError(faults[0].text) : noReports(archive.file)
  return reports
}

/**
 * States where a file of the folder was fetched from. Does nothing where the file has a sidecar or lies in an archive.
 * @returns true where it did
 */
export async function stateOrigin(folder: string, file: string, origin: Origin): Promise<boolean> {
  if ((await fileOnDisk(folder, file)).member !== null) return false
  const path = join(folder, `${file}${sidecarSuffix}`)
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await placeSidecar(folder, file, originSidecar(origin))
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
 * The kind of a sent file, by its bytes, and the name for it: its own, with the usual extension behind it where its own
 * is of no format that is read.
 * @throws ReportError when no reader can read the file, or the folder would not show it
 */
function judge(name: string, bytes: Uint8Array): { wanted: string; kind: FileKind } {
  const kind = kindOf(name, bytes)
  const isKnown = ['report', 'archive'].includes(kindByName(name))
  const wanted = isKnown ? name : `${name}${usualExtension(kind, bytes)}`
  if (name.endsWith(sidecarSuffix) || isPassedOver(wanted)) throw nameRefused(name)
  return { wanted, kind }
}

function noReports(file: string): ReportError {
  return new ReportError({
    zh: `${file}:压缩包里没有报告。请放入装有 ${readableKinds.zh} 的压缩包。`,
    en: `${file}: expected an archive of reports, found none in it. Send one that holds ${readableKinds.en}.`,
  })
}

function nameRefused(file: string): ReportError {
  return new ReportError({
    zh: `${file}:不收这样命名的文件,它会被当作别的程序的附属文件。请改名后再发。`,
    en: `${file}: a file of this name would be taken for what another program keeps beside its own. Give it another name and send it again.`,
  })
}
