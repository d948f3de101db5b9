import { type FoundFile, holderOf } from './file.ts'
import { groupBy } from './groups.ts'

/**
 * Makes one report of the files of one content. It goes by the name of one on disk rather than inside an archive, by the
 * shortest name, which copying did not make longer (`公报 - 副本.txt`), and by the first of equally short ones. The
 * statements of a sidecar hold for copies without a sidecar, too; files whose sidecars differ are different reports.
 * Empty files are no copies.
 */
export function joinCopies(files: readonly FoundFile[]): FoundFile[] {
  const alike = groupBy(files, ({ bytes, file, contentSha256, format }) =>
    bytes === 0 ? file : `${contentSha256} ${format}`,
  )
  const reports = [...alike.values()].flatMap((same) => (same.length === 1 ? same : bySidecar(same).map(joined)))
  return reports.sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** Groups files of one content by their sidecars; files without one are in the group of the first sidecar. */
function bySidecar(same: readonly FoundFile[]): (readonly FoundFile[])[] {
  const [first = [], ...others] = groupBy(same.filter(hasSidecar), ({ sha256 }) => sha256).values()
  return [[...first, ...same.filter((file) => !hasSidecar(file))], ...others]
}

function joined(same: readonly FoundFile[]): FoundFile {
  const named = same.some(hasSidecar) ? same.filter(hasSidecar) : same
  const onDisk = named.filter(({ member }) => member === undefined)
  const among = onDisk.length > 0 ? onDisk : named
  const report = among.reduce((best, file) => (file.file.length < best.file.length ? file : best))
  const others = same.filter((file) => file !== report)
  if (others.length === 0) return report
  const holders = [...new Set([report, ...others].map(holderOf))]
  return { ...report, copies: others.map(({ file }) => file), holders }
}

/** Tells whether a file has a sidecar, whose bytes are part of its hash. */
function hasSidecar({ sha256, contentSha256 }: FoundFile): boolean {
  return sha256 !== contentSha256
}
