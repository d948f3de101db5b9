import { rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode, UserError } from '../../src/errors.ts'
import { renameOver, syncToDisk } from '../../src/fileSystem.ts'
import { withBuildLock } from '../../src/indexes/lock.ts'
import { openJournal } from '../../src/state/journal.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { build, openBuilt, put, type Workshop } from '../support/testIndex.ts'

/** What became of the things that were tried on file systems that refuse something. */
export interface Trials {
  /** Codes of what failed, or null. */
  readonly folderNotSynced: string | null
  readonly fileNotSynced: string | null
  readonly diskFailing: string | null
  readonly renamedLate: string | null
  readonly neverRenamed: string | null
  /** Passages of an index that was built and opened. */
  readonly passages: number
  readonly state: string | null
  /** How many held the lock at once, and how often it was held. */
  readonly holders: { readonly most: number; readonly held: number }
  readonly sharedState: string | null
  readonly leftovers: readonly string[]
}

/** Runs with `refusals.c` loaded, and sets what it refuses. Prints `Trials` as JSON. */
const places = JSON.parse(process.argv[2]!) as Workshop
const { EPERM, EIO, EBUSY } = constants.errno
const folder = places.root
const path = join(folder, 'a')
await writeFile(path, 'text')

async function refusing<T>(refusals: Record<string, string | number>, work: () => Promise<T>): Promise<T> {
  for (const [name, value] of Object.entries(refusals)) process.env[name] = String(value)
  try {
    return await work()
  } finally {
    for (const name of Object.keys(refusals)) delete process.env[name]
  }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof UserError ? error.text.en : (errorCode(error) ?? String(error))),
  )

/** Many ask for the lock at once, again and again. */
async function raceForLock(): Promise<Trials['holders']> {
  const index = join(folder, 'race')
  await put(index, {})
  let [now, most, held] = [0, 0, 0]
  const work = async () => {
    held++
    most = Math.max(most, ++now)
    await wait(2)
    now--
  }
  for (let round = 0; round < 20; round++) {
    // A lock that nobody holds, so that several take it over at once.
    await put(index, { '.lock': '[]' })
    await Promise.allSettled(Array.from({ length: 8 }, () => withBuildLock(index, work)))
  }
  return { most, held }
}

const asOnWindows = { REFUSE_SYNC: EPERM }
const renamedLate = refusing({ REFUSE_RENAME: EBUSY }, async () => {
  const renaming = failure(renameOver(path, `${path}.new`))
  await wait(120)
  delete process.env.REFUSE_RENAME
  return renaming
})
const trials: Trials = {
  renamedLate: await renamedLate,
  neverRenamed: await refusing({ REFUSE_RENAME: EBUSY }, () => failure(renameOver(`${path}.new`, path))),
  folderNotSynced: await refusing(asOnWindows, () => failure(syncToDisk(folder))),
  fileNotSynced: await refusing(asOnWindows, () => failure(syncToDisk(`${path}.new`))),
  diskFailing: await refusing({ REFUSE_ALL_SYNC: EIO }, () => failure(syncToDisk(folder))),
  passages: await refusing({ ...asOnWindows, REFUSE_LINK: EPERM }, async () => {
    await build(places, fakeEmbedder())
    return (await openBuilt(places, fakeEmbedder())).size
  }),
  state: await refusing(asOnWindows, async () => {
    const state = await openJournal(join(folder, 'state'))
    await state.set('language/1', 'zh')
    await state.close()
    const again = await openJournal(join(folder, 'state'))
    const kept = await again.get('language/1')
    await again.close()
    return kept
  }),
  holders: await refusing({ REFUSE_LINK: EPERM }, raceForLock),
  sharedState: await refusing({ REFUSE_LINK: EPERM }, () => failure(openSharedFolder(join(folder, 'shared')))),
  leftovers: await refusing({ REFUSE_REMOVE: 'g-0123456789abcdef' }, async () => {
    await put(places.index, { 'g-0123456789abcdef/passages.parts': 'half' })
    const { leftovers } = await build(places, fakeEmbedder())
    return leftovers.flatMap(({ zh, en }) => [zh, en])
  }),
}
await rm(join(folder, 'race'), { recursive: true })
process.stdout.write(JSON.stringify(trials))
