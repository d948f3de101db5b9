import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { defaultModel, findModel } from '../../src/embeddings/model.ts'
import { restorerVersion } from '../../src/reports/types.ts'
import { outputOf } from '../../src/search/ranking/network.ts'
import { normalizerVersion } from '../../src/text/normalize.ts'
import {
  bandsOf,
  calibrated,
  calibrationOf,
  type Judged,
  judged,
  learnConfidence,
  learnProbability,
  logistic,
  reportConfidence,
  reportFar,
} from './confidence.ts'
import { gatherRankings, type Learned } from './gathered.ts'
import { writeModel } from './model.ts'
import { rounded } from './network.ts'
import { learnOrder, reportOrder } from './order.ts'
import { stageOptions } from './stage.ts'

/**
 * Learns the order of a question's candidates, then the confidence in the first of them, then the bands. Each question of
 * train is ranked with an encoder that has not seen it, and confidence is learned from rankers that have not seen it.
 * Prints what four folds give; writes `ranker`, `confidence`, `probability` and `bands` of the model,
 * and for which encoder and reading they were learned.
 */
async function learnRanker(): Promise<number> {
  const { sets, work } = stageOptions(readCommandLine)
  const all = await gatherRankings(sets, work)
  const folds = [...new Set(all.flatMap(({ fold }) => fold ?? []))]

  const order = rounded(learnOrder(all))
  const scorers = new Map(folds.map((fold) => [fold, learnOrder(all.filter((one) => one.fold !== fold))]))
  const scoresOf = (one: Learned) => {
    const network = one.fold === null ? order : scorers.get(one.fold)!
    return one.candidates.map(({ row, amongSisters }) => outputOf(network, row) + amongSisters)
  }
  const local = all.filter(({ source }) => source === 'local')
  const scores = new Map(all.map((one) => [one, scoresOf(one)]))
  reportOrder('local reports', local, scores)
  reportOrder(
    'the same with a year, among sisters',
    all.filter(({ source }) => source === 'sisters'),
    scores,
  )

  const examples = all.flatMap((one) => judged(one, scores.get(one)!, scoresOf))
  const outputs = new Map<Judged, number>()
  for (const fold of folds) {
    const network = learnConfidence(examples.filter(({ of }) => of.fold !== fold))
    for (const one of examples) if (one.of.fold === fold) outputs.set(one, outputOf(network, one.row))
  }
  const own = examples.filter(({ of, isRemoved }) => of.source === 'local' && !isRemoved)
  const calibration = calibrationOf(own, outputs, scores)
  const confidences = new Map(
    [...outputs].map(([one, output]) => [one, logistic(calibration.bias + calibration.weights[0]! * output)]),
  )
  reportConfidence(own, confidences)
  reportFar(examples, confidences)
  const bands = { zh: bandsOf(own, confidences, 'zh'), en: bandsOf(own, confidences, 'en') }
  console.log('bands', bands)
  const { id, sha256 } = await findModel(defaultModel)
  await writeModel({
    trainedFor: { model: { id, sha256: sha256! }, normalizer: normalizerVersion, restorer: restorerVersion },
    ranker: order,
    confidence: rounded(calibrated(learnConfidence(examples), calibration)),
    probability: learnProbability(own, confidences, scores),
    bands,
  })
  return 0
}

await runCommand(learnRanker)
