import { LruMap } from '../lru.ts'

/** Makes a page unless it is kept. The kept page of a key holds only for the object `of` that it was made from. */
export type PageCache = (of: object, key: string, make: () => string) => string

/** An LRU cache. @param maxPages the number of pages that it keeps */
export function createPageCache(maxPages: number): PageCache {
  const pages = new LruMap<string, { readonly of: object; readonly page: string }>(maxPages)
  return (of, key, make) => {
    const known = pages.get(key)
    // A report that was read anew is another object, and its pages are made anew.
    const entry = known?.of === of ? known : { of, page: make() }
    if (entry !== known) pages.set(key, entry)
    return entry.page
  }
}
