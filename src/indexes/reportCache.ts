import { LruMap } from '../lru.ts'
import type { Report } from '../reports/types.ts'
import type { WordPlaces } from '../reports/wordPlaces.ts'

/** The texts of cached reports have so many characters together. */
const maxCharacters = 5_000_000
/** Cached places are of this many words together, some 130 bytes each. */
const maxPlacedWords = 200_000

type Load<T> = (id: string) => Promise<T>

/**
 * A function that reads reports and keeps those at hand that were asked for last.
 * @param load reads a report that is not at hand; called again after it failed
 */
export function cachedReports(load: Load<Report>): Load<Report> {
  return cached(load, ({ text }) => text.length, maxCharacters)
}

/** The same for the places of reports' words. */
export function cachedPlaces(load: Load<WordPlaces | null>): Load<WordPlaces | null> {
  return cached(load, (places) => places?.words.length ?? 0, maxPlacedWords)
}

function cached<T>(load: Load<T>, weightOf: (loaded: T) => number, maxWeight: number): Load<T> {
  const cache = new LruMap<string, Promise<T>>(maxWeight)
  return (id) => {
    const known = cache.get(id)
    if (known) return known
    const loading = load(id)
    cache.set(id, loading, 0)
    loading.then(
      (loaded) => cache.set(id, loading, weightOf(loaded)),
      () => cache.delete(id),
    )
    return loading
  }
}
