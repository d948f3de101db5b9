import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildAndCompact, openAnswerer, openDependencies } from '../../src/compose.ts'
import { defaultModel } from '../../src/embeddings/model.ts'
import type { IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import type { Searcher } from '../../src/search/search.ts'

/** A question of a public set, with the passages that answer it. */
export interface SetQuestion {
  readonly id: string
  readonly question: string
  readonly answers: readonly string[]
  /** Ids of the passages that answer it; none for a question made unanswerable. */
  readonly passages: readonly string[]
}

export interface PublicSet {
  readonly name: string
  readonly questions: readonly SetQuestion[]
  /** The text of each passage by its id. */
  readonly texts: ReadonlyMap<string, string>
  readonly searcher: Searcher
  readonly answerer: IndexAnswerer
}

async function readLines<T>(path: string): Promise<T[]> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T)
}

/** The public sets that are learned from, each with what its questions are written in. */
export const publicSets = [
  { name: 'cmrc2018', lang: 'zh' },
  { name: 'chronoqa', lang: 'zh' },
  { name: 'drcd', lang: 'zh-Hant' },
  { name: 'xquad_en_zh', lang: 'en' },
] as const

/** The first questions in the seeded order are held back for evaluation. */
const heldBack = 1000
const order = 42

/** The questions that evaluation asks, and training never sees; of a set too small for that, half. */
export function heldBackQuestions<T>(questions: readonly T[]): T[] {
  return shuffled(questions, seeded(order)).slice(0, Math.min(heldBack, Math.floor(questions.length / 2)))
}

/** The questions that training may learn from, in a seeded order: none about a passage of a question held back. */
export function learningQuestions(questions: readonly SetQuestion[]): SetQuestion[] {
  const held = new Set(heldBackQuestions(questions))
  const touched = new Set([...held].flatMap(({ passages }) => passages))
  const free = shuffled(questions, seeded(order)).filter((question) => !held.has(question))
  const apart = free.filter(({ passages }) => !passages.some((id) => touched.has(id)))
  // No question would be left in a set with many questions a passage.
  return apart.length >= heldBack ? apart : free
}

/** The questions of a public set. */
export async function readSet(folder: string, name: string): Promise<SetQuestion[]> {
  const lines = await readLines<{ id: string; question: string; answers: string[]; passage_ids: string[] }>(
    join(folder, name, 'questions.jsonl'),
  )
  return lines.map(({ id, question, answers, passage_ids: passages }) => ({ id, question, answers, passages }))
}

/**
 * Opens a public set in the evaluation's format (`passages.jsonl`, `questions.jsonl`): every passage becomes a file named by
 * its id below `work`, and the folder is indexed once for each model.
 * @param indexName of the folder of the index
 */
export async function openSet(
  folder: string,
  name: string,
  work: string,
  model: string = defaultModel,
  indexName = 'index',
): Promise<PublicSet> {
  const passages = await readLines<{ id: string; title: string; text: string }>(join(folder, name, 'passages.jsonl'))
  const questions = await readSet(folder, name)
  const reportsFolder = join(work, name, 'reports')
  const indexFolder = join(work, name, indexName)
  await mkdir(reportsFolder, { recursive: true })
  for (const { id, title, text } of passages) {
    await writeFile(join(reportsFolder, `${id}.txt`), title === '' ? `${text}\n` : `${title}\n\n${text}\n`)
  }
  const places = { reportsFolder, indexFolder, model }
  const parts = await openDependencies(places)
  await buildAndCompact(parts, { replaceDamaged: true })
  const answerer = await openAnswerer({ ...places, minConfidence: null }, parts)
  return {
    name,
    texts: new Map(passages.map(({ id, title, text }) => [id, `${title}\n${text}`])),
    questions,
    searcher: answerer.searcher,
    answerer,
  }
}

/** Numbers in 0 … 1 that are the same in every run (a linear congruential generator). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 2147483648
  }
}

export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = [...items]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}
