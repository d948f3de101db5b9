import type { Answer, Quote } from './types.ts'

/**
 * The quotes of an answer that a person sees at once, at most `limit`. Where the reports hold no answer they are the nearest
 * passages, and fewer: more would only look like an answer.
 */
export function shownQuotes({ band, quotes }: Answer, limit: number): readonly Quote[] {
  const shown = quotes.filter(({ isShown }) => isShown)
  return shown.slice(0, band === 'none' ? Math.ceil(limit / 3) : limit)
}
