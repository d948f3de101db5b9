import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { baseModel } from '../../src/embeddings/model.ts'
import { shareAt, yearsAsked } from '../../src/search/question/parsedQuestion.ts'
import { questionInput } from '../../src/search/question/question.ts'
import { reportDirectory, type ScopeFeatures, scopeFeatureNames } from '../../src/search/retrieval/reportDirectory.ts'
import { chineseMentions } from '../../src/search/retrieval/scope.ts'
import { type GoldQuestion, isAnswerable } from '../evaluation/gold.ts'
import { fitListwise, type List } from './listwise.ts'
import { askedOf, openLocalReports, readLocalReports } from './localReports.ts'
import { writeModel } from './model.ts'
import { stageOptions } from './stage.ts'

const penalty = 1e-3

/**
 * Learns which report a question is asked of, from the Chinese questions of train: conditional logistic regression over
 * all reports. Writes `scope` of the model.
 */
async function learnScope(): Promise<number> {
  const { sets, work } = stageOptions(readCommandLine)
  const { folds } = await readLocalReports(sets)
  const { index } = await openLocalReports(sets, work, baseModel, 'local')
  const reports = [...index.reports.values()]
  const directory = reportDirectory(reports)
  const listOf = (question: GoldQuestion): List => {
    const input = questionInput(askedOf(question))
    const features = directory.features(chineseMentions(input.text, shareAt(input.from)), yearsAsked(input))
    const right = new Set([question.file, ...question.alternates.map(({ file }) => file)])
    return {
      rows: reports.map(({ id }) => rowOf(features.get(id))),
      isRight: reports.map(({ file }) => right.has(file)),
      importance: 1,
    }
  }
  const lists = folds.map((fold) =>
    fold.filter((question) => isAnswerable(question) && question.lang !== 'en').map(listOf),
  )
  let first = 0
  let count = 0
  for (const [i, own] of lists.entries()) {
    const weights = fitListwise(
      lists.flatMap((list, k) => (k === i ? [] : list)),
      penalty,
    )
    for (const { rows, isRight } of own) {
      const scores = rows.map((row) => row.reduce((sum, value, j) => sum + value * weights[j]!, 0))
      first += Number(isRight[scores.indexOf(Math.max(...scores))])
      count++
    }
  }
  const weights = fitListwise(lists.flat(), penalty)
  const scope = Object.fromEntries(scopeFeatureNames.map((name, j) => [name, Number(weights[j]!.toFixed(3))]))
  console.log(
    `scope: the right report is likeliest for ${(first / count).toFixed(3)} of ${count} questions, four folds`,
    scope,
  )
  await writeModel({ scope: scope as ScopeFeatures })
  return 0
}

function rowOf(features: ScopeFeatures | undefined): number[] {
  return scopeFeatureNames.map((name) => features?.[name] ?? 0)
}

await runCommand(learnScope)
