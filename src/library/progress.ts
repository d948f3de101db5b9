import type { BuildProgress } from '../indexes/progress.ts'
import type { UpdateProgress } from './types.ts'

/** The share of a stage after which its rate tells the time left. */
const enough = 0.02

/**
 * Adds the time left to the progress of one build, from the rate of the stage at hand.
 * @param now milliseconds of a steady clock
 */
export function progressOf(
  tell: (progress: UpdateProgress) => void,
  now: () => number = () => performance.now(),
): (progress: BuildProgress) => void {
  const begins = new Map<BuildProgress['stage'], { at: number; done: number }>()
  return ({ stage, done, total }) => {
    const begin = begins.get(stage) ?? { at: now(), done }
    begins.set(stage, begin)
    const share = (done - begin.done) / Math.max(1, total - begin.done)
    const secondsLeft = share < enough ? null : ((now() - begin.at) / 1000) * (1 / share - 1)
    tell({ stage, done, total, secondsLeft })
  }
}
