import type { Characters } from './characters.ts'
import { isSyllable, maxLetters } from './syllables.ts'

/** How pairs of characters are weighed while letters are read as characters. Costs are like inverse document frequencies. */
export interface Costs {
  /** What it costs that one character follows another, above 0; 0 where no report holds the pair. */
  pair(pair: string): number
  /** What it costs to go on where no report holds the pair: at a space that was typed, and elsewhere. Infinity forbids it. */
  readonly atSpace: number
  readonly inWord: number
}

/** One character of a path through the letters. */
export interface Step {
  readonly character: string
  /** Of the whole path up to here. */
  readonly cost: number
  /** Where its syllable stands among the letters. */
  readonly start: number
  readonly end: number
  /** Whether a report holds it together with the character before. */
  readonly joined: boolean
  readonly before: Step | null
}

/** What an unusual reading of a character costs. */
const unusualCost = 2
/** Paths kept for each last character, and last characters kept at each place. */
const pathsKept = 3
const charactersKept = 80

/**
 * The cheapest ways to read plain letters as characters, as the steps that end them, cheapest first (Viterbi's algorithm
 * over the pairs of characters). A space or apostrophe among the letters parts syllables.
 * @param count how many ways at most
 * @param character one that stands right before the letters
 */
export function readLetters(
  letters: string,
  characters: Characters,
  costs: Costs,
  count: number,
  character = '',
): readonly Step[] {
  const ends: Step[][] = [[{ character, cost: 0, start: 0, end: 0, joined: false, before: null }]]
  for (let at = 0; at < letters.length; at++) {
    const here = ends[at]
    if (here === undefined) continue
    const separator = /^[' ]+/u.exec(letters.slice(at, at + 2))?.[0] ?? ''
    const missing = separator.includes(' ') ? costs.atSpace : costs.inWord
    const start = at + separator.length
    const kept = best(here)
    if (start >= letters.length) ends[start] = [...kept.values()].flat()
    for (let end = start + 1; end <= Math.min(letters.length, start + maxLetters); end++) {
      const syllable = letters.slice(start, end)
      if (!isSyllable(syllable)) continue
      ends[end] ??= []
      for (const { character: next, rank } of characters.get(syllable) ?? []) {
        const steps: Step[] = []
        for (const [last, paths] of kept) {
          const pair = last === '' ? 0 : costs.pair(last + next)
          const cost = rank * unusualCost + (last === '' ? 0 : pair > 0 ? pair : missing)
          if (cost === Infinity) continue
          for (const before of paths)
            steps.push({ character: next, cost: before.cost + cost, start, end, joined: pair > 0, before })
        }
        ends[end].push(...steps.sort(byCost).slice(0, pathsKept))
      }
    }
  }
  return (ends[letters.length] ?? []).sort(byCost).slice(0, count)
}

const byCost = (a: Step, b: Step) => a.cost - b.cost

/** The cheapest steps by their character. */
function best(steps: Step[]): ReadonlyMap<string, readonly Step[]> {
  const kept = new Map<string, Step[]>()
  for (const step of steps.sort(byCost)) {
    const own = kept.get(step.character)
    if (own && own.length < pathsKept) own.push(step)
    else if (!own && kept.size < charactersKept) kept.set(step.character, [step])
  }
  return kept
}

/** The steps of a path in order, without the character that stood before the letters. */
export function stepsOf(last: Step): readonly Step[] {
  const steps: Step[] = []
  for (let step: Step | null = last; step?.before; step = step.before) steps.push(step)
  return steps.reverse()
}
