import { createHash } from 'node:crypto'
import { type Bilingual, ReportError } from '../errors.ts'
import { type FoundFile, readReportBytes } from './file.ts'
import { kindOf, mayBeReport } from './formats/detection.ts'
import { headBytes } from './formats/fileBytes.ts'
import { extensionOf, isPassedOver, kindByName } from './formats/fileNames.ts'
import { plainName } from './formats/memberNames.ts'
import { membersReaderOf } from './formats/readers.ts'
import { defaultLimits, type Members, type ReadLimits } from './manuscript.ts'
import { orphanedSidecars, parseSidecar, sidecarSuffix } from './sidecar.ts'
import { isOfSavedPage } from './walk.ts'

/** A file on disk that holds others: an archive, or a message with attachments. */
export interface Container {
  /** Its path on disk. */
  readonly path: string
  /** Its path below the reports folder. */
  readonly file: string
}

/** The reports inside a file, and what cannot be used of it. It is plain data, so that it can be sent to another process. */
export interface MemberListing {
  readonly reports: readonly FoundFile[]
  readonly faults: readonly { readonly file: string; readonly text: Bilingual }[]
  /** The members that neither their names nor their bytes tell to be reports. */
  readonly unknown: readonly string[]
}

/** Lists the members of a file. @throws ReportError when the file is damaged, locked or beyond the limits */
export type MembersLister = (container: Container) => Promise<MemberListing>

/** An archive in a folder may hold another one, and a message an archive; what lies deeper is not unpacked. */
const maxDepth = 2

/**
 * Lists the reports inside a file, and inside the archives and messages among its members. One member after the other is
 * unpacked, looked at and let go. Members are judged as files of a folder are: by name, then by their first bytes; a sidecar
 * counts for the member beside it.
 *
 * @param onMember called after every member
 * @throws ReportError when the file is damaged, locked or beyond the limits, or an archive holds no file
 */
export async function listMembers(
  { path, file }: Container,
  limits: ReadLimits = defaultLimits,
  onMember: () => void = () => undefined,
): Promise<MemberListing> {
  const reports: FoundFile[] = []
  const faults: { file: string; text: Bilingual }[] = []
  const unknown: string[] = []

  /** @param inside the path of the opened file inside the one on disk; '' for that one itself */
  const list = async (members: Members, opened: string, inside: string, depth: number): Promise<void> => {
    const all = new Set(members.names)
    const names = members.names.filter((name) => isKept(name, all))
    for (const [name, fault] of orphanedSidecars(names)) faults.push({ file: `${opened}/${name}`, text: fault.text })
    for (const name of names) {
      const member = `${opened}/${name}`
      if (kindByName(name) === 'other') continue
      try {
        if (depth > maxDepth) throw tooDeep(member)
        const sidecarName = `${name}${sidecarSuffix}`
        const sidecar = all.has(sidecarName) ? await members.read(sidecarName) : null
        await take(await members.read(name), sidecar, { member, inside: `${inside}${name}`, depth })
      } catch (error) {
        if (!(error instanceof ReportError)) throw error
        // An extension that no reader knows promises nothing, so such a member that cannot be used is no fault.
        if (kindByName(name) === 'unknown' && extensionOf(name) !== '') unknown.push(member)
        else faults.push({ file: member, text: error.text })
      }
      onMember()
    }
  }
  const take = async (
    content: Uint8Array,
    sidecar: Uint8Array | null,
    { member, inside, depth }: { member: string; inside: string; depth: number },
  ): Promise<void> => {
    if (kindByName(member) === 'unknown' && !mayBeReport(member, content.subarray(0, headBytes))) {
      unknown.push(member)
      return
    }
    const kind = kindOf(member, content)
    if (kind !== 'zip') {
      const said = sidecar ? parseSidecar(sidecar, `${member}${sidecarSuffix}`) : { stated: {} }
      const hashes = hashesOf(content, sidecar)
      reports.push({ path, file: member, member: inside, ...said, bytes: content.length, ...hashes, format: kind })
    }
    const open = membersReaderOf(kind)
    if (!open) return
    if (kind === 'zip' && depth === maxDepth) throw tooDeep(member)
    const members = plainMembers(await (await open())(content, { file: member, limits }))
    if (kind === 'zip') requireFiles(members, member)
    await list(members, member, `${inside}/`, depth + 1)
  }

  const content = await readReportBytes(path, file, limits.bytes)
  const kind = kindOf(file, content)
  const open = membersReaderOf(kind)
  if (open) {
    const members = plainMembers(await (await open())(content, { file, limits }))
    if (kind === 'zip') requireFiles(members, file)
    await list(members, file, '', 1)
  }
  return { reports, faults, unknown }
}

/**
 * Reads a member of a file. @param member its path inside the file, through an archive in it where it lies in one
 * @throws ReportError when it is damaged, or there is none of this path any more
 */
export async function readMember(
  { path, file }: Container,
  member: string,
  limits: ReadLimits = defaultLimits,
): Promise<Uint8Array> {
  const find = async (content: Uint8Array, opened: string, rest: string): Promise<Uint8Array> => {
    const open = membersReaderOf(kindOf(opened, content))
    if (!open) throw noMember(opened, rest)
    const members = plainMembers(await (await open())(content, { file: opened, limits }))
    if (members.names.includes(rest)) return members.read(rest)
    const holder = members.names.find((name) => rest.startsWith(`${name}/`))
    if (holder === undefined) throw noMember(opened, rest)
    return find(await members.read(holder), `${opened}/${holder}`, rest.slice(holder.length + 1))
  }
  return find(await readReportBytes(path, file, limits.bytes), file, member)
}

/** The SHA-256 of a report's bytes alone, and of those with its sidecar's behind them; hexadecimal. */
export function hashesOf(content: Uint8Array, sidecar: Uint8Array | null): Pick<FoundFile, 'sha256' | 'contentSha256'> {
  const content256 = createHash('sha256').update(content)
  const contentSha256 = content256.copy().digest('hex')
  return { contentSha256, sha256: content256.update(sidecar ?? '').digest('hex') }
}

/** Members under plain names. */
function plainMembers(members: Members): Members {
  const names = new Map(members.names.map((name) => [plainName(name), name] as const))
  names.delete('')
  return { names: [...names.keys()], read: (name) => members.read(names.get(name)!) }
}

/** Tells whether a member lies in no folder that systems, programs and browsers keep for themselves. */
function isKept(name: string, all: ReadonlySet<string>): boolean {
  const steps = name.split('/')
  const folders = steps.slice(0, -1).map((_, i) => steps.slice(0, i + 1).join('/'))
  return !steps.some(isPassedOver) && !folders.some((folder) => isOfSavedPage(folder, all))
}

/** @throws ReportError when an archive holds nothing but folders and files that systems keep for themselves */
function requireFiles({ names }: Members, file: string): void {
  const all = new Set(names)
  if (names.some((name) => isKept(name, all))) return
  throw new ReportError({
    zh: `${file}:压缩包里没有文件。请放入装有报告的压缩包,或把它移出报告文件夹。`,
    en: `${file}: expected an archive of reports, found none in it. Replace it by one that holds reports, or move it out of the reports folder.`,
  })
}

function tooDeep(file: string): ReportError {
  return new ReportError({
    zh: `${file}:压缩包或邮件里最多再打开一层,这里太深,没有读取。请解压后放入其中的文件。`,
    en: `${file}: archives and messages are opened inside one other at most, and this lies deeper. Unpack it and put in the files that it holds.`,
  })
}

/** The fault of a missing member, with the code of a missing file. */
function noMember(file: string, member: string): ReportError {
  const text = {
    zh: `${file}:里面没有 ${member}。请检查名称。`,
    en: `${file}: it holds no ${member}. Check the name.`,
  }
  return new ReportError(text, { cause: Object.assign(new Error(text.en), { code: 'ENOENT' }) })
}
