import { manuscriptOf } from '../../src/reports/formats/text.ts'
import { understand } from '../../src/reports/loadReport.ts'
import { restore } from '../../src/reports/restore.ts'
import type { Report } from '../../src/reports/types.ts'

/** What was understood of a text, as a person would note it down. */
export interface Outline {
  readonly articles: readonly {
    readonly headline: string | null
    readonly kicker: string | null
    readonly byline: string | null
    readonly paragraphs: readonly string[]
    /** The headings above each paragraph, outermost first, parted by ` › `. */
    readonly sections: readonly string[]
  }[]
  readonly dropped: readonly { readonly text: string; readonly reason: string }[]
}

export function outline(text: string): Outline {
  const { articles, dropped } = restore(text)
  return {
    articles: articles.map(({ headline, kicker, byline, paragraphs }) => ({
      headline: headline?.text ?? null,
      kicker: kicker?.text ?? null,
      byline: byline?.cutting.text ?? null,
      paragraphs: paragraphs.map((paragraph) => paragraph.text),
      sections: paragraphs.map(({ sections }) => sections.map((section) => section.text).join(' › ')),
    })),
    dropped: dropped.map(({ range, reason }) => ({ text: text.slice(...range), reason })),
  }
}

/** The paragraphs of all articles one after the other. */
export function paragraphs(text: string): string[] {
  return outline(text).articles.flatMap((article) => article.paragraphs)
}

/** A report of `text` that no file stands behind. */
export function reportOf(text: string, id = 'made-up'): Report {
  return understand(manuscriptOf(text), { file: `${id}.txt`, id, format: 'text', stated: {} })
}
