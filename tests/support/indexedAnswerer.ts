import type { Embedder } from '../../src/embeddings/types.ts'
import { answererOver as over } from '../../src/library/indexAnswerer.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { build, openBuilt, workshop } from './testIndex.ts'

/** An answerer over an index of some files. */
export async function answererOver(
  t: { after(clean: () => Promise<void>): void },
  files: Readonly<Record<string, string | Uint8Array>>,
  embedder: Embedder,
) {
  const places = await workshop(t, files)
  await build(places, embedder)
  const originals = originalsIn(places.reports)
  const options = { embedder, originals, minConfidence: null }
  return { answerer: over(await openBuilt(places, embedder), options), originals, places }
}
