import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import { isLinkless, renameOver, syncToDisk } from '../fileSystem.ts'
import { walk } from '../reports/walk.ts'

/** Begins the name of a file that is not whole yet. */
const asidePrefix = '.upload-'

/** A new hidden path in `folder` for a file that is not whole yet. */
export function asideIn(folder: string): string {
  return join(folder, `${asidePrefix}${randomUUID()}`)
}

/**
 * Removes files that a kill left incomplete, in this folder and all below it that can be read.
 * @returns the paths that could not be removed; they are hidden, and do no harm
 */
export async function clearUploads(folder: string): Promise<string[]> {
  const left: string[] = []
  const { folders } = await walk(folder).catch(() => ({ folders: [] }))
  for (const parent of folders) {
    const names = await readdir(parent).catch(() => [])
    for (const name of names) {
      if (!name.startsWith(asidePrefix)) continue
      const path = join(parent, name)
      await rm(path, { force: true }).catch(() => left.push(path))
    }
  }
  return left
}

/** Moves a file to a name that must be free, also from another disk. @throws ReportError when the name is taken */
export async function placeNew(from: string, to: string): Promise<void> {
  try {
    await linkOrCopy(from, to)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw nameTaken(basename(to))
    throw error
  }
  await rm(from, { force: true })
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // A file on another disk cannot be linked, so a copy on this disk is.
    if (errorCode(error) === 'EXDEV') await copyInto(from, to, (aside) => linkOrCopy(aside, to))
    else if (isLinkless(error)) {
      // On a file system without links an empty file takes the name first if it is free, as a rename would replace.
      await (await open(to, 'wx')).close()
      await renameOver(from, to)
    } else throw error
  }
}

/** Copies a file to a hidden name beside `to`, from where `place` moves it, so that `to` is always whole. */
async function copyInto(from: string, to: string, place: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideIn(dirname(to))
  try {
    await copyFile(from, aside, constants.COPYFILE_EXCL)
    await syncToDisk(aside)
    await place(aside)
    await syncToDisk(dirname(to))
  } finally {
    await rm(aside, { force: true })
  }
}

/** Moves a file, if there is one, also to another disk. It replaces a file of its new name. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await renameOver(from, to).catch(async (error) => {
      if (errorCode(error) !== 'EXDEV') throw error
      await copyInto(from, to, (aside) => renameOver(aside, to))
      await rm(from)
    })
  } catch (error) {
    // A missing source is no error. EXDEV was handled above, so ENOENT means the same here on one disk or two. A name
    // that is too long for the file system, as a sidecar's can be, belongs to no file either.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENAMETOOLONG') throw error
  }
}

/** Turns a full disk or a missing right into an error that says what to do; returns any other error as it is. */
export function explainFolderFailure(error: unknown, folder: string): unknown {
  const code = errorCode(error) ?? ''
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(code)) return error
  return new ReportError(
    {
      zh: `无法改动报告文件夹 ${folder}(${code})。请管理机器的人检查写入权限和磁盘空间,然后再试一次。`,
      en: `The reports folder ${folder} cannot be changed (${code}). Whoever runs the machine should check that it may be written and that its disk has space; then try again.`,
    },
    { cause: error },
  )
}

function nameTaken(file: string): ReportError {
  return new ReportError({
    zh: `${file}:报告文件夹里已有另一个同名文件。请先移除或改名那个文件,再试一次。`,
    en: `${file}: the reports folder holds another file of this name. Remove or rename that one first, then try again.`,
  })
}
