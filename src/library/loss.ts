import { ReportError } from '../errors.ts'
import { type Manifest, reportsOf } from '../indexes/manifest.ts'
import type { ReportFile } from '../reports/file.ts'

/** Fewer missing reports than this are cheap to read again, and count as removed on purpose. */
const minLoss = 3
/** A folder that fills up again is at rest once it has not changed for so many milliseconds. */
const quietMs = 10_000

/** The error for nearly all reports gone from their folder, as when its disk was unplugged. The index stays. */
export class LossError extends ReportError {}

type File = Pick<ReportFile, 'file' | 'sha256' | 'contentSha256'>
type Known = ReturnType<typeof reportsOf>[number]

/**
 * Refuses to believe that a folder was emptied on purpose: at least three reports of the index and nine in ten of them
 * are gone from it, under whatever name, and it holds no more than a tenth as many files.
 *
 * @param isRemoved true for a report that is known to have been removed on purpose
 * @throws LossError
 */
export function refuseLoss(
  folder: string,
  manifest: Manifest,
  files: readonly File[],
  isRemoved: (report: Known) => boolean = () => false,
): void {
  const known = reportsOf(manifest)
  const gone = missingFrom(known, files)
  if (gone.length < minLoss || files.length * 10 > known.length) return
  const missed = gone.filter((report) => !isRemoved(report))
  const expected = known.length - (gone.length - missed.length)
  if (missed.length < minLoss || missed.length * 10 < expected * 9) return
  throw new LossError({
    zh: `索引里的 ${expected} 份报告几乎都不在报告文件夹 ${folder} 里了。请检查它所在的磁盘或网络盘是否接好。索引原样保留;不在的报告暂不引用,回来后照常使用,不必重建。如果确实是有意移走的,请运行 npm run index -- --accept-removals。`,
    en: `Nearly all ${expected} reports of the index are gone from the reports folder ${folder}. Check that its disk or network share is connected. The index is kept as it is: what is gone is not quoted, and is answered from again once it is back. If the reports were taken away on purpose, run npm run index -- --accept-removals.`,
  })
}

/** The reports of which neither the name nor the content is in the folder. */
function missingFrom(known: readonly Known[], files: readonly File[]): Known[] {
  const names = new Set(files.map(({ file }) => file))
  const contents = new Set(files.map(({ contentSha256 }) => contentSha256))
  return known.filter(({ file, contentSha256 }) => !names.has(file) && !contents.has(contentSha256))
}

/**
 * A function that judges one look at a folder after the other, and throws as `refuseLoss` does. After a loss it also
 * throws while files come back, so that reports which are not back yet need not be embedded again.
 *
 * @param now milliseconds of a steady clock
 */
export function createLossWatch(
  folder: string,
  isRemoved: (report: Known) => boolean,
  now: () => number = () => performance.now(),
): (manifest: Manifest, files: readonly File[]) => void {
  let loss: { readonly error: LossError; readonly seen: string; readonly since: number } | null = null
  return (manifest, files) => {
    const seen = files.map(({ file, sha256 }) => `${file}\n${sha256}`).join('\n')
    try {
      refuseLoss(folder, manifest, files, isRemoved)
    } catch (error) {
      if (error instanceof LossError) loss = { error, seen, since: now() }
      throw error
    }
    if (loss === null) return
    if (loss.seen !== seen) loss = { ...loss, seen, since: now() }
    const isFilling = now() - loss.since < quietMs && missingFrom(reportsOf(manifest), files).length > 0
    if (isFilling) throw loss.error
    loss = null
  }
}
