import type { WordPlaces } from './wordPlaces.ts'

/** The page of a position in a report's text, from 1; null where there are none. @param pages where each page starts */
export function pageAt({ pages }: { readonly pages: readonly number[] }, position: number): number | null {
  const page = pages.findLastIndex((start) => start <= position)
  return page < 0 ? null : page + 1
}

/** The number of a report's pages that can be shown; at least 1. */
export function countPages({ pages }: { readonly pages: readonly number[] }, places: WordPlaces | null): number {
  return Math.max(1, places?.pages.length ?? pages.length)
}
