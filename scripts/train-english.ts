import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { ConfigError } from '../src/errors.ts'
import type { FeatureName } from '../src/search/features.ts'
import { type SignalName, signalsOf } from '../src/search/ranker.ts'
import type { Ranked, Ranking } from '../src/search/search.ts'
import { heldBackHalf } from './evaluation/english.ts'
import { attributesOfNames, otherYears, withoutAnswers } from './training/english.ts'
import { fitLogistic } from './training/logistic.ts'
import { auroc, calibrationError, reliability } from './training/measures.ts'
import { type Example, evenOdds, openSet, type SetQuestion, seeded } from './training/sets.ts'

/** What confidence in answers to English questions is learned from. */
const confident: readonly (FeatureName | SignalName)[] = [
  'cosine',
  'late',
  'coveredAll',
  'coveredSentence',
  'wordsMatched',
  'standsOut',
  'asksPoint',
  'unitMissing',
]

/** Contradictions that the set's questions hold too rarely: as they are learned for Chinese, or of that order. */
const constructed: Readonly<Partial<Record<FeatureName, number>>> = {
  yearWrong: -6,
  ordinalsMissing: -2.5,
  figuresMissing: -0.8,
  placesMissing: -3.5,
}

/** An answer must be likelier right than wrong, unlike for a Chinese question: what is translated may fit by mere chance. */
const bands = { answer: 0.5, unsure: 0.25 }

const seed = 42
const folds = 5

/**
 * `npm run train:english -- --sets DIR [--work DIR]`: learns the confidence in answers to English questions from the half of
 * xquad_en_zh that is not held back, and writes it into src/search/model.json.
 */
async function train(): Promise<number> {
  const { values } = readCommandLine({ sets: { type: 'string' }, work: { type: 'string' } })
  if (values.sets === undefined) {
    throw new ConfigError({
      zh: '用法:npm run train:english -- --sets 文件夹',
      en: 'Usage: npm run train:english -- --sets DIR',
    })
  }
  const set = await openSet(values.sets, 'xquad_en_zh', values.work ?? join(tmpdir(), 'wenju-training'))
  const held = new Set(heldBackHalf(set.questions, seed))
  const questions = set.questions.filter((question) => !held.has(question))
  const topics = new Map([...set.texts].map(([id, text]) => [id, text.split('\n')[0]!]))
  const examples: Example[] = []
  for (const question of questions)
    examples.push(...ownAndRemoved(question, await set.searcher.rank({ text: question.question }), topics))
  const random = seeded(seed + 1)
  const own = { ...set, questions }
  for (const [kind, made] of [
    ['attribute', attributesOfNames(own, random)],
    ['year', otherYears(own, random)],
  ] as const) {
    for (const { question } of made) {
      const { ranked } = await set.searcher.rank({ text: question })
      add(examples, ranked, 0, kind)
    }
  }
  const fit = learn(examples)
  report(examples)
  const path = new URL('../src/search/model.json', import.meta.url)
  const model = JSON.parse(await readFile(path, 'utf8'))
  const weights = Object.fromEntries([
    ...confident.map((name, i) => [name, rounded(fit.weights[i]!)]),
    ...Object.entries(constructed),
  ])
  const english = { confidence: { bias: rounded(fit.bias), weights }, bands }
  await writeFile(path, `${JSON.stringify({ ...model, english }, null, 2)}\n`)
  return 0
}

function add(examples: Example[], ranked: readonly Ranked[], label: number, kind: string): void {
  const signals = ranked[0] && signalsOf(ranked[0].question, ranked)
  if (signals) examples.push({ signals, label, kind })
}

/** The question as it is, and as it would be were its answering passages, or all of its topic, not there. */
function ownAndRemoved(question: SetQuestion, ranking: Ranking, topics: ReadonlyMap<string, string>): Example[] {
  const examples: Example[] = []
  const first = ranking.ranked[0]
  add(examples, ranking.ranked, Number(first !== undefined && question.passages.includes(first.facts.report.id)), 'own')
  add(examples, withoutAnswers(question, ranking, null), 0, 'removed')
  add(examples, withoutAnswers(question, ranking, topics), 0, 'topic')
  return examples
}

function learn(examples: readonly Example[]) {
  const constant = ({ signals }: Example) =>
    (Object.keys(constructed) as FeatureName[]).reduce((sum, name) => sum + constructed[name]! * signals[name], 0)
  // Examples with a contradiction would have the other weights make up for what is set by construction.
  const plain = examples.filter((example) => constant(example) === 0)
  return fitLogistic(
    plain.map(({ signals }) => confident.map((name) => signals[name])),
    plain.map(({ label }) => label),
    evenOdds(plain),
    1e-3,
  )
}

/** Prints how well confidence tells right answers from wrong ones, each fifth predicted by the others. */
function report(examples: readonly Example[]): void {
  const predictions = new Array<number>(examples.length).fill(0)
  for (let fold = 0; fold < folds; fold++) {
    const { weights, bias } = learn(examples.filter((_, i) => i % folds !== fold))
    for (const [i, { signals }] of examples.entries()) {
      if (i % folds !== fold) continue
      let sum = bias
      for (const [j, name] of confident.entries()) sum += weights[j]! * signals[name]
      for (const name of Object.keys(constructed) as FeatureName[]) sum += constructed[name]! * signals[name]
      predictions[i] = 1 / (1 + Math.exp(-sum))
    }
  }
  const of = (test: (example: Example) => boolean) => predictions.filter((_, i) => test(examples[i]!))
  const right = of(({ label }) => label === 1)
  const share = (values: readonly number[]) =>
    (values.filter((value) => value >= bands.answer).length / values.length).toFixed(3)
  const labels = examples.map(({ label }) => label)
  console.log(
    `right first passages ${right.length}, answered ${share(right)}; ECE ${calibrationError(reliability(predictions, labels)).toFixed(3)}`,
  )
  for (const kind of new Set(examples.map(({ kind }) => kind))) {
    const wrong = of((example) => example.kind === kind && example.label === 0)
    console.log(`  ${kind} ${wrong.length}: AUROC ${auroc(right, wrong).toFixed(3)}, answered ${share(wrong)}`)
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}

await runCommand(train)
