import assert from 'node:assert/strict'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultModel } from '../../src/embeddings/model.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { sharedFolder } from '../support/sharedFolder.ts'
import { autumn, put, spring, type Workshop, workshop } from '../support/testIndex.ts'

type Cleaner = Parameters<typeof workshop>[0]

/** Two small reports and their index, made with the real model. */
export async function indexedStage(t: Cleaner) {
  const shared = await sharedFolder('small-reports', async (folder) => {
    await put(join(folder, 'reports'), { 'autumn.txt': autumn, 'spring.txt': spring })
    // Loading the program takes longer than most tests of its commands, which need no more than the index.
    const { buildAndCompact, openDependencies } = await import('../../src/compose.ts')
    const parts = await openDependencies(configOf(folder))
    assert.deepEqual((await buildAndCompact(parts)).skipped, [])
    parts.reader.close()
    await parts.embedder.dispose()
  })
  const places = await workshop(t)
  await cp(shared, places.root, { recursive: true, preserveTimestamps: true })
  return { places, environment: environmentOf(places) }
}

/** The same with an answerer over the index, in this process. */
export async function answeringStage(t: Cleaner) {
  const stage = await indexedStage(t)
  const { openAnswerer, openDependencies } = await import('../../src/compose.ts')
  const config = configOf(stage.places.root)
  const parts = await openDependencies(config)
  t.after(() => parts.embedder.dispose())
  return { ...stage, answerer: await openAnswerer(config, parts) }
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
