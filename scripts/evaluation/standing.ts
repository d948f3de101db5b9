import type { IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import { askedOf } from '../training/localReports.ts'
import { type GoldQuestion, isAnswerable, isHit } from './gold.ts'

/** Below this confidence nothing is recorded. */
const minRecorded = 0.3
/** A question is asked anew, without the reports that came first, this often at most. */
const maxRounds = 12

/** The outcome for one question, had its report come last. */
export interface StandingRow {
  readonly question: GoldQuestion
  /** The confidence with which the right first quote over all reports is told; 0 where a place is missing, null where it is not right. */
  readonly right: number | null
  /** The confidences with which reports that do not answer would be told of, while the one that does is not there. */
  readonly wrong: readonly number[]
  /** The number of reports that do not answer. */
  readonly others: number
}

/** Asks each question of all reports, and of those but its own, as a standing question is asked. */
export async function runStanding(
  questions: readonly GoldQuestion[],
  { searcher }: Pick<IndexAnswerer, 'searcher'>,
): Promise<StandingRow[]> {
  const rows: StandingRow[] = []
  for (const question of questions) {
    const first = async (among: ReadonlySet<string>) => {
      const { hits, confidence } = await searcher.find(askedOf(question), 1, among)
      return hits[0] && { hit: hits[0], confidence: hits[0].lacksPlace ? 0 : confidence, all: confidence }
    }
    const left = new Set(searcher.reports.keys())
    let right: number | null = null
    if (isAnswerable(question)) {
      const found = await first(left)
      const file = found && searcher.reports.get(found.hit.passage.report)!.file
      if (found && isHit(question, file!, found.hit.passage.text)) right = found.confidence
      const own = new Set([question.file, ...question.alternates.map(({ file }) => file)])
      for (const { id, file } of searcher.reports.values()) if (own.has(file)) left.delete(id)
    }
    const others = left.size
    const wrong: number[] = []
    for (let round = 0; round < maxRounds && left.size > 0; round++) {
      const found = await first(left)
      if (!found || found.all < minRecorded) break
      if (found.confidence > 0) wrong.push(found.confidence)
      left.delete(found.hit.passage.report)
    }
    rows.push({ question, right, wrong, others })
  }
  return rows
}

/** The shares at a bound: told of the right ones, told wrongly of pairs of question and report, and near misses that told anything. */
export function standingShares(rows: readonly StandingRow[], bound: number) {
  const found = rows.flatMap(({ right }) => right ?? [])
  const answerable = rows.filter(({ question }) => isAnswerable(question))
  const misses = rows.filter(({ question }) => !isAnswerable(question))
  const told = (row: StandingRow) => row.wrong.filter((confidence) => confidence >= bound).length
  return {
    speaks: found.filter((confidence) => confidence >= bound).length / found.length,
    wrongPairs:
      answerable.reduce((sum, row) => sum + told(row), 0) / answerable.reduce((sum, { others }) => sum + others, 0),
    nearMisses: misses.length === 0 ? null : misses.filter((row) => told(row) > 0).length / misses.length,
  }
}

/** A table of these shares at several bounds. */
export function standingTable(rows: readonly StandingRow[], bounds: readonly number[]): string {
  const lines = bounds.map((bound) => {
    const { speaks, wrongPairs, nearMisses } = standingShares(rows, bound)
    return `| ${bound} | ${speaks.toFixed(3)} | ${wrongPairs.toFixed(5)} | ${nearMisses === null ? '—' : nearMisses.toFixed(3)} |`
  })
  return [
    '| bound | tells, of right first quotes | tells wrongly, of pairs | near misses that tell |',
    '|---|---|---|---|',
    ...lines,
  ].join('\n')
}
