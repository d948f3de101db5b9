import { seeded } from '../training/sets.ts'

export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}

const resamples = 2000

/** The mean of some values with its 95 % interval by bootstrap (Efron, 1979): the values are drawn again with replacement. */
export function interval(values: readonly number[]): { mean: number; low: number; high: number } {
  return pairedInterval(
    values,
    values.map(() => 0),
  )
}

/**
 * The 95 % interval of the mean difference of two systems on the same questions, by paired bootstrap (Koehn, 2004): the
 * questions are drawn again with replacement, both systems together.
 */
export function pairedInterval(
  system: readonly number[],
  baseline: readonly number[],
): { mean: number; low: number; high: number } {
  const random = seeded(7)
  const differences = system.map((value, i) => value - baseline[i]!)
  const means = Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < differences.length; i++) sum += differences[Math.floor(random() * differences.length)]!
    return sum / differences.length
  }).sort((a, b) => a - b)
  return {
    mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    low: means[Math.floor(0.025 * resamples)]!,
    high: means[Math.floor(0.975 * resamples)]!,
  }
}
