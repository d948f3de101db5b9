import { endsSentence } from '../../text/sentences.ts'
import { continuationBonus, gainWeight } from '../handSetWeights.ts'
import { wordMatches } from './features.ts'
import type { Ranked } from './ranker.ts'

/** The number of candidates that are considered beyond the first. */
const maxConsidered = 20
/** The least share of common terms with which two passages of one report say the same. */
const minSameShare = 0.8

/**
 * Chooses the best passages so that they complement each other. The first stays first. The worth of each further one is its
 * score plus what it matches of the question that those before it do not (maximal marginal relevance in the sense of
 * Carbonell and Goldstein, 1998, with the question's words for aspects). Of passages of one report that say nearly
 * the same only one is taken, and so of passages with the same words in any reports.
 * @returns at most `limit` passages, best first
 */
export function complementary(ranked: readonly Ranked[], limit: number): Ranked[] {
  const [first, ...rest] = ranked
  if (!first) return []
  const chosen = [first]
  const best = [...wordMatches(first.question, first.facts, first.matches)]
  const isContinuation = (one: Ranked) => first.question.answerType === 'list' && isOneSentence(first, one)
  const pool = rest.slice(0, maxConsidered).map((candidate) => {
    const lifted = Math.min(first.score, candidate.score + continuationBonus)
    const one = isContinuation(candidate) ? { ...candidate, score: lifted } : candidate
    return { one, matches: wordMatches(one.question, one.facts, one.matches) }
  })
  const weight = first.question.contentWords.reduce((sum, word) => sum + word.weight, 0) || 1
  while (chosen.length < limit && pool.length > 0) {
    const worth = pool.map(({ one, matches }) => {
      const gain = first.question.contentWords.reduce(
        (sum, word, i) => sum + word.weight * Math.max(0, matches[i]! - best[i]!),
        0,
      )
      return one.score + (gainWeight * gain) / weight
    })
    const [next] = pool.splice(worth.indexOf(Math.max(...worth)), 1)
    if (!next) break
    if (chosen.some((one) => isRepetition(one, next.one))) continue
    chosen.push(next.one)
    for (const [i, value] of next.matches.entries()) best[i] = Math.max(best[i]!, value)
  }
  return chosen.sort((a, b) => b.score - a.score)
}

/** True where two passages are neighbours in one paragraph, parted in the middle of a sentence. */
function isOneSentence(a: Ranked, b: Ranked): boolean {
  const [one, other] = a.position < b.position ? [a.facts.passage, b.facts.passage] : [b.facts.passage, a.facts.passage]
  return (
    Math.abs(a.position - b.position) === 1 &&
    one.report === other.report &&
    one.article === other.article &&
    one.paragraph === other.paragraph &&
    !endsSentence(one.text)
  )
}

/** The other candidates with the same words, best first: copies, and text that one office took over from another. */
export function twinsOf({ facts }: Ranked, ranked: readonly Ranked[]): Ranked[] {
  return ranked.filter((other) => other.facts !== facts && other.facts.text === facts.text)
}

/** True where two passages say the same, or nearly the same in one report. */
function isRepetition({ facts: a }: Ranked, { facts: b }: Ranked): boolean {
  if (a.text === b.text) return true
  if (a.report !== b.report) return false
  const shared = [...a.terms].filter((term) => b.terms.has(term)).length
  return shared >= minSameShare * (a.terms.size + b.terms.size - shared)
}
