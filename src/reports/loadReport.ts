import { createHash } from 'node:crypto'
import { ChangedWhileReading, errorCode, ReportError } from '../errors.ts'
import { holderOf, type ReportFile, readReportBytes } from './file.ts'
import { mismatchNote } from './formats/detection.ts'
import { formatCode } from './formats/readers.ts'
import { frontMatterIn } from './frontMatter.ts'
import { defaultLimits, type Manuscript, type ReadContext, type ReadLimits } from './manuscript.ts'
import { type MemberReader, memberReader } from './memberReader.ts'
import { metadataOf } from './metadata.ts'
import { restore } from './restore.ts'
import { uncertainTablesIn } from './tables/uncertainTables.ts'
import type { Report } from './types.ts'

interface LoadOptions extends Pick<ReadContext, 'onPage'> {
  /** Reads a report that lies inside another file; by default a new reader, which opens that file anew. */
  readonly readMember?: MemberReader
}

/**
 * Reads and understands one file.
 * @throws ReportError when it cannot be read, is of another format, holds no words or is beyond the limits
 * @throws ChangedWhileReading when its content is not the listed one any more, which must not pass for it
 */
export async function loadReport(
  file: ReportFile,
  limits: ReadLimits = defaultLimits,
  { onPage, readMember = memberReader() }: LoadOptions = {},
): Promise<Report> {
  const bytes = await readListed(file, limits, readMember)
  const read = await formatCode[file.format].loadReader()
  // A reader with large libraries takes long to load on a busy machine, which is no fault of the file.
  onPage?.(0, 0)
  const hint = file.charset === undefined ? {} : { charset: file.charset }
  const manuscript = await read(bytes, { file: file.file, limits, ...hint, ...(onPage && { onPage }) })
  const note = mismatchNote(file.file, file.format)
  return understand(note ? { ...manuscript, notes: [note, ...manuscript.notes] } : manuscript, file)
}

async function readListed(
  { path, member, file, contentSha256 }: ReportFile,
  limits: ReadLimits,
  readMember: MemberReader,
): Promise<Uint8Array> {
  const reading =
    member === undefined
      ? readReportBytes(path, file, limits.bytes)
      : readMember({ path, file: holderOf({ file, member }) }, member, limits)
  const bytes = await reading.catch((error: Error) => {
    throw errorCode(error.cause) === 'ENOENT' ? new ChangedWhileReading(file) : error
  })
  if (createHash('sha256').update(bytes).digest('hex') !== contentSha256) throw new ChangedWhileReading(file)
  return bytes
}

/**
 * Makes a report of a manuscript. The statements of the sidecar take precedence over the front matter, that over the text, and
 * the text over the file's properties, which programs and sites often fill by themselves.
 * @throws ReportError when the manuscript holds no words
 */
export function understand(
  manuscript: Manuscript,
  { file, id, format, stated }: Pick<ReportFile, 'file' | 'id' | 'format' | 'stated'>,
): Report {
  const { lines, stated: properties, uncertainTables: knownTables = [], ...rest } = manuscript
  const { articles, dropped, lines: understood } = restore(manuscript.text, lines, manuscript.pages)
  if (articles.length === 0) {
    throw new ReportError({
      zh: `${file}:文件里没有文字。请放入有内容的文件,或把它移出报告文件夹。`,
      en: `${file}: the file holds no words. Put in a file with text, or move it out of the reports folder.`,
    })
  }
  const known = { ...frontMatterIn(lines), ...stated }
  const metadata = { title: id, ...metadataOf(understood, articles, known, properties) }
  const uncertainTables = uncertainTablesIn(manuscript.text, understood, knownTables, dropped)
  return { ...rest, file, id, format, metadata, articles, dropped, uncertainTables }
}
