import { createHash } from 'node:crypto'
import { type Bilingual, ReportError } from '../errors.ts'
import { type FoundFile, readReportBytes } from './file.ts'
import { kindOf, mayBeReport } from './formats/detection.ts'
import { headBytes } from './formats/fileBytes.ts'
import { extensionOf, isPassedOver, kindByName } from './formats/fileNames.ts'
import { plainName } from './formats/memberNames.ts'
import { membersReaderOf } from './formats/readers.ts'
import { defaultLimits, type Members, type ReadContext, type ReadLimits } from './manuscript.ts'
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
  const list = async (members: PlainMembers, opened: string, inside: string, depth: number): Promise<void> => {
    const all = members.names
    const isListed = (name: string) => isKept(name, all) && kindByName(name) !== 'other'
    for (const name of members.ambiguous.filter(isListed)) {
      const member = `${opened}/${name}`
      faults.push({ file: member, text: leadsThrough(member, `${opened}/${holderIn(name, all)}`) })
    }
    const names = [...all].filter((name) => isKept(name, all))
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
      const said = sidecar ? await parseSidecar(sidecar, `${member}${sidecarSuffix}`) : { stated: {} }
      const hashes = hashesOf(content, sidecar)
      reports.push({ path, file: member, member: inside, ...said, bytes: content.length, ...hashes, format: kind })
    }
    if (kind === 'zip' && depth === maxDepth) throw tooDeep(member)
    await open(content, member, `${inside}/`, depth + 1)
  }
  const open = async (content: Uint8Array, opened: string, inside: string, depth: number): Promise<void> => {
    const members = await openMembers(content, { file: opened, limits })
    if (!members) return
    if (kindOf(opened, content) === 'zip') requireFiles(members, opened)
    await list(members, opened, inside, depth)
  }

  await open(await readReportBytes(path, file, limits.bytes), file, '', 1)
  return { reports, faults, unknown }
}

/** The SHA-256 of a report's bytes alone, and of those with its sidecar's behind them; hexadecimal. */
export function hashesOf(content: Uint8Array, sidecar: Uint8Array | null): Pick<FoundFile, 'sha256' | 'contentSha256'> {
  const content256 = createHash('sha256').update(content)
  const contentSha256 = content256.copy().digest('hex')
  return { contentSha256, sha256: content256.update(sidecar ?? '').digest('hex') }
}

/** The members of a file under plain names, by which reports are called. */
export interface PlainMembers extends Omit<Members, 'names'> {
  readonly names: ReadonlySet<string>
  /** The names left out as they lead through another member: the report that lies inside that one could have the same. */
  readonly ambiguous: readonly string[]
}

/**
 * Opens a file that holds others; null for one of another kind.
 * @throws ReportError when it is damaged, locked or beyond the limits
 */
export async function openMembers(content: Uint8Array, context: ReadContext): Promise<PlainMembers | null> {
  const open = membersReaderOf(kindOf(context.file, content))
  if (!open) return null
  const members = await (await open())(content, context)
  const written = new Map(members.names.map((name) => [plainName(name), name] as const))
  written.delete('')
  const all = new Set(written.keys())
  const ambiguous = [...all].filter((name) => holderIn(name, all) !== undefined)
  for (const name of ambiguous) written.delete(name)
  return { names: new Set(written.keys()), ambiguous, read: (name) => members.read(written.get(name)!) }
}

/** The first member that a path leads through; undefined where it leads through folders only. */
export function holderIn(path: string, names: ReadonlySet<string>): string | undefined {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const name = path.slice(0, end)
    if (names.has(name)) return name
  }
  return undefined
}

/** Tells whether a member lies in no folder that systems, programs and browsers keep for themselves. */
function isKept(name: string, all: ReadonlySet<string>): boolean {
  const steps = name.split('/')
  const folders = steps.slice(0, -1).map((_, i) => steps.slice(0, i + 1).join('/'))
  return !steps.some(isPassedOver) && !folders.some((folder) => isOfSavedPage(folder, all))
}

/** @throws ReportError when an archive holds nothing but folders and files that systems keep for themselves */
function requireFiles({ names }: PlainMembers, file: string): void {
  if ([...names].some((name) => isKept(name, names))) return
  throw new ReportError({
    zh: `${file}:压缩包里没有文件。请放入装有报告的压缩包,或把它移出报告文件夹。`,
    en: `${file}: expected an archive of reports, found none in it. Replace it by one that holds reports, or move it out of the reports folder.`,
  })
}

function leadsThrough(file: string, holder: string): Bilingual {
  return {
    zh: `${file}:它的路径把另一个文件 ${holder} 当成了文件夹,与那个文件里面的文件分不清,没有读取。请给其中一个改名后重新压缩。`,
    en: `${file}: its name leads through another file, ${holder}, so it could not be told from one inside that, and it was not read. Rename one of them and pack again.`,
  }
}

function tooDeep(file: string): ReportError {
  return new ReportError({
    zh: `${file}:压缩包或邮件里最多再打开一层,这里太深,没有读取。请解压后放入其中的文件。`,
    en: `${file}: archives and messages are opened inside one other at most, and this lies deeper. Unpack it and put in the files that it holds.`,
  })
}
