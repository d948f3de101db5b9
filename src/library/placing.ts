import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import { syncToDisk } from '../indexes/files.ts'
import { walk } from '../reports/walk.ts'

/** What a file is called until it is whole. */
const asidePrefix = '.upload-'

/** A new hidden name in `folder` for a file that is not whole yet. */
export function asideIn(folder: string): string {
  return join(folder, `${asidePrefix}${randomUUID()}`)
}

/** Removes what a kill left of files that were not whole, in this folder and all below it that can be read. */
export async function clearUploads(folder: string): Promise<void> {
  const { folders } = await walk(folder).catch(() => ({ folders: [] }))
  for (const place of folders) {
    const names = await readdir(place).catch(() => [])
    for (const name of names) if (name.startsWith(asidePrefix)) await rm(join(place, name), { force: true })
  }
}

/** Moves a file to a name that must be free, also from another disk. @throws ReportError when it is not */
export async function placeNew(from: string, to: string): Promise<void> {
  try {
    await place(from, to)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw nameTaken(basename(to))
    throw error
  }
  await rm(from, { force: true })
}

async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // Another disk's files cannot be linked to.
    if (errorCode(error) === 'EXDEV') await copyInto(from, to, (aside) => place(aside, to))
    else if (isLinkless(error)) await take(from, to)
    else throw error
  }
}

function isLinkless(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')
}

/** Where the file system has no links: the name is taken by an empty file if it is free, since renaming replaces. */
async function take(from: string, to: string): Promise<void> {
  await (await open(to, 'wx')).close()
  await rename(from, to)
}

/** Copies a file to a hidden name beside `to` first, so that whatever is met under `to` is whole, also after a kill. */
async function copyInto(from: string, to: string, settle: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideIn(dirname(to))
  try {
    await copyFile(from, aside, constants.COPYFILE_EXCL)
    await syncToDisk(aside)
    await settle(aside)
    await syncToDisk(dirname(to))
  } finally {
    await rm(aside, { force: true })
  }
}

/** Moves a file, if it is there, also to another disk; what has its new name is replaced. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to).catch(async (error) => {
      if (errorCode(error) !== 'EXDEV') throw error
      await copyInto(from, to, (aside) => rename(aside, to))
      await rm(from)
    })
  } catch (error) {
    // EXDEV was handled above, so ENOENT says on one disk as on two that there is no such file; nor is there one whose name
    // is too long for the file system, as a sidecar's can be.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENAMETOOLONG') throw error
  }
}

function nameTaken(file: string): ReportError {
  return new ReportError({
    zh: `${file}:报告文件夹里已有另一个同名文件。请先移除或改名那个文件,再试一次。`,
    en: `${file}: the reports folder holds another file of this name. Remove or rename that one first, then try again.`,
  })
}
