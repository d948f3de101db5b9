import type { Embedder } from '../../src/embeddings/types.ts'
import { bands, confidenceOf, signalsOf } from '../../src/search/ranking/confidence.ts'
import type { Ranking } from '../../src/search/ranking/ranking.ts'
import { normalize } from '../../src/text/normalize.ts'
import type { PublicSet, SetQuestion } from '../training/sets.ts'
import type { GoldQuestion } from './gold.ts'
import { without } from './removed.ts'
import type { Row } from './run.ts'

/** The shares of questions whose nearest passage, or one of five, is right when the model reads the English itself. */
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

/** Shares of questions that would be answered, though nothing that answers them is there. */
export interface FalseAnswers {
  readonly asked: number
  /** The share with the passages taken away that answer. */
  readonly passagesRemoved: number
  /** The share with all passages of their topics taken away. */
  readonly topicsRemoved: number
}

/** The shares of questions that are answered although the passages that answer them are taken out of those found. */
export async function falseAnswers(questions: readonly SetQuestion[], set: PublicSet): Promise<FalseAnswers> {
  const topics = new Map([...set.texts].map(([id, text]) => [id, text.split('\n')[0]!]))
  const isAnswered = (ranking: Ranking) => {
    const signals = signalsOf(ranking)
    return signals !== null && confidenceOf(signals) >= bands[ranking.question.language].answer
  }
  let passagesRemoved = 0
  let topicsRemoved = 0
  for (const question of questions) {
    const ranking = await set.searcher.rank({ text: question.question })
    const { passages, answers } = question
    const gone = new Set(passages.map((id) => topics.get(id)))
    const answered = ({ report, passage }: Ranking['ranked'][number]['facts']) =>
      passages.includes(report.id) || answers.some((answer) => answer.length > 2 && passage.text.includes(answer))
    passagesRemoved += Number(isAnswered(without(ranking, answered)))
    topicsRemoved += Number(
      isAnswered(without(ranking, (facts) => answered(facts) || gone.has(topics.get(facts.report.id)))),
    )
  }
  const asked = questions.length
  return { asked, passagesRemoved: passagesRemoved / asked, topicsRemoved: topicsRemoved / asked }
}

/** A table of English questions by data set: hits, refusals, false answers, time. */
export function englishTable(
  groups: readonly { name: string; rows: readonly Row[]; removed?: FalseAnswers }[],
  vectors: { first: number; amongFive: number },
): string {
  const share = (rows: readonly Row[], test: (row: Row) => boolean) =>
    rows.length === 0 ? '–' : (rows.filter(test).length / rows.length).toFixed(3)
  const isOpen = ({ question }: Row) => question.passage_ids === undefined && question.file == null
  const lines = [
    '| English questions | n | hit@1 | hit@5 | refused | false answers | median ms |',
    '|---|---|---|---|---|---|---|',
  ]
  for (const { name, rows, removed } of groups) {
    const open = rows.filter(isOpen)
    const own = rows.filter((row) => !isOpen(row))
    const hit = (most: number) => share(own, ({ ranks }) => ranks.all! < most)
    const refused = share(own, ({ answered }) => !answered)
    const falsely = open.length === 0 ? '–' : `${share(open, ({ answered }) => answered)} of ${open.length}`
    lines.push(
      `| ${name} | ${own.length} | ${hit(1)} | ${hit(5)} | ${refused} | ${falsely} | ${medianMs(rows).toFixed(0)} |`,
    )
    if (removed) {
      const { asked, passagesRemoved, topicsRemoved } = removed
      lines.push(
        `| the same, answering passages removed | ${asked} | | | | ${passagesRemoved.toFixed(3)} of ${asked} | |`,
        `| the same, their topics removed | ${asked} | | | | ${topicsRemoved.toFixed(3)} of ${asked} | |`,
      )
    }
  }
  lines.push(
    `| the last, by vectors of the English alone | | ${vectors.first.toFixed(3)} | ${vectors.amongFive.toFixed(3)} | | | |`,
  )
  return lines.join('\n')
}

function medianMs(rows: readonly Row[]): number {
  const sorted = rows.map(({ elapsedMs }) => elapsedMs).sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
