import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import { defaultModel } from '../../src/embeddings/model.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { sharedFolder } from '../support/sharedFolder.ts'
import { autumn, put, spring, type Workshop, workshop } from '../support/testIndex.ts'

/** Two small reports and their index, made with the real model. */
export async function indexedStage(t: { after(clean: () => Promise<void>): void }) {
  const shared = await sharedFolder('small-reports', async (folder) => {
    await put(join(folder, 'reports'), { 'autumn.txt': autumn, 'spring.txt': spring })
    const parts = await openDependencies(configOf(folder))
    assert.deepEqual((await buildAndCompact(parts)).skipped, [])
    parts.reader.close()
    await parts.embedder.dispose()
  })
  const places = await workshop(t)
  await cp(shared, places.root, { recursive: true, preserveTimestamps: true })
  const config = configOf(places.root)
  const parts = await openDependencies(config)
  const answerer = await openAnswerer(config, parts)
  t.after(() => parts.embedder.dispose())
  return { places, answerer, environment: environmentOf(places) }
}

const configOf = (folder: string) => ({
  reportsFolder: join(folder, 'reports'),
  indexFolder: join(folder, 'index'),
  model: defaultModel,
  minConfidence: 0,
  // However busy the machine is.
  limits: { ...defaultLimits, seconds: 600 },
})

export function environmentOf({ reports, index }: Workshop): Record<string, string> {
  return { REPORTS_DIR: reports, INDEX_DIR: index }
}
