import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode, ReportError } from '../errors.ts'
import type { OpenIndex, ReportEntry } from '../indexes/types.ts'
import { sidecarSuffix } from '../reports/sidecar.ts'
import type { FolderUpdateOptions } from './folderUpdate.ts'
import { fileId } from './names.ts'
import { move, placeNew } from './placement.ts'
import { contentIn, makeBox, readBox, removeBox, sidecarIn } from './removed.ts'
import type { Library, LibraryFile } from './types.ts'
import type { Updater } from './updater.ts'

/** Adding and putting back wait for so long while another process builds the index. */
export const patienceMs = 10 * 60_000

export interface RemoverOptions extends Pick<FolderUpdateOptions, 'reportsFolder' | 'removedFolder' | 'currentIndex'> {
  readonly updater: Updater
  /** @throws ReportError when the folder as a whole is at fault */
  requireFolder(): Promise<void>
  /** Throws what a failure to change the folder means for people. */
  failInFolder(error: unknown): never
}

/** Takes files out of the folder and puts them back, each with the update that follows. */
export function createRemover(options: RemoverOptions): Pick<Library, 'removalOf' | 'remove' | 'restore'> {
  const { reportsFolder, removedFolder, currentIndex, updater, requireFolder, failInFolder } = options
  const fileThat = (is: (file: LibraryFile) => boolean) => filesIn(currentIndex.loaded.index).find(is)

  const removalOf: Library['removalOf'] = async (id) => {
    // The first update tells in which files the reports lie.
    if (fileThat((file) => file.id === id && updater.holdersOf(file.file) === undefined)) await updater.refresh()
    const files = filesIn(currentIndex.loaded.index)
    const file = files.find((one) => one.id === id)?.file
    if (file === undefined) return null
    const holders = updater.holdersOf(file) ?? [file]
    // A report goes when all files go that hold it.
    const goes = (one: LibraryFile) => (updater.holdersOf(one.file) ?? [one.file]).every((own) => holders.includes(own))
    return { files: holders, reports: files.filter(goes) }
  }

  return {
    removalOf,
    async remove(id) {
      await requireFolder()
      const found = fileThat((file) => file.id === id)
      const removal = await removalOf(id)
      if (!found || !removal) return null
      const { files, reports } = removal
      const [file = found.file, ...copies] = files
      // A copy that stayed under another name would still be quoted, so the copies go with the file.
      const box = await makeBox(removedFolder, id, { file, copies, reports: reports.map((one) => one.id) })
      for (const [i, name] of files.entries()) {
        await move(join(reportsFolder, name), join(box, contentIn(i))).catch(failInFolder)
        await move(join(reportsFolder, `${name}${sidecarSuffix}`), join(box, sidecarIn(i))).catch(failInFolder)
      }
      await updater.refresh()
      return { ...found, files, reports: reports.length }
    },
    async restore(id) {
      await requireFolder()
      const stored = await readBox(removedFolder, id)
      if (stored === null) return null
      const { file, copies } = stored
      const box = join(removedFolder, id)
      let isWhole = true
      for (const [i, name] of [file, ...copies].entries()) {
        // A copy whose name was taken meanwhile stays in the box: its content is back under another name.
        const isBack = await putBack(join(box, contentIn(i)), join(reportsFolder, name)).catch((error) => {
          if (i === 0 || !(error instanceof ReportError)) return failInFolder(error)
          isWhole = false
        })
        if (isBack) await move(join(box, sidecarIn(i)), join(reportsFolder, `${name}${sidecarSuffix}`))
        else if (i === 0) return null
      }
      if (isWhole) await removeBox(removedFolder, id)
      await updater.refresh(patienceMs)
      const back = filesIn(currentIndex.loaded.index).filter(
        ({ file: one }) => one === file || one.startsWith(`${file}/`),
      )
      const found = back.find((one) => one.id === id) ?? back[0]
      if (!found) throw updater.reasonFor(file)
      return { ...found, files: [file, ...copies], reports: back.length }
    },
  }
}

/** Moves a removed file to a name that must be free; returns false where there is no such file. */
async function putBack(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await placeNew(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Every file of an index, in the order of their names. */
export function filesIn({ reports }: OpenIndex): LibraryFile[] {
  return [...reports.values()].map(fileOf)
}

/** The entry of a report as a file that people can remove. */
export function fileOf({ file, contentSha256, metadata: { title, url, fetched } }: ReportEntry): LibraryFile {
  const id = fileId(file, contentSha256)
  return { id, file, title, ...(url !== undefined && { url }), ...(fetched !== undefined && { fetched }) }
}
