import { endsSentence } from '../../text/sentences.ts'
import { wordMatches } from './features.ts'
import type { Ranked } from './ranker.ts'

/** Candidates that are considered beyond the first. */
const considered = 20
/** What matching all of the question that no chosen passage matches is worth, as log odds. */
const gainWeight = 16
/** What a passage is worth that goes on in the middle of the first one's sentence, where a list is asked for. */
const continuationBonus = 3
/** Passages of one report that share this much of their terms say the same. */
const sameShare = 0.8

/**
 * The best passages, so chosen that they complement each other: the first stays first, and each further one is worth its
 * score and what it matches of the question that those before it do not (maximal marginal relevance in the sense of
 * Carbonell and Goldstein, 1998, with the question's words for aspects). Of passages of one report that say nearly
 * the same one is taken, and of passages with the same words, whatever reports they stand in. Of chronoqa's questions to learn from that
 * need several passages, all of them are among five quotes for 70 %, by score alone for 63 %.
 * @returns at most `limit`, best first
 */
export function complementing(ranked: readonly Ranked[], limit: number): Ranked[] {
  const [first, ...rest] = ranked
  if (!first) return []
  const chosen = [first]
  const best = [...wordMatches(first.question, first.facts, first.matches)]
  const goesOn = (one: Ranked) => first.question.kind === 'list' && isOneSentence(first, one)
  const pool = rest.slice(0, considered).map((candidate) => {
    const lifted = Math.min(first.score, candidate.score + continuationBonus)
    const one = goesOn(candidate) ? { ...candidate, score: lifted } : candidate
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
    if (chosen.some((one) => saysTheSame(one, next.one))) continue
    chosen.push(next.one)
    for (const [i, value] of next.matches.entries()) best[i] = Math.max(best[i]!, value)
  }
  return chosen.sort((a, b) => b.score - a.score)
}

/** Whether two passages are neighbours in one paragraph and parted in the middle of a sentence. */
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

/** The other candidates with the words of `one`, best first: copies, and what one office took over from another. */
export function twinsOf({ facts }: Ranked, ranked: readonly Ranked[]): Ranked[] {
  return ranked.filter((other) => other.facts !== facts && other.facts.text === facts.text)
}

function saysTheSame({ facts: a }: Ranked, { facts: b }: Ranked): boolean {
  if (a.text === b.text) return true
  if (a.report !== b.report) return false
  const shared = [...a.terms].filter((term) => b.terms.has(term)).length
  return shared >= sameShare * (a.terms.size + b.terms.size - shared)
}
