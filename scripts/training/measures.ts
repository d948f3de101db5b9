/** Area under the receiver operating characteristic: the chance that a positive scores above a negative. */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0
  for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0
  return wins / (positives.length * negatives.length)
}

/** One bin of a reliability diagram. */
export interface Bin {
  readonly count: number
  readonly confidence: number
  readonly accuracy: number
}

/** Predictions gathered into ten bins of equal width (Guo et al., 2017, arXiv:1706.04599). */
export function reliability(predictions: readonly number[], labels: readonly number[]): Bin[] {
  return Array.from({ length: 10 }, (_, bin) => {
    const inside = [...predictions.keys()].filter((i) => Math.min(9, Math.floor(predictions[i]! * 10)) === bin)
    const mean = (values: readonly number[]) =>
      inside.reduce((sum, i) => sum + values[i]!, 0) / Math.max(1, inside.length)
    return { count: inside.length, confidence: mean(predictions), accuracy: mean(labels) }
  })
}

/** Expected calibration error: the mean distance of confidence and accuracy over the bins, by their size. */
export function calibrationError(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0)
  return bins.reduce((sum, bin) => sum + (bin.count / total) * Math.abs(bin.confidence - bin.accuracy), 0)
}
