import type { BuildProgress } from '../indexes/progress.ts'
import type { UpdateProgress } from './types.ts'

/** Once this share of a stage is done, its rate allows an estimate of the time left. */
const minShare = 0.02

/**
 * Adds an estimate of the time left to the progress of one build, from the rate of the current stage.
 * @param now milliseconds of a steady clock
 */
export function progressOf(
  onProgress: (progress: UpdateProgress) => void,
  now: () => number = () => performance.now(),
): (progress: BuildProgress) => void {
  const begins = new Map<BuildProgress['stage'], { at: number; done: number }>()
  return ({ stage, done, total }) => {
    const begin = begins.get(stage) ?? { at: now(), done }
    begins.set(stage, begin)
    const share = (done - begin.done) / Math.max(1, total - begin.done)
    const secondsLeft = share < minShare ? null : ((now() - begin.at) / 1000) * (1 / share - 1)
    onProgress({ stage, done, total, secondsLeft })
  }
}
