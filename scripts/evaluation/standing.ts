import type { IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import { askedOf } from '../training/localReports.ts'
import { type GoldQuestion, isAnswerable, isHit } from './gold.ts'

/** Below this confidence nothing is recorded. */
const minRecorded = 0.3
/** A question is asked anew, without the reports that it told of, this often at most. */
const maxTold = 12

/** What a standing question would have told, had its report come last. */
export interface StandingRow {
  readonly question: GoldQuestion
  /** The confidence in the first quote over all reports, where that quote is right; null where it is not. */
  readonly right: number | null
  /** The confidences with which reports that do not answer would be told of, while the one that does is not there. */
  readonly wrong: readonly number[]
}

/** Asks each question of all reports, and of those but its own, as a standing question is asked. */
export async function runStanding(
  questions: readonly GoldQuestion[],
  { searcher }: Pick<IndexAnswerer, 'searcher'>,
): Promise<StandingRow[]> {
  const rows: StandingRow[] = []
  for (const question of questions) {
    const search = (among: ReadonlySet<string>) => searcher.search(askedOf(question), 1, among)
    const left = new Set(searcher.reports.keys())
    let right: number | null = null
    if (isAnswerable(question)) {
      const { hits, confidence } = await search(left)
      const [first] = hits
      if (first && isHit(question, searcher.reports.get(first.passage.report)!.file, first.passage.text))
        right = confidence
      const own = new Set([question.file, ...question.alternates.map(({ file }) => file)])
      for (const { id, file } of searcher.reports.values()) if (own.has(file)) left.delete(id)
    }
    const wrong: number[] = []
    while (wrong.length < maxTold && left.size > 0) {
      const { hits, confidence } = await search(left)
      if (!hits[0] || confidence < minRecorded) break
      wrong.push(confidence)
      left.delete(hits[0].passage.report)
    }
    rows.push({ question, right, wrong })
  }
  return rows
}

/** The shares at a bound: told of the right ones, told wrongly of pairs of question and report, and near misses that told anything. */
export function standingShares(rows: readonly StandingRow[], reports: number, bound: number) {
  const found = rows.flatMap(({ right }) => right ?? [])
  const answerable = rows.filter(({ question }) => isAnswerable(question))
  const misses = rows.filter(({ question }) => !isAnswerable(question))
  const told = (row: StandingRow) => row.wrong.filter((confidence) => confidence >= bound).length
  return {
    speaks: found.filter((confidence) => confidence >= bound).length / found.length,
    wrongPairs: answerable.reduce((sum, row) => sum + told(row), 0) / (answerable.length * (reports - 1)),
    nearMisses: misses.length === 0 ? null : misses.filter((row) => told(row) > 0).length / misses.length,
  }
}

/** A table of these shares at several bounds. */
export function standingTable(rows: readonly StandingRow[], reports: number, bounds: readonly number[]): string {
  const lines = bounds.map((bound) => {
    const { speaks, wrongPairs, nearMisses } = standingShares(rows, reports, bound)
    return `| ${bound} | ${speaks.toFixed(3)} | ${wrongPairs.toFixed(5)} | ${nearMisses === null ? '—' : nearMisses.toFixed(3)} |`
  })
  return [
    '| bound | tells, of right first quotes | tells wrongly, of pairs | near misses that tell |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n')
}
