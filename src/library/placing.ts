import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'

/** What an upload is called until it is whole. */
const asidePrefix = '.upload-'

/** A new hidden name in `folder` for an upload that is not whole yet. */
export function asideIn(folder: string): string {
  return join(folder, `${asidePrefix}${randomUUID()}`)
}

/** Removes what a kill left of uploads that were not whole. */
export async function clearUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.startsWith(asidePrefix)) await rm(join(folder, name), { force: true })
  }
}

/** Moves a file to a name that must be free. @throws ReportError when it is not */
export async function placeNew(from: string, to: string): Promise<void> {
  try {
    await place(from, to)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw nameTaken(basename(to))
    throw error
  }
  await rm(from)
}

async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // Some file systems have no links, and another one's cannot be linked to.
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')) throw error
    await copyFile(from, to, constants.COPYFILE_EXCL)
  }
}

/** Moves a file, if it is there. */
export async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    if (errorCode(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await rm(from)
  }
}

function nameTaken(file: string): ReportError {
  return new ReportError({
    zh: `${file}:报告文件夹里已有另一个同名文件。请先移除或改名那个文件,再试一次。`,
    en: `${file}: the reports folder holds another file of this name. Remove or rename that one first, then try again.`,
  })
}
