import type { Answer, Quote } from './types.ts'

/** Further quotes are worth showing from this share of the first one's probability on. */
const nearShare = 0.15

/**
 * The quotes of an answer that a person should see, at most `limit`: the first and those that come near it. Fewer are
 * given where none answers, as more would only look like an answer.
 */
export function nearQuotes({ band, quotes }: Answer, limit: number): readonly Quote[] {
  const enough = (quotes[0]?.score ?? 0) * nearShare
  const near = quotes.slice(0, limit).filter(({ score }, i) => i === 0 || score >= enough)
  return band === 'none' ? near.slice(0, Math.ceil(limit / 3)) : near
}
