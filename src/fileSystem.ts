import { type FileHandle, open, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCode } from './errors.ts'

// File systems differ in what they can do. This module knows the differences that Wenju meets.

/**
 * The codes of a system that cannot sync this kind of file: Windows for folders and for handles that are open for reading only,
 * network drives for folders. No data is at fault then; a full or failing disk has other codes (ENOSPC, EIO).
 */
const unsyncable = new Set(['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'EBADF', 'ENOTSUP', 'ENOSYS'])

/**
 * Waits until the disk holds the entries of a folder, so that a power cut undoes no rename, or the content of a file that another
 * program wrote. On a system that cannot do this it returns at once.
 */
export async function syncToDisk(path: string): Promise<void> {
  try {
    const handle = await openToSync(path)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!unsyncable.has(errorCode(error) ?? '')) throw error
  }
}

/** Windows syncs a file only through a handle that may write. Folders and read-only files cannot be opened for writing. */
async function openToSync(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (!unsyncable.has(errorCode(error) ?? '')) throw error
    return open(path, 'r')
  }
}

/** Milliseconds between two attempts to rename a file, and the number of attempts. */
const renamePauseMs = 50
const renameAttempts = 10

/**
 * Renames a file, and replaces a file of the new name. Windows refuses this while another program, often a virus scanner, has one
 * of the two open, so a refused attempt is repeated for half a second.
 */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      const isRefused = ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '')
      if (!isRefused || attempt === renameAttempts) throw error
      await sleep(renamePauseMs)
    }
  }
}

/**
 * True when a hard link failed because the file system has none (FAT, exFAT, some network drives) rather than for the names.
 * Windows gives EISDIR for a call that the file system does not know. A missing permission has the same codes, and makes the copy
 * that replaces the link fail as well.
 */
export function isLinkless(error: unknown): boolean {
  return ['EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'ENOSYS'].includes(errorCode(error) ?? '')
}
