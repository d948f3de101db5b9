import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import { defaultModel } from '../../src/embeddings/model.ts'
import { autumn, spring, type Workshop, workshop } from '../support/testIndex.ts'

/** Two small reports and their index, made with the real model. */
export async function indexedStage(t: { after(clean: () => Promise<void>): void }) {
  const places = await workshop(t, { 'autumn.txt': autumn, 'spring.txt': spring })
  const config = { reportsFolder: places.reports, indexFolder: places.index, model: defaultModel, minConfidence: 0 }
  const parts = await openDependencies(config)
  await buildAndCompact(parts)
  const answerer = await openAnswerer(config, parts)
  t.after(() => parts.embedder.dispose())
  return { places, answerer, environment: environmentOf(places) }
}

export function environmentOf({ reports, index }: Workshop): Record<string, string> {
  return { REPORTS_DIR: reports, INDEX_DIR: index }
}
