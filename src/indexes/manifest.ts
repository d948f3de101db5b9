import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { ModelDescription } from '../embeddings/types.ts'
import { type Bilingual, errorCode, IndexError } from '../errors.ts'
import type { ReportFile } from '../reports/file.ts'
import { restorerVersion } from '../reports/types.ts'
import { normalizerVersion } from '../text/normalize.ts'
import { segmenterVersion } from '../text/words.ts'
import { replaceFile } from './recordedFiles.ts'

/** The format rises with every change of the files' layout or meaning. An earlier index is built anew. */
export const indexFormat = 6

const record = z.object({ bytes: z.int().nonnegative(), sha256: z.string() })
const segment = z.object({
  /** The name of the folder below the index folder that holds the segment's files. */
  name: z.string().regex(/^g-[0-9a-f]{16}$/),
  /** The reports of the segment that the index holds, with the number of their passages. */
  reports: z.array(
    z.object({ file: z.string(), id: z.string(), sha256: z.string(), contentSha256: z.string(), passages: z.int() }),
  ),
  files: z.record(z.string(), record),
})
/** The model and the program that an index was made with, on disk or in Qdrant. */
export const provenance = z.object({
  model: z.object({
    id: z.string(),
    sha256: z.string(),
    dimensions: z.int().positive(),
    metric: z.literal('cosine'),
    pooling: z.enum(['cls', 'mean']),
    queryPrefix: z.string(),
  }),
  normalizer: z.int(),
  restorer: z.int(),
  segmenter: z.string(),
})
const schema = z.object({
  format: z.literal(indexFormat),
  ...provenance.shape,
  segments: z.array(segment),
  /** Files that looked like reports and could not be used, each with the reason, which every start shows again. */
  skipped: z.array(z.object({ file: z.string(), sha256: z.string(), zh: z.string(), en: z.string() })),
})

/** The description of an index, from which a program sees that it may use the index and that the index is whole. */
export type Manifest = z.infer<typeof schema>
/** A segment as the manifest lists it. */
export type SegmentRecord = z.infer<typeof segment>

const manifestFile = 'manifest.json'

/**
 * The manifest in `folder`, or null when no index was built there yet, or only one of an earlier format.
 * @throws IndexError when it cannot be understood or is of a later format version.
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const data = await readData(folder)
  if (data === undefined || isEarlier(data)) return null
  const format = formatOf(data)
  if (format !== undefined && format !== indexFormat) {
    throw new IndexError({
      zh: `索引 ${folder} 的格式版本不符:应为 ${indexFormat},实际为 ${format}。请运行 npm run index 重建索引。`,
      en: `The index ${folder} has another format version: expected ${indexFormat}, found ${format}. Run npm run index to rebuild it.`,
    })
  }
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    const found = z.prettifyError(parsed.error).replaceAll('\n', ' ')
    throw unusable(join(folder, manifestFile), found, parsed.error)
  }
  return parsed.data
}

/**
 * The notice that the index in `folder` is of an earlier format and has to be built anew; null for any other index or
 * none.
 * @throws IndexError when the manifest cannot be understood
 */
export async function earlierFormatNotice(folder: string): Promise<Bilingual | null> {
  const data = await readData(folder)
  if (!isEarlier(data)) return null
  const format = formatOf(data)
  return {
    zh: `索引 ${folder} 由旧版程序建立(格式 ${format},现为 ${indexFormat}),须由报告重新建立。`,
    en: `The index ${folder} was made by an earlier version (format ${format}, now ${indexFormat}) and has to be built anew from the reports.`,
  }
}

function isEarlier(data: unknown): boolean {
  const format = formatOf(data)
  return typeof format === 'number' && format >= 1 && format < indexFormat
}

function formatOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'format' in data ? data.format : undefined
}

/** The JSON in the manifest's file; undefined where there is no file. */
async function readData(folder: string): Promise<unknown> {
  const path = join(folder, manifestFile)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw unusable(path, `${errorCode(cause)}`, cause)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unusable(path, (cause as Error).message, cause)
  }
}

/** Identifies a manifest without reading it, as every one is a new file. Null when there is none. */
export async function manifestToken(folder: string): Promise<string | null> {
  try {
    const { ino, mtimeNs, size } = await stat(join(folder, manifestFile), { bigint: true })
    return `${ino} ${mtimeNs} ${size}`
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Replaces the manifest, the last step of a build: from then on the index is what `manifest` lists. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** The model part of a manifest. */
export function modelRecord(model: ModelDescription): Manifest['model'] {
  const { id, sha256, dimensions, pooling, queryPrefix } = model
  return { id, sha256, dimensions, metric: 'cosine', pooling, queryPrefix }
}

/** @throws IndexError when the index was made by another model than `model`. */
export function requireModel(folder: string, manifest: Manifest, model: ModelDescription): void {
  const expected = modelRecord(model)
  const name = (record: Manifest['model']) =>
    `${record.id} (${record.dimensions}, ${record.pooling}, SHA-256 ${record.sha256.slice(0, 12)}…)`
  if (JSON.stringify(manifest.model) === JSON.stringify(expected)) return
  throw new IndexError({
    zh: `索引 ${folder} 由另一个模型建立:应为 ${name(expected)},实际为 ${name(manifest.model)}。请运行 npm run index 重建索引,或把 EMBEDDING_MODEL 改回去。`,
    en: `The index ${folder} was made by another model: expected ${name(expected)}, found ${name(manifest.model)}. Run npm run index to rebuild it, or set EMBEDDING_MODEL back.`,
  })
}

/** The names of report files that differ from those an index was built from; empty lists when the index is current. */
export interface Changes {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly vanished: readonly string[]
}

/** A report file as far as a manifest knows it. */
type KnownFile = Pick<ReportFile, 'file' | 'sha256'>

/** Every report that the manifest lists, with its segment, in the order of their files. */
export function reportsOf({ segments }: Manifest): (SegmentRecord['reports'][number] & { segment: string })[] {
  const all = segments.flatMap(({ name, reports }) => reports.map((report) => ({ ...report, segment: name })))
  return all.sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** Compares `files` with those that an index was built from or could not use. */
export function changesSince(manifest: Manifest, files: readonly KnownFile[]): Changes {
  const known = new Map([...reportsOf(manifest), ...manifest.skipped].map(({ file, sha256 }) => [file, sha256]))
  const present = new Set(files.map(({ file }) => file))
  return {
    added: files.filter(({ file }) => !known.has(file)).map(({ file }) => file),
    changed: files.filter(({ file, sha256 }) => (known.get(file) ?? sha256) !== sha256).map(({ file }) => file),
    vanished: [...known.keys()].filter((file) => !present.has(file)),
  }
}

/** True when a new build from `files` with this program would make the same index. */
export function isCurrent(manifest: Manifest, files: readonly KnownFile[]): boolean {
  const { added, changed, vanished } = changesSince(manifest, files)
  const sameProgram =
    manifest.normalizer === normalizerVersion &&
    manifest.restorer === restorerVersion &&
    manifest.segmenter === segmenterVersion
  return sameProgram && added.length + changed.length + vanished.length === 0
}

/**
 * @param files null where changes of the reports do not matter
 * @throws IndexError when the reports have changed since the index was built
 */
export function requireCurrent(folder: string, manifest: Manifest, files: readonly KnownFile[] | null): void {
  if (files === null || isCurrent(manifest, files)) return
  const { added, changed, vanished } = changesSince(manifest, files)
  const list = (names: readonly string[]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''}`
  const told = (...labels: readonly string[]) =>
    [added, changed, vanished].flatMap((names, i) => (names.length > 0 ? `${labels[i]} ${list(names)}` : []))
  const [zh, en] = [told('新增', '改动', '消失').join(';'), told('added', 'changed', 'vanished').join('; ')]
  throw new IndexError({
    zh: `索引 ${folder} 已过期:建立之后,报告${zh || '的处理方法已更新'}。请运行 npm run index 更新索引。`,
    en: `The index ${folder} is stale: since it was built, reports ${en || 'are read in a new way'}. Run npm run index to update it.`,
  })
}

function unusable(path: string, found: string, cause: unknown): IndexError {
  return new IndexError(
    {
      zh: `索引清单 ${path} 无法使用:应为 Wenju 建立的 JSON,实际:${found}。请运行 npm run index 重建索引。`,
      en: `The index manifest ${path} is unusable: expected JSON written by Wenju, found: ${found}. Run npm run index to rebuild it.`,
    },
    { cause },
  )
}
