import { readFile, writeFile } from 'node:fs/promises'
import type shipped from '../../src/search/model.json'

const path = new URL('../../src/search/model.json', import.meta.url)

/** The model that is learned: the weights that the search reads. */
export type Model = typeof shipped

/** Writes some parts of `src/search/model.json`; the others stay. */
export async function writeModel(parts: Partial<Model>): Promise<void> {
  const model = { ...JSON.parse(await readFile(path, 'utf8')), ...parts }
  // A row of weights to a line, so that a change can be read.
  const text = JSON.stringify(model, (_, value) => (isRow(value) ? `[${value.join(', ')}]` : value), 2)
  await writeFile(path, `${text.replaceAll(/"(\[[^"]*\])"/gu, '$1')}\n`)
}

function isRow(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number')
}
