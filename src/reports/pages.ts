/**
 * The page on which a position of a report's text lies, counted from 1; null where the format has no pages.
 * @param pages where each page starts
 */
export function pageAt({ pages }: { readonly pages: readonly number[] }, position: number): number | null {
  const page = pages.findLastIndex((start) => start <= position)
  return page < 0 ? null : page + 1
}
