import { type FSWatcher, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorCode } from '../errors.ts'
import type { Log } from '../log.ts'

/** Watches folders for changes, with one watch of the system for each folder, however many files it holds. */
export type FolderWatcher = ReturnType<typeof startWatcher>

/** Changes come in crowds, so all changes within so many milliseconds cause one call. */
const gatherMs = 50

/** @param onChange called after something in one of the folders changed */
export function startWatcher(onChange: () => void, log: Log) {
  /** The watched folders by their paths. The identity differs when another disk was mounted there. */
  const watched = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>()
  let isClosed = false
  let isWarned = false
  let gathering: NodeJS.Timeout | undefined

  const onEvent = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined
      onChange()
    }, gatherMs)
  }
  const forget = (folder: string) => {
    watched.get(folder)?.watcher.close()
    watched.delete(folder)
  }
  const failed = (error: unknown) => {
    if (!isWarned) log.warn(...explained(error))
    isWarned = true
  }
  const begin = (folder: string): FSWatcher => {
    const watcher = watch(folder, (event, name) => {
      // An event with the folder's own name means that it was moved, removed or unmounted, which ends the watch.
      const isEnd = event === 'rename' && name === basename(folder)
      if (isEnd) forget(folder)
      if (isEnd || !name?.startsWith('.')) onEvent()
    })
    return watcher.on('error', (error) => {
      forget(folder)
      failed(error)
    })
  }

  return {
    /**
     * Watches these folders and no others from now on.
     * @returns true when one of them was not watched before, so that changes in it may have been missed
     */
    async follow(folders: readonly string[]): Promise<boolean> {
      const wanted = new Set(folders)
      for (const folder of watched.keys()) if (!wanted.has(folder)) forget(folder)
      let isNew = false
      for (const folder of folders) {
        const identity = await identityOf(folder)
        if (isClosed) return false
        const before = watched.get(folder)
        if (identity === null || before?.identity === identity) continue
        forget(folder)
        try {
          watched.set(folder, { identity, watcher: begin(folder) })
          // Another folder at a known path is no news, as some network disks number their folders anew all the time.
          isNew ||= before === undefined
        } catch (error) {
          failed(error)
        }
      }
      return isNew
    },
    close() {
      isClosed = true
      clearTimeout(gathering)
      for (const folder of watched.keys()) forget(folder)
    },
  }
}

async function identityOf(folder: string): Promise<string | null> {
  const found = await stat(folder).catch(() => null)
  return found && `${found.dev} ${found.ino}`
}

/** The log line for a failure to watch: its meaning, and what to do. */
function explained(error: unknown): [message: string, details?: string] {
  const late = 'changes in some folders of reports are seen within a minute, not at once'
  // Node's texts for both codes mislead: for ENOSPC it says that a disk is full.
  if (errorCode(error) === 'ENOSPC')
    return [`${late}: the system lets no more folders be watched. Raise fs.inotify.max_user_watches with sysctl`]
  if (errorCode(error) === 'EMFILE')
    return [`${late}: the system lets no more programs watch folders. Raise fs.inotify.max_user_instances with sysctl`]
  return [late, String(error)]
}
