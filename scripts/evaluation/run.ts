import type { Answer } from '../../src/answer/types.ts'
import type { OpenIndex } from '../../src/indexes/types.ts'
import type { IndexAnswerer } from '../../src/library/indexAnswerer.ts'
import type { Inputs } from '../../src/search/ranking/inputs.ts'
import type { Ranked } from '../../src/search/ranking/ranker.ts'
import type { Searcher } from '../../src/search/search.ts'
import { bare } from '../../src/text/normalize.ts'
import { type GoldQuestion, highlightShare, isAnswerable, isHit, tightness } from './gold.ts'

/** The rankers that the ablation compares with all, over the same candidates. */
export const methods: Readonly<Record<string, (inputs: Inputs) => number>> = {
  'vectors only': ({ cosine }) => cosine,
  'words only': ({ words }) => words,
  hybrid: ({ cosine, words }) => cosine + words,
  'late interaction': ({ late, heading }) => late - 0.2 * heading,
}

export interface Row {
  readonly question: GoldQuestion
  /** Rank of the first hit under each method, and under `all` among the answer's quotes; 0 is first, Infinity for none. */
  readonly ranks: Readonly<Record<string, number>>
  readonly confidence: number
  readonly answered: boolean
  readonly highlight: number | null
  readonly tight: number | null
  /** Quotes made and quotes that are their ranges to the letter. */
  readonly quotes: number
  readonly verbatim: number
  readonly elapsedMs: number
  readonly first: string
}

/** Answers every question once, and ranks its candidates in every way that the ablation compares. */
export async function runAll(
  questions: readonly GoldQuestion[],
  { answerer, searcher }: { answerer: IndexAnswerer; searcher: Searcher },
): Promise<Row[]> {
  const rows: Row[] = []
  for (const question of questions) {
    const asked = { text: question.question, ...(question.previous ? { previous: question.previous } : {}) }
    const answer = await answerer.answer(asked)
    const { ranked } = await searcher.rank(asked)
    const isRight = answer.quotes.map(({ source, text }) => isHit(question, source.file, text))
    rows.push({
      question,
      ranks: {
        ...Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, rankOf(question, ranked, value)])),
        all: isRight.includes(true) ? isRight.indexOf(true) : Infinity,
      },
      confidence: answer.confidence,
      answered: answer.answered,
      highlight: isAnswerable(question) ? highlightShare(question, answer) : null,
      tight: isAnswerable(question) ? tightness(answer) : null,
      quotes: answer.quotes.length,
      verbatim: await countVerbatim(answer.quotes, answerer.index),
      elapsedMs: answer.elapsedMs,
      first: answer.quotes[0]?.text ?? '',
    })
  }
  return rows
}

function rankOf(question: GoldQuestion, ranked: readonly Ranked[], value: (inputs: Inputs) => number): number {
  const order = [...ranked].sort((a, b) => value(b.inputs) - value(a.inputs) || a.position - b.position)
  const rank = order.findIndex(({ facts }) => isHit(question, facts.report.file, facts.passage.text))
  return rank < 0 ? Infinity : rank
}

/** Checked here once more, apart from the code that makes quotes. */
async function countVerbatim(quotes: Answer['quotes'], index: OpenIndex): Promise<number> {
  let count = 0
  for (const { text, ranges, source } of quotes) {
    const canonical = (await index.report(source.report)).text
    if (bare(ranges.map((range) => canonical.slice(...range)).join('')) === bare(text)) count++
  }
  return count
}
