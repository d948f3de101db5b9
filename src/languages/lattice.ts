import type { Characters } from './characters.ts'
import { isSyllable, maxLetters } from './syllables.ts'

/** The costs of pairs of characters while letters are read as characters, like inverse document frequencies. */
export interface Costs {
  /** The cost of one character behind another, above 0; 0 where no report holds the pair. */
  pair(pair: string): number
  /** The cost of going on where no report holds the pair: at a typed space, and elsewhere. Infinity forbids it. */
  readonly atSpace: number
  readonly inWord: number
  /** Characters that are words by themselves in every text; going on to or from one costs a little less. */
  readonly words: ReadonlySet<string>
}

/** One character of a path through the letters. */
export interface Step {
  readonly character: string
  /** The cost of the whole path up to here. */
  readonly cost: number
  /** The place of its syllable among the letters. */
  readonly start: number
  readonly end: number
  /** True when a report holds it together with the character before. */
  readonly joined: boolean
  readonly before: Step | null
}

/** The cost of an unusual reading of a character. */
const unusualCost = 2
/** The share of the cost that going on to or from a word of one character takes. */
const wordShare = 0.8
/** Paths kept for each last character, and last characters kept at each place. */
const pathsKept = 3
const charactersKept = 120

/**
 * Ways to read plain letters as characters, as the steps that end them, cheapest first, the best of each last character
 * (Viterbi's algorithm over the pairs of characters). A space or apostrophe among the letters parts syllables.
 * @param character one that stands right before the letters
 */
export function readLetters(letters: string, characters: Characters, costs: Costs, character = ''): readonly Step[] {
  const ends: Step[][] = [[{ character, cost: 0, start: 0, end: 0, joined: false, before: null }]]
  for (let at = 0; at < letters.length; at++) {
    const here = ends[at]
    if (here === undefined) continue
    const separator = /^[' ]+/u.exec(letters.slice(at, at + 2))?.[0] ?? ''
    const missing = separator.includes(' ') ? costs.atSpace : costs.inWord
    const start = at + separator.length
    const kept = best(here, missing)
    if (start >= letters.length) ends[start] = [...kept.values()].flat()
    for (let end = start + 1; end <= Math.min(letters.length, start + maxLetters); end++) {
      const syllable = letters.slice(start, end)
      if (!isSyllable(syllable)) continue
      const reached = ends[end] ?? []
      ends[end] = reached
      for (const { character: next, rank } of characters.get(syllable) ?? []) {
        const steps: Step[] = []
        for (const [last, paths] of kept) {
          const pair = last === '' ? 0 : costs.pair(last + next)
          const isWord = costs.words.has(next) || costs.words.has(last)
          const cost = rank * unusualCost + (last === '' ? 0 : pair > 0 ? pair : isWord ? missing * wordShare : missing)
          if (cost === Infinity) continue
          for (const before of paths)
            steps.push({ character: next, cost: before.cost + cost, start, end, joined: pair > 0, before })
        }
        reached.push(...steps.sort(byCost).slice(0, pathsKept))
      }
    }
  }
  return (ends[letters.length] ?? []).sort(byCost)
}

const byCost = (a: Step, b: Step) => a.cost - b.cost

/** The cheapest steps by their character, without those that going on from the cheapest always beats. */
function best(steps: Step[], missing: number): ReadonlyMap<string, readonly Step[]> {
  const kept = new Map<string, Step[]>()
  const least = steps.sort(byCost)[0]?.cost ?? 0
  for (const step of steps) {
    if (step.cost >= least + missing) break
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
