/**
 * Keeps the pages that were asked for last.
 * @param maxPages how many at most
 */
export function createPageCache(maxPages: number): (of: object, key: string, make: () => string) => string {
  const kept = new Map<string, { readonly of: object; readonly page: string }>()
  return (of, key, make) => {
    const known = kept.get(key)
    // A page is of the report as it was read; after a change that is another object.
    const entry = known?.of === of ? known : { of, page: make() }
    kept.delete(key)
    kept.set(key, entry)
    if (kept.size > maxPages) kept.delete(kept.keys().next().value!)
    return entry.page
  }
}
