import type { FeatureName, Features } from './features.ts'
import model from './model.json' with { type: 'json' }

type Weights = Readonly<Partial<Record<FeatureName, number>>>

/** How well a passage fits a question: the weighted sum of its features, comparable within one question. */
export function scoreOf(features: Features): number {
  return weightedSum(model.ranker, features)
}

function weightedSum(weights: Weights, features: Features): number {
  let sum = 0
  for (const [name, weight] of Object.entries(weights)) sum += weight * features[name as FeatureName]
  return sum
}
