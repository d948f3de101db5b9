import type { OpenIndex, PassageTokens } from '../../indexes/types.ts'
import { LruMap } from '../../lru.ts'
import { factsOf, type PassageFacts } from './facts.ts'

/** A passage as ranking looks at it. */
export interface CachedPassage {
  readonly facts: PassageFacts
  readonly tokens: PassageTokens
}

/** Passages kept at a time, some 40 KB each; a question looks at some dozens. */
const maxPassages = 1000

/** @returns a function that gives the passages at some positions, and keeps those that were asked for last */
export function passageCache(index: OpenIndex): (positions: readonly number[]) => Promise<CachedPassage[]> {
  const cache = new LruMap<number, CachedPassage>(maxPassages)
  return async (positions) => {
    const found = new Map(positions.map((position) => [position, cache.get(position)]))
    const missing = positions.filter((position) => !found.get(position))
    const [passages, tokens] = await Promise.all([index.passages(missing), index.tokens(missing)])
    for (const [i, position] of missing.entries()) {
      const passage = passages[i]!
      const facts = factsOf(passage, index.reports.get(passage.report)!, tokens[i]!.starts)
      found.set(position, { facts, tokens: tokens[i]! })
    }
    for (const [position, passage] of found) cache.set(position, passage!)
    return positions.map((position) => found.get(position)!)
  }
}
