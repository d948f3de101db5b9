import { LruMap } from '../lru.ts'
import type { Report } from '../reports/types.ts'

/** The texts of cached reports have so many characters together. */
const maxCharacters = 5_000_000

/**
 * A function that reads reports and keeps those at hand that were asked for last.
 * @param load reads a report that is not at hand; called again after it failed
 */
export function cachedReports(load: (id: string) => Promise<Report>): (id: string) => Promise<Report> {
  const cache = new LruMap<string, Promise<Report>>(maxCharacters)
  return (id) => {
    const known = cache.get(id)
    if (known) return known
    const report = load(id)
    cache.set(id, report, 0)
    report.then(
      ({ text }) => cache.set(id, report, text.length),
      () => cache.delete(id),
    )
    return report
  }
}
