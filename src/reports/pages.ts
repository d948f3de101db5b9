/** The page of a position in a report's text, from 1; null where there are none. @param pages where each page starts */
export function pageAt({ pages }: { readonly pages: readonly number[] }, position: number): number | null {
  const page = pages.findLastIndex((start) => start <= position)
  return page < 0 ? null : page + 1
}
