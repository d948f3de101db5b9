import type { Network } from '../../src/search/ranking/network.ts'
import { isAnswerable } from '../evaluation/gold.ts'
import type { Learned, Source } from './gathered.ts'
import { type Example, listExample, type Training, trainNetwork } from './network.ts'
import type { Ranked } from './rankings.ts'

/** Chosen on four folds of train. */
const training: Training = { units: 48, rounds: 6, rate: 1e-3, decay: 0.05, dropout: 0.1, batch: 1, seed: 42 }
/** A question counts so much. */
const shares: Readonly<Record<Source, number>> = { local: 1, sisters: 0.5, public: 0.25, made: 0, far: 0 }

/** Learns the order of a question's candidates. */
export function learnOrder(questions: readonly Learned[]): Network {
  const examples = questions.flatMap(({ candidates, source }): Example[] => {
    const isRight = candidates.map((one) => one.isRight)
    if (!isRight.includes(true) || !isRight.includes(false)) return []
    return [
      listExample(
        candidates.map(({ row }) => row),
        isRight,
        candidates.map(({ amongSisters }) => amongSisters),
        shares[source],
      ),
    ]
  })
  return trainNetwork(examples, training)
}

/** The language that a question belongs to in reports. */
export function languageOf({ question: { lang } }: Ranked): 'zh' | 'en' {
  return lang === 'en' ? 'en' : 'zh'
}

/** Prints how often the first candidate, and one of the first five, is right. */
export function reportOrder(
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
