import type { Report } from '../reports/types.ts'

/** Reports whose text is kept at hand take up to so many characters together. */
const keptCharacters = 5_000_000

/**
 * Reads reports, and keeps the texts of those asked for last at hand.
 * @param load is called for one that is not at hand, and again after it failed
 */
export function keepingReports(load: (id: string) => Promise<Report>): (id: string) => Promise<Report> {
  const kept = new Map<string, { readonly report: Promise<Report>; characters: number }>()
  let characters = 0
  return (id) => {
    const known = kept.get(id)
    const entry = known ?? { report: load(id), characters: 0 }
    // The map tells the order in which they were asked for.
    kept.delete(id)
    kept.set(id, entry)
    if (known) return known.report
    entry.report.then(
      ({ text }) => {
        entry.characters = text.length
        characters += text.length
        for (const [other, { characters: own }] of kept) {
          if (characters <= keptCharacters) break
          if (other === id || own === 0) continue
          kept.delete(other)
          characters -= own
        }
      },
      () => kept.delete(id),
    )
    return entry.report
  }
}
