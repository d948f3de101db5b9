import { join } from 'node:path'
import { maxQuotes } from '../../src/answer/types.ts'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { confidenceNames, probabilityInputs, type Signals, signalsOf } from '../../src/search/confidence.ts'
import { type Network, outputOf } from '../../src/search/network.ts'
import { questionInput, yearsAsked } from '../../src/search/question.ts'
import { sharesOf } from '../../src/search/ranker.ts'
import { type GoldQuestion, isAnswerable } from '../evaluation/gold.ts'
import { halves, publicQuestions, whole } from './encoder.ts'
import { askedOf, localFolder, openLocalReports, readLocalReports } from './localReports.ts'
import { type Fit, fitLogistic } from './logistic.ts'
import { auroc, calibrationError, reliability } from './measures.ts'
import { writeModel } from './model.ts'
import { otherAttribute, otherOrdinal, otherPlace, otherYear } from './negatives.ts'
import { binaryExample, type Example, listExample, rounded, type Training, trainNetwork } from './network.ts'
import { goldOf, type Ranked, rankAll, withoutRight } from './rankings.ts'
import { learningQuestions, openSet, publicSets, readSet, seeded, shuffled } from './sets.ts'
import { writeSisters } from './sisters.ts'
import { stageOptions } from './stage.ts'

/** Chosen on four folds of train. */
const ranker: Training = { units: 48, rounds: 6, rate: 1e-3, decay: 0.05, dropout: 0.1, seed: 42 }
const confidence: Training = { units: 16, rounds: 20, rate: 3e-4, decay: 0.2, dropout: 0.3, seed: 42 }
/** A question counts so much, by what it comes from. */
const shares = { local: 1, sisters: 0.5, public: 0.25, made: 0.25, far: 0.25 } as const
/** Questions of each public set that are asked of the local reports, which do not speak of their subjects. */
const farQuestions = 80
/** Near misses are an eighth of the questions, and count as much as if they were a quarter. */
const nearMissShare = 3
/**
 * A question whose answer is taken away counts so much of that. About the local reports there are near misses that people wrote, which are
 * harder to tell, and such questions count little.
 */
const removedShares = { local: 0.15, sisters: 0.15, public: 1, made: 1, far: 1 } as const
/** Questions of each kind that are made of a public set's, which it does not answer. */
const madeQuestions = 60
/** The bounds of the bands refuse such shares of the answerable questions. */
const refused = { answer: 0.09, unsure: 0.04 }

/** The ways to make questions that a set does not answer. */
const made = [otherAttribute, otherYear, otherOrdinal, otherPlace]

/** A question that is learned from, with what it comes from and how much it counts. */
type Learned = Ranked & { readonly fold: number | null; readonly from: keyof typeof shares }

/**
 * Learns the order of a question's candidates, then the confidence in the first of them, then the bands. Each question of
 * train is ranked with an encoder that has not seen it, and confidence is learned from rankers that have not seen it.
 * Questions that name a year are ranked a second time among sisters of their reports (`sisters.ts`).
 * Prints what four folds give; writes `ranker`, `confidence`, `probability` and `bands` of the model.
 */
async function learnRanker(): Promise<number> {
  const { sets, work } = stageOptions(readCommandLine)
  const { folds } = await readLocalReports(sets)
  const files = new Set(folds.flat().flatMap(({ file }) => file ?? []))
  const sistersFolder = await writeSisters(localFolder(sets), work, files)
  const all: Learned[] = []
  const far: GoldQuestion[] = []
  for (const { name, lang } of publicSets) {
    const questions = learningQuestions(await readSet(sets, name)).slice(0, halves.length * farQuestions)
    far.push(...questions.map((question) => ({ ...goldOf(question, lang), passage_ids: [] })))
  }
  for (const [half, { name, learnedFrom }] of halves.entries()) {
    const model = join(work, 'encoder', name)
    const alone = await openLocalReports(sets, work, model, `local-${name}`)
    const among = await openLocalReports(sets, work, model, `sisters-${name}`, sistersFolder)
    const apart = await rankAll(
      alone.searcher,
      far.filter((_, i) => i % halves.length === half),
    )
    const unseen = [...folds.keys()].filter((fold) => !learnedFrom.includes(fold))
    for (const [i, ranked] of apart.entries()) all.push({ ...ranked, fold: unseen[i % unseen.length]!, from: 'far' })
    for (const [fold, questions] of folds.entries()) {
      if (learnedFrom.includes(fold)) continue
      const dated = questions.filter((question) => yearsAsked(questionInput(askedOf(question))).size > 0)
      for (const ranked of await rankAll(alone.searcher, questions)) all.push({ ...ranked, fold, from: 'local' })
      for (const ranked of await rankAll(among.searcher, dated)) all.push({ ...ranked, fold, from: 'sisters' })
    }
  }
  for (const { name, lang } of publicSets) {
    const set = await openSet(sets, name, work, join(work, 'encoder', whole.name), `index-${whole.name}`)
    const questions = learningQuestions(set.questions).slice(publicQuestions, 2 * publicQuestions)
    const asked = questions.map((question) => goldOf(question, lang))
    for (const ranked of await rankAll(set.searcher, asked)) all.push({ ...ranked, fold: null, from: 'public' })
    if (lang !== 'zh') continue
    const random = seeded(made.length)
    const others = made.flatMap((make) => shuffled(make({ ...set, questions }, random), random).slice(0, madeQuestions))
    for (const ranked of await rankAll(
      set.searcher,
      others.map((one) => goldOf(one)),
    ))
      all.push({ ...ranked, fold: null, from: 'made' })
  }

  const order = rounded(learnOrder(all))
  const scorers = folds.map((_, fold) => learnOrder(all.filter((one) => one.fold !== fold)))
  const scoresOf = (one: Learned) => {
    const network = one.fold === null ? order : scorers[one.fold]!
    return one.candidates.map(({ row }) => outputOf(network, row))
  }
  const local = all.filter(({ from }) => from === 'local')
  const scores = new Map(all.map((one) => [one, scoresOf(one)]))
  reportOrder('local reports', local, scores)
  reportOrder(
    'the same with a year, among sisters',
    all.filter(({ from }) => from === 'sisters'),
    scores,
  )

  const examples = all.flatMap((one) => judged(one, scores.get(one)!, scoresOf))
  const outputs = new Map<Judged, number>()
  for (const fold of folds.keys()) {
    const network = learnConfidence(examples.filter(({ of }) => of.fold !== fold))
    for (const one of examples) if (one.of.fold === fold) outputs.set(one, outputOf(network, one.row))
  }
  const own = examples.filter(({ of, isRemoved }) => of.from === 'local' && !isRemoved)
  const calibration = calibrationOf(own, outputs, scores)
  const confidences = new Map(
    [...outputs].map(([one, output]) => [one, logistic(calibration.bias + calibration.weights[0]! * output)]),
  )
  reportConfidence(own, confidences)
  reportFar(examples, confidences)
  const bands = { zh: bandsOf(own, confidences, 'zh'), en: bandsOf(own, confidences, 'en') }
  console.log('bands', bands)
  await writeModel({
    ranker: order,
    confidence: rounded(calibrated(learnConfidence(examples), calibration)),
    probability: learnProbability(own, confidences, scores),
    bands,
  })
  return 0
}

/** A ranking as confidence sees it. */
interface Judged {
  readonly of: Learned
  readonly row: Float64Array
  /** 1 where the question can be answered, else 0. */
  readonly label: number
  /** Whether what answers it was taken away. */
  readonly isRemoved: boolean
}

/** A ranking as it is, and as it would be without what answers. */
function judged(of: Learned, scores: readonly number[], scoresOf: (one: Learned) => number[]): Judged[] {
  const found = ({ read, candidates }: Ranked, own: readonly number[], label: number, isRemoved: boolean): Judged[] => {
    const ranked = candidates.map((one, i) => ({ ...one, score: own[i]! })).sort((a, b) => b.score - a.score)
    const signals = signalsOf({ ...read, ranked })
    return signals ? [{ of, row: vectorOf(signals), label, isRemoved }] : []
  }
  const isFound = of.candidates.some(({ isRight }) => isRight)
  const rest = { ...of, ...withoutRight(of) }
  return [
    ...found(of, scores, Number(isAnswerable(of.question)), false),
    ...(isFound ? found(rest, scoresOf(rest), 0, true) : []),
  ]
}

function learnOrder(questions: readonly Learned[]): Network {
  const examples = questions.flatMap(({ candidates, from }): Example[] => {
    const isRight = candidates.map((one) => one.isRight)
    if (!isRight.includes(true) || !isRight.includes(false)) return []
    return [
      listExample(
        candidates.map(({ row }) => row),
        isRight,
        shares[from],
      ),
    ]
  })
  return trainNetwork(examples, ranker)
}

function learnConfidence(examples: readonly Judged[]): Network {
  const importance = ({ of, label, isRemoved }: Judged) =>
    shares[of.from] * (isRemoved ? removedShares[of.from] : label === 1 ? 1 : nearMissShare)
  return trainNetwork(
    examples.map((one) => binaryExample(one.row, one.label, importance(one))),
    confidence,
  )
}

/** Learns from the best candidates of every question which of them answer. */
function learnProbability(
  examples: readonly Judged[],
  found: ReadonlyMap<Judged, number>,
  scores: ReadonlyMap<Learned, readonly number[]>,
) {
  const rows: number[][] = []
  const labels: number[] = []
  for (const one of examples) {
    const own = scores.get(one.of)!
    const shares = sharesOf(own)
    const best = [...own.keys()].sort((a, b) => own[b]! - own[a]!).slice(0, maxQuotes)
    for (const i of best) {
      rows.push(probabilityInputs(found.get(one)!, shares[i]!))
      labels.push(Number(one.of.candidates[i]!.isRight))
    }
  }
  const { bias, weights } = fitLogistic(
    rows,
    labels,
    labels.map(() => 1),
    1e-4,
  )
  const predictions = rows.map((row) => logistic(row.reduce((sum, value, i) => sum + weights[i]! * value, bias)))
  console.log(
    `probability of each quote: calibration error ${calibrationError(reliability(predictions, labels)).toFixed(3)}`,
  )
  return { bias: Number(bias.toFixed(4)), weights: weights.map((weight) => Number(weight.toFixed(4))) }
}

function vectorOf(signals: Signals): Float64Array {
  return Float64Array.from(confidenceNames, (name) => signals[name])
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/**
 * Confidence is learned from whether a question can be answered, which tells more than whether the first passage does; so
 * its outputs are stretched until they are probabilities that the first passage does (Platt, 1999).
 */
function calibrationOf(
  examples: readonly Judged[],
  outputs: ReadonlyMap<Judged, number>,
  scores: ReadonlyMap<Learned, readonly number[]>,
): Fit {
  const labels = examples.map(({ of }) => {
    const own = scores.get(of)!
    return Number(of.candidates[own.indexOf(Math.max(...own))]!.isRight)
  })
  return fitLogistic(
    examples.map((one) => [outputs.get(one)!]),
    labels,
    labels.map(() => 1),
    1e-4,
  )
}

function calibrated({ output, shift, ...network }: Network, { bias, weights: [weight] }: Fit): Network {
  return { ...network, output: output.map((value) => value * weight!), shift: shift * weight! + bias }
}

function languageOf({ question: { lang } }: Ranked): 'zh' | 'en' {
  return lang === 'en' ? 'en' : 'zh'
}

function reportOrder(
  title: string,
  questions: readonly Learned[],
  scores: ReadonlyMap<Learned, readonly number[]>,
): void {
  const groups = new Map<string, { count: number; first: number; amongFive: number; found: number }>()
  for (const one of questions) {
    if (!isAnswerable(one.question)) continue
    const order = one.candidates
      .map(({ isRight }, i) => ({ isRight, score: scores.get(one)![i]! }))
      .sort((a, b) => b.score - a.score)
      .map(({ isRight }) => isRight)
    const language = languageOf(one)
    const names = [
      language,
      ...(language === 'zh' ? [`zh ${one.question.type}`] : []),
      ...(one.question.lang === 'zh-Hant' ? ['zh-Hant'] : []),
    ]
    for (const name of names) {
      const group = groups.get(name) ?? { count: 0, first: 0, amongFive: 0, found: 0 }
      group.count++
      group.first += Number(order[0] ?? false)
      group.amongFive += Number(order.slice(0, 5).includes(true))
      group.found += Number(order.includes(true))
      groups.set(name, group)
    }
  }
  console.log(`order, ${title}, four folds: n, hit@1, hit@5, right passage among the candidates`)
  for (const [name, { count, first, amongFive, found }] of groups)
    console.log(
      `  ${name.padEnd(16)} ${count}  ${[first, amongFive, found].map((sum) => (sum / count).toFixed(3)).join('  ')}`,
    )
}

function reportConfidence(examples: readonly Judged[], found: ReadonlyMap<Judged, number>): void {
  for (const language of ['zh', 'en'] as const) {
    const own = examples.filter(({ of }) => languageOf(of) === language)
    const values = (label: number) => own.filter((one) => one.label === label).map((one) => found.get(one)!)
    const near = values(0)
    const answerable = values(1)
    const answered = [0.05, 0.1, 0.15].map((share) => {
      const bound = quantile(answerable, share)
      return `${share}: ${(near.filter((value) => value >= bound).length / near.length).toFixed(3)}`
    })
    console.log(
      `confidence, ${language}: ${answerable.length} answerable, ${near.length} near misses, AUROC ${auroc(answerable, near).toFixed(3)}, near misses answered at share refused ${answered.join('  ')}`,
    )
  }
}

function reportFar(examples: readonly Judged[], found: ReadonlyMap<Judged, number>): void {
  const of = (test: (one: Judged) => boolean) => examples.filter(test).map((one) => found.get(one) ?? 0)
  const answerable = of((one) => one.of.from === 'local' && one.label === 1)
  const far = of((one) => one.of.from === 'far')
  const removed = of((one) => one.of.from === 'local' && one.isRemoved)
  console.log(
    `AUROC of far questions ${auroc(answerable, far).toFixed(3)}, without what answers ${auroc(answerable, removed).toFixed(3)}`,
  )
}

function bandsOf(examples: readonly Judged[], found: ReadonlyMap<Judged, number>, language: 'zh' | 'en') {
  const answerable = examples
    .filter(({ of, label }) => languageOf(of) === language && label === 1)
    .map((one) => found.get(one)!)
  const bound = (share: number) => Number(quantile(answerable, share).toFixed(3))
  return { answer: bound(refused.answer), unsure: bound(refused.unsure) }
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)]!
}

await runCommand(learnRanker)
