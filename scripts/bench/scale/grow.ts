import { randomBytes } from 'node:crypto'
import { link, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { indexFolder } from '../../../src/indexes/folder.ts'
import { type Manifest, readManifest, writeManifest } from '../../../src/indexes/manifest.ts'
import type { OpenSegment } from '../../../src/indexes/segment.ts'
import { type SegmentContent, writeSegment } from '../../../src/indexes/segmentWriter.ts'

/** The size of a segment that merging makes of many small ones. */
const segmentPassages = 65_536
/** A copy's vector lies at a cosine of about 0.9 to its original, as passages on one subject do to each other. */
const noise = 0.48

/**
 * Makes an index of about `passages` passages from one that is real: its reports again and again, under other names, each
 * copy's vectors moved at random. The texts stay the same, so lists of passages grow as they would, the vocabulary does not.
 * Full segments hold the same reports, so that they share one file of token vectors: of a million passages these take 50 GB.
 *
 * @param base the index folder to start from
 */
export async function grow(base: string, folder: string, passages: number): Promise<void> {
  const manifest = (await readManifest(base))!
  const { dimensions } = manifest.model
  const originals = await indexFolder(base, dimensions).openAll(manifest.segments)
  const reports = originals.flatMap((segment) => segment.entries.map((_, i) => ({ segment, i })))
  await mkdir(folder, { recursive: true })
  const segments: Manifest['segments'] = []
  let made = 0
  let copy = 0
  let full: string | null = null
  while (made < passages) {
    const chosen: Chosen[] = []
    let size = 0
    let next = 0
    while (made + size < passages && size < segmentPassages) {
      chosen.push({ ...reports[next]!, copy })
      size += reports[next]!.segment.entries[reports[next]!.i]!.passages
      next = (next + 1) % reports.length
      if (next === 0) copy++
    }
    if (next !== 0) copy++
    const name = `g-${randomBytes(8).toString('hex')}`
    const content = contentOf(chosen, dimensions)
    const files = await writeSegment(join(folder, name), content, dimensions)
    if (size >= segmentPassages) {
      if (full === null) full = name
      else {
        await rm(join(folder, name, 'tokens.parts'))
        await link(join(folder, full, 'tokens.parts'), join(folder, name, 'tokens.parts'))
      }
    }
    segments.push({
      name,
      files,
      reports: content.entries.map(({ id, file, passages }) => {
        return { file, id, sha256: '', contentSha256: '', passages }
      }),
    })
    made += size
    process.stderr.write(`${made} passages\n`)
  }
  await writeManifest(folder, { ...manifest, segments })
}

interface Chosen {
  readonly segment: OpenSegment
  readonly i: number
  readonly copy: number
}

function contentOf(chosen: readonly Chosen[], dimensions: number): SegmentContent {
  const named = (name: string, copy: number) => `${name}~${String(copy).padStart(4, '0')}`
  const entries = chosen.map(({ segment, i, copy }) => {
    const entry = segment.entries[i]!
    return { ...entry, id: named(entry.id, copy), file: named(entry.file, copy) }
  })
  const size = entries.reduce((sum, { passages }) => sum + passages, 0)
  const vectors = new Float32Array(size * dimensions)
  let at = 0
  for (const { segment, i, copy } of chosen) {
    const from = segment.firstPassages[i]!
    for (let place = from; place < from + segment.entries[i]!.passages; place++, at += dimensions) {
      const own = vectors.subarray(at, at + dimensions)
      own.set(segment.vectors.subarray(place * dimensions, (place + 1) * dimensions))
      if (copy > 0) move(own)
    }
  }
  async function* each<T>(of: (one: Chosen, place: number) => Promise<T>): AsyncIterable<T> {
    for (const one of chosen) {
      const from = one.segment.firstPassages[one.i]!
      for (let place = from; place < from + one.segment.entries[one.i]!.passages; place++) yield await of(one, place)
    }
  }
  return {
    entries,
    vectors,
    async *reports() {
      for (const [at, { segment, i }] of chosen.entries()) {
        const { id, file } = entries[at]!
        yield { ...(await segment.report(i)), id, file }
      }
    },
    passages: () =>
      each(async ({ segment, copy }, place) => {
        const passage = await segment.passage(place)
        const id = `p-${randomBytes(12).toString('base64url')}`
        return { ...passage, id, report: named(passage.report, copy) }
      }),
    async *places() {
      for (const { segment, i } of chosen) yield await segment.places(i)
    },
    tokens: () => each(({ segment }, place) => segment.tokens(place)),
    inputs: async () => Array.from({ length: size }, () => ''),
  }
}

/** Moves a unit vector by noise of a fixed length and makes it of unit length again. */
function move(vector: Float32Array): void {
  const step = (noise * Math.sqrt(12)) / Math.sqrt(vector.length)
  let sum = 0
  for (let i = 0; i < vector.length; i++) {
    vector[i]! += (random() - 0.5) * step
    sum += vector[i]! ** 2
  }
  const length = Math.sqrt(sum)
  for (let i = 0; i < vector.length; i++) vector[i]! /= length
}

let state = 2026
/** 0 … 1, the same at every run. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
