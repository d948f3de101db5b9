import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Embedder } from '../../src/embeddings/types.ts'
import { type BuildOptions, type BuildOutcome, buildIndex, compactIndex } from '../../src/indexes/build.ts'
import { type IndexFolder, indexFolder } from '../../src/indexes/folder.ts'
import { type Manifest, readManifest, type SegmentRecord } from '../../src/indexes/manifest.ts'
import { openIndex } from '../../src/indexes/source.ts'
import type { OpenIndex } from '../../src/indexes/types.ts'
import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import type { Passage } from '../../src/reports/types.ts'

// These functions touch many small files, and calls of Node that wait take a fraction of the time of those that do not.

/** Two folders of a test, removed after it. */
export interface Workshop {
  readonly root: string
  readonly reports: string
  readonly index: string
}

export async function workshop(
  t: { after(clean: () => Promise<void>): void },
  reports: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Workshop> {
  const root = mkdtempSync(join(tmpdir(), 'wenju-'))
  t.after(async () => rmSync(root, { recursive: true, force: true }))
  const places = { root, reports: join(root, 'reports'), index: join(root, 'index') }
  mkdirSync(places.reports)
  mkdirSync(places.index)
  await put(places.reports, reports)
  return places
}

/** Writes files below `folder`. */
export async function put(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
}

/** A report with a headline and paragraphs of one passage each: `paragraphs.length + 1` passages. */
export function report(headline: string, paragraphs: readonly string[]): string {
  return `${[headline, ...paragraphs].join('\n\n')}\n`
}

export const spring = report('春天的工作报告', [
  '全年新建公园三座,改造老旧小区十二个。',
  '全年新修道路二十公里,增设公交线路五条。',
  '新建小学两所,新增学位三千个。',
])
export const autumn = report('秋天的工作报告', ['安置房交付四百套,群众满意。', '粮食总产量达到八万吨,创历史新高。'])

/** Bytes of no encoding: a report that can be listed and hashed but not read. */
export const broken = Uint8Array.of(0xff, 0xff, 0xb9, 0xff)

export async function build(
  { reports, index }: Workshop,
  embedder: Embedder,
  options: Partial<Pick<BuildOptions, 'replaceDamaged' | 'onProgress' | 'folder'>> = {},
): Promise<BuildOutcome> {
  const { files } = await listReports(reports)
  return buildIndex({ folder: folderOf(index, embedder), files, load: loadReport, embedder, ...options })
}

/** Merges segments as a command does that answers nothing. */
export async function compact({ index }: Workshop, embedder: Embedder): Promise<boolean> {
  return compactIndex(folderOf(index, embedder, false), embedder.model)
}

/** An index folder none of whose segments are open yet. */
export function folderOf(index: string, { model }: Pick<Embedder, 'model'>, isServed = true): IndexFolder {
  return indexFolder(index, model.dimensions, isServed)
}

export async function openBuilt({ reports, index }: Workshop, embedder: Embedder): Promise<OpenIndex> {
  return openIndex(folderOf(index, embedder), embedder.model, (await listReports(reports)).files)
}

/** Every passage of an index, in order. */
export async function passagesIn(index: OpenIndex): Promise<Passage[]> {
  return index.passages([...Array(index.size).keys()])
}

export async function manifestOf({ index }: Workshop): Promise<Manifest> {
  const manifest = await readManifest(index)
  if (manifest === null) throw new Error(`no manifest in ${index}`)
  return manifest
}

/** The only segment of an index that was built at once. */
export async function segmentOf(places: Workshop): Promise<SegmentRecord> {
  const { segments } = await manifestOf(places)
  if (segments.length !== 1) throw new Error(`${segments.length} segments`)
  return segments[0]!
}

/** What an index should consist of: the manifest and the segments it names. */
export async function tidyEntries(places: Workshop): Promise<string[]> {
  return [...(await manifestOf(places)).segments.map(({ name }) => name), 'manifest.json'].sort()
}

/** The entries of the index folder that a build has to answer for, in order. */
export async function entries({ index }: Workshop): Promise<string[]> {
  return (await readdir(index)).sort()
}

/** Every file below a folder with what would show that it was written again. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const { mtimeNs, ino } = statSync(path, { bigint: true })
    found[path] = `${ino} ${mtimeNs} ${readFileSync(path).toString('base64')}`
  }
  return found
}
