import { join } from 'node:path'
import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import type { IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import type { Question } from '../../src/search/question/question.ts'
import { type GoldQuestion, readGold } from '../evaluation/gold.ts'

/** Questions over one folder of local reports, parted by document: no place is in two parts. */
export interface LocalReports {
  /** The questions to learn from, a list for each fold. */
  readonly folds: readonly (readonly GoldQuestion[])[]
  readonly dev: readonly GoldQuestion[]
}

const folds = [1, 2, 3, 4]

/** Reads the questions of `local_reports` in the folder of all sets. */
export async function readLocalReports(sets: string): Promise<LocalReports> {
  const read = (name: string) => readGold(join(sets, 'local_reports', 'questions', `${name}.jsonl`))
  return { folds: await Promise.all(folds.map((fold) => read(`train-${fold}`))), dev: await read('dev') }
}

/** The folder of the documents. */
export function localFolder(sets: string): string {
  return join(sets, 'local_reports', 'reports')
}

/**
 * Opens the documents of `local_reports` as one folder of reports, indexed below `work` once for each model.
 * @param name of the folder of the index
 * @param reportsFolder another folder with the same documents
 */
export async function openLocalReports(
  sets: string,
  work: string,
  model: string,
  name: string,
  reportsFolder: string = localFolder(sets),
): Promise<IndexAnswerer> {
  const places = { reportsFolder, indexFolder: join(work, name, 'index'), model }
  const parts = await openDependencies(places)
  await buildAndCompact(parts, { replaceDamaged: true })
  return openAnswerer({ ...places, minConfidence: null }, parts)
}

/** A question of a gold file as it is asked. */
export function askedOf({ question, previous }: GoldQuestion): Question {
  return { text: question, ...(previous ? { previous } : {}) }
}
