import type { Embedder } from '../../src/embeddings/types.ts'
import { normalize } from '../../src/text/normalize.ts'
import { type PublicSet, seeded, shuffled } from '../training/sets.ts'
import type { GoldQuestion } from './gold.ts'
import type { Row } from './run.ts'

/** The half of a set's questions that `npm run train:english` does not learn from. */
export function heldBackHalf<T>(questions: readonly T[], seed: number): T[] {
  return shuffled(questions, seeded(seed)).slice(0, Math.floor(questions.length / 2))
}

/** How often the nearest passage, and one of the nearest five, is right when the model is given the English itself. */
export async function byVectorsOnly(
  questions: readonly GoldQuestion[],
  { answerer: { index } }: PublicSet,
  embedder: Embedder,
): Promise<{ first: number; amongFive: number }> {
  let first = 0
  let amongFive = 0
  for (const { question, passage_ids = [] } of questions) {
    const [embedding] = await embedder.embed([normalize(question).text])
    const nearest = await index.vectors.search(embedding!.vector, 5)
    const passages = await index.passages(nearest.map(({ passage }) => passage))
    const isRight = passages.map(({ report }) => passage_ids.includes(report))
    first += Number(isRight[0])
    amongFive += Number(isRight.includes(true))
  }
  return { first: first / questions.length, amongFive: amongFive / questions.length }
}

/** A table of English questions by data set, hits and refusals. */
export function englishTable(
  groups: readonly { name: string; rows: readonly Row[] }[],
  vectors: { first: number; amongFive: number },
): string {
  const share = (rows: readonly Row[], test: (row: Row) => boolean) =>
    rows.length === 0 ? '–' : (rows.filter(test).length / rows.length).toFixed(3)
  const isOpen = ({ question }: Row) => question.passage_ids === undefined && question.file == null
  const lines = ['| English questions | n | hit@1 | hit@5 | refused | false answers |', '|---|---|---|---|---|---|']
  for (const { name, rows } of groups) {
    const open = rows.filter(isOpen)
    const own = rows.filter((row) => !isOpen(row))
    const hit = (most: number) => share(own, ({ ranks }) => ranks.all! < most)
    const refused = share(own, ({ answered }) => !answered)
    const falseAnswers = open.length === 0 ? '–' : `${share(open, ({ answered }) => answered)} of ${open.length}`
    lines.push(`| ${name} | ${own.length} | ${hit(1)} | ${hit(5)} | ${refused} | ${falseAnswers} |`)
  }
  lines.push(
    `| the last, by vectors of the English alone | | ${vectors.first.toFixed(3)} | ${vectors.amongFive.toFixed(3)} | | |`,
  )
  return lines.join('\n')
}
