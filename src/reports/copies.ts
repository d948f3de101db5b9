import type { FoundFile } from './file.ts'

/**
 * The same files, but those of one content are one report with several names. It goes by the shortest, which is the one
 * that copying did not make longer (`公报 - 副本.txt`); of equals, by the first. What a sidecar states of the content
 * holds for its copies without a sidecar, too; files whose sidecars differ are different reports. Empty files are no copies.
 */
export function copiesJoined(files: readonly FoundFile[]): FoundFile[] {
  const alike = new Map<string, FoundFile[]>()
  for (const file of files) {
    const key = file.bytes === 0 ? file.file : `${file.contentSha256} ${file.format}`
    alike.set(key, [...(alike.get(key) ?? []), file])
  }
  const reports = [...alike.values()].flatMap((same) => (same.length === 1 ? same : bySidecar(same).map(joined)))
  return reports.sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** Files of one content, by what is stated of it; those of which nothing is stated are with the first that has a sidecar. */
function bySidecar(same: readonly FoundFile[]): (readonly FoundFile[])[] {
  const stated = new Map<string, FoundFile[]>()
  for (const file of same.filter(hasSidecar)) stated.set(file.sha256, [...(stated.get(file.sha256) ?? []), file])
  const [first = [], ...others] = stated.values()
  return [[...first, ...same.filter((file) => !hasSidecar(file))], ...others]
}

function joined(same: readonly FoundFile[]): FoundFile {
  const named = same.some(hasSidecar) ? same.filter(hasSidecar) : same
  const report = named.reduce((best, file) => (file.file.length < best.file.length ? file : best))
  const copies = same.filter((file) => file !== report).map(({ file }) => file)
  return copies.length === 0 ? report : { ...report, copies }
}

/** A sidecar's bytes are part of the hash. */
function hasSidecar({ sha256, contentSha256 }: FoundFile): boolean {
  return sha256 !== contentSha256
}
