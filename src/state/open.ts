import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { journalName, openJournal, readJournal } from './journal.ts'
import { keysName, openSharedFolder, readSharedFolder } from './sharedFolder.ts'
import type { Entry, StateStore } from './types.ts'

/** Opens the state in a folder for any number of processes, and takes over the entries of a journal there. */
export async function openSharedState(folder: string): Promise<StateStore> {
  const store = await openSharedFolder(folder)
  await takeOver(store, await readJournal(folder))
  await rm(join(folder, journalName), { force: true })
  return store
}

/** Opens the state in a folder for one process, and takes over the entries of processes that shared it before. */
export async function openOwnState(folder: string): Promise<StateStore> {
  const left = await readSharedFolder(folder)
  const store = await openJournal(folder)
  if (left.length === 0) return store
  await takeOver(store, left)
  await store.close()
  // Opening writes the journal anew and forces it to the disk.
  const whole = await openJournal(folder)
  await rm(join(folder, keysName), { recursive: true, force: true })
  return whole
}

async function takeOver(store: StateStore<string>, entries: readonly Entry[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000)
  for (const { key, value, until } of entries) {
    if (until === null) await store.claim(key, value)
    else if (until > now) await store.claim(key, value, until - now)
  }
}
