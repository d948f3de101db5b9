import { pageAt } from './pages.ts'
import type { Report } from './types.ts'

/** Numbers of the pages without a word in any passage, such as pictures; none where the format has no pages. */
export function emptyPagesOf(report: Report): number[] {
  const cuttings = report.articles.flatMap(({ headline, kicker, byline, paragraphs }) => {
    const heads = [headline, kicker, byline?.cutting].filter((one) => one !== null && one !== undefined)
    return [...heads, ...paragraphs.flatMap((paragraph) => [paragraph, ...paragraph.sections])]
  })
  const filled = new Set(cuttings.flatMap(({ pieces }) => pieces).map(({ range }) => pageAt(report, range[0])))
  return report.pages.flatMap((_, i) => (filled.has(i + 1) ? [] : [i + 1]))
}
