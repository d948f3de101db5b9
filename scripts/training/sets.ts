import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAnswerer, openParts, updateIndex } from '../../src/compose.ts'
import { defaultModel } from '../../src/embeddings/model.ts'
import type { OpenAnswerer } from '../../src/library/opened.ts'
import type { Signals } from '../../src/search/ranker.ts'
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
  readonly answerer: OpenAnswerer
}

async function readLines<T>(path: string): Promise<T[]> {
  return (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T)
}

/**
 * Opens a public set in the evaluation's format (`passages.jsonl`, `questions.jsonl`): every passage becomes a file named by
 * its id below `work`, and the folder is indexed once.
 */
export async function openSet(folder: string, name: string, work: string): Promise<PublicSet> {
  const passages = await readLines<{ id: string; title: string; text: string }>(join(folder, name, 'passages.jsonl'))
  const questions = await readLines<{ id: string; question: string; answers: string[]; passage_ids: string[] }>(
    join(folder, name, 'questions.jsonl'),
  )
  const reportsFolder = join(work, name, 'reports')
  const indexFolder = join(work, name, 'index')
  await mkdir(reportsFolder, { recursive: true })
  for (const { id, title, text } of passages) {
    await writeFile(join(reportsFolder, `${id}.txt`), title === '' ? `${text}\n` : `${title}\n\n${text}\n`)
  }
  const places = { reportsFolder, indexFolder, model: defaultModel }
  const parts = await openParts(places)
  await updateIndex(places, parts, { mend: true })
  const answerer = await openAnswerer({ ...places, minConfidence: null }, parts)
  return {
    name,
    texts: new Map(passages.map(({ id, title, text }) => [id, `${title}\n${text}`])),
    questions: questions.map(({ id, question, answers, passage_ids }) => ({
      id,
      question,
      answers,
      passages: passage_ids,
    })),
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

/** What confidence is learned from: the signals of an answer, whether it was right, and how the question came about. */
export interface Example {
  readonly signals: Signals
  readonly label: number
  readonly kind: string
}

/**
 * Half of what people ask is taken to be answerable, whatever is asked for: otherwise confidence would learn for which
 * kinds of question unanswerable ones are easily made.
 */
export function evenOdds(examples: readonly Example[]): number[] {
  const groupOf = ({ signals, label }: Example) => `${signals.asksPoint} ${label}`
  const sizes = new Map<string, number>()
  const kinds = new Map<number, number>()
  for (const example of examples) {
    const { asksPoint } = example.signals
    sizes.set(groupOf(example), (sizes.get(groupOf(example)) ?? 0) + 1)
    kinds.set(asksPoint, (kinds.get(asksPoint) ?? 0) + 1)
  }
  return examples.map((example) => kinds.get(example.signals.asksPoint)! / sizes.get(groupOf(example))!)
}
