import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { readdir, readlink, realpath, stat } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { type Bilingual, errorCode, ReportError } from '../errors.ts'
import { isPassedOver } from './formats/fileNames.ts'

/** The content of a folder and of all folders below it. */
export interface Walk {
  /** The paths below the folder, with `/` and in order, of all files and links to files that are not passed over. */
  readonly files: readonly string[]
  /** Subfolders, links and names that cannot be used, each with the reason. */
  readonly faults: ReadonlyMap<string, ReportError>
  /** Folders of pictures and scripts that browsers saved beside a page; they are not entered. */
  readonly savedPages: readonly string[]
  /** The paths of all folders that were read, the folder itself among them. */
  readonly folders: readonly string[]
}

/** A folder that is to be read. */
interface Place {
  /** Its path below the folder that is walked, with `/`; '' for that folder itself. */
  readonly name: string
  /** Its path on disk, without links. */
  readonly real: string
}

/**
 * Walks through a folder and all below it. A subfolder that cannot be read is a fault by its own name. Folders that are linked
 * to are entered once, after all others, so that files which can be reached without a link go by that path. Links to folders
 * that were entered, or to one that holds the walked folder, are left out, as they lead round in circles.
 *
 * @throws ReportError when the folder itself is missing or cannot be read
 */
export async function walk(folder: string): Promise<Walk> {
  const files: string[] = []
  const faults = new Map<string, ReportError>()
  const savedPages: string[] = []
  const folders: string[] = []
  // Some file systems of Windows have no real paths.
  const root: Place = { name: '', real: await realpath(folder).catch(() => resolve(folder)) }
  const entered = new Set<string>()
  const ahead: Place[] = [root]
  const linked: Place[] = []

  const meet = async (entry: Dirent<Buffer>, { name: above, real }: Place, beside: ReadonlySet<string>) => {
    const { name, isKnown } = decoded(entry.name)
    if (isPassedOver(name)) return
    const path = above === '' ? name : `${above}/${name}`
    if (!isKnown) faults.set(path, unreadableName(path, entry.isDirectory()))
    else if (entry.isFile()) files.push(path)
    else if (entry.isDirectory() && isOfSavedPage(name, beside)) savedPages.push(path)
    else if (entry.isDirectory()) ahead.push({ name: path, real: join(real, name) })
    else if (entry.isSymbolicLink()) {
      const target = await targetOf(join(folder, path), path).catch((error: ReportError) => error)
      if (target instanceof ReportError) faults.set(path, target)
      else if (target === null) files.push(path)
      else linked.push({ name: path, real: target })
    }
  }

  for (let place = ahead.pop(); place !== undefined; place = ahead.pop() ?? linked.shift()) {
    if (entered.has(place.real) || isInside(root.real, place.real)) continue
    entered.add(place.real)
    const entries = await entriesOf(folder, place, faults)
    if (entries === null) continue
    folders.push(join(folder, place.name))
    const names = new Set(entries.map(({ name }) => name.toString()))
    for (const entry of entries) await meet(entry, place, names)
  }
  return { files: files.sort(), faults, savedPages: savedPages.sort(), folders }
}

/** The entries of a folder in order, their names as bytes; null where the folder became a fault or has just vanished. */
async function entriesOf(
  folder: string,
  { name }: Place,
  faults: Map<string, ReportError>,
): Promise<Dirent<Buffer>[] | null> {
  try {
    const entries = await readdir(join(folder, name), { encoding: 'buffer', withFileTypes: true })
    return entries.sort((a, b) => Buffer.compare(a.name, b.name))
  } catch (cause) {
    if (name === '') throw noFolder(folder, cause)
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') faults.set(name, unreadableFolder(name, cause))
    return null
  }
}

/** The text of a file's name. A name whose bytes are not UTF-8 is mostly GBK, as in an archive that was made on Windows. */
function decoded(bytes: Buffer): { name: string; isKnown: boolean } {
  if (isUtf8(bytes)) return { name: bytes.toString(), isKnown: true }
  try {
    return { name: new TextDecoder('gb18030', { fatal: true }).decode(bytes), isKnown: false }
  } catch {
    const escaped = bytes.toString('latin1').replace(/[^ -~]/gu, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)
    return { name: escaped, isKnown: false }
  }
}

/** The real path of the folder that a link leads to; null for a file. @throws ReportError when the link leads nowhere */
async function targetOf(path: string, name: string): Promise<string | null> {
  try {
    return (await stat(path)).isDirectory() ? await realpath(path) : null
  } catch (cause) {
    throw brokenLink(name, await readlink(path).catch(() => '?'), cause)
  }
}

/** Tells whether the first folder lies somewhere in the second one. */
function isInside(inner: string, outer: string): boolean {
  return inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
}

/**
 * Tells whether a folder belongs to a saved page beside it: browsers call it `NAME_files`, Word and older ones `NAME.files`.
 */
export function isOfSavedPage(name: string, beside: ReadonlySet<string>): boolean {
  const page = /^(.+)[_.]files$/iu.exec(name)?.[1]
  return page !== undefined && ['.html', '.htm', '.HTML', '.HTM', '.xhtml'].some((end) => beside.has(page + end))
}

function noFolder(folder: string, cause: unknown): ReportError {
  const code = errorCode(cause)
  if (code === 'ENOENT') {
    return new ReportError(
      {
        zh: `找不到报告文件夹 ${folder}。请建立它并放入报告,或用 REPORTS_DIR(--reports)指定别的文件夹;如果它在移动硬盘或网络盘上,请先接好。`,
        en: `There is no reports folder ${folder}. Create it and put reports in, or name another with REPORTS_DIR (--reports); if it is on a disk or a network share, connect that first.`,
      },
      { cause },
    )
  }
  return new ReportError(
    {
      zh: `无法读取报告文件夹 ${folder}(${code})。请检查它是不是文件夹、是否有读取权限。`,
      en: `The reports folder ${folder} cannot be read (${code}). Check that it is a folder and may be read.`,
    },
    { cause },
  )
}

function unreadableFolder(name: string, cause: unknown): ReportError {
  const code = errorCode(cause)
  return new ReportError(
    {
      zh: `${name}:无法读取这个文件夹(${code}),其中的文件没有读到。请检查文件夹权限,或把它移出报告文件夹。`,
      en: `${name}: this folder cannot be read (${code}), nor what is in it. Check its permissions, or move it out of the reports folder.`,
    },
    { cause },
  )
}

function brokenLink(name: string, target: string, cause: unknown): ReportError {
  const code = errorCode(cause)
  return new ReportError(
    {
      zh: `${name}:无法读取(${code}),它是指向 ${target} 的链接。请接好或恢复它所指的文件,或删除这个链接。`,
      en: `${name}: cannot be read (${code}), it is a link to ${target}. Put back, or connect, what it leads to, or remove the link.`,
    },
    { cause },
  )
}

function unreadableName(name: string, isFolder: boolean): ReportError {
  const what: Bilingual = isFolder ? { zh: '文件夹', en: 'folder' } : { zh: '文件', en: 'file' }
  return new ReportError({
    zh: `${name}:${what.zh}名不是 UTF-8 编码(多半是 GBK),无法打开。请给它改名,或用 convmv -f gbk -t utf8 -r --notest 转换报告文件夹里的名称。`,
    en: `${name}: the ${what.en}'s name is not in UTF-8 (most likely in GBK), so it cannot be opened. Rename it, or move all names in the reports folder to UTF-8 with convmv -f gbk -t utf8 -r --notest.`,
  })
}
