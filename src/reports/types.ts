import type { Bilingual } from '../errors.ts'
import type { Cutting, Range } from '../text/range.ts'
import type { Format } from './formats/formats.ts'
import type { DropReason } from './lines.ts'
import type { Metadata } from './manuscript.ts'

/** The version rises whenever the same file would give other articles, passages or metadata; the index keeps it. */
export const restorerVersion = 5

/** A report without its text. */
export interface ReportSummary {
  /** The name of the report in sources and links: its file's name without extension, where no other has the same. */
  readonly id: string
  /** The file's path below the reports folder, with `/`. */
  readonly file: string
  readonly format: Format
  readonly metadata: Metadata
}

/** A source file, understood. Every range points into `text`, the canonical text. */
export interface Report extends ReportSummary {
  /** The canonical text: for plain text the decoded file, to the letter; for other formats the words read from it. */
  readonly text: string
  /** The start of each page in `text`, the first at 0; empty where the format has no pages. */
  readonly pages: readonly number[]
  /** The words that OCR read with doubt, in order. */
  readonly doubtful: readonly Range[]
  /** Stretches that look like tables whose columns could not be told, in order. */
  readonly uncertainTables: readonly Range[]
  /** The places of words as `encodePlaces` writes them, null for none; only a report that was just read has them. */
  readonly places?: Uint8Array | null
  /** Notes for people on how the file was read: another encoding, pages left out, a wrong extension. */
  readonly notes: readonly Bilingual[]
  readonly articles: readonly Article[]
  readonly dropped: readonly Dropped[]
}

/** A story of a report. */
export interface Article {
  readonly headline: Cutting | null
  /** The lesser headline above the headline. */
  readonly kicker: Cutting | null
  /** The writers, where the page names them. */
  readonly byline: Byline | null
  readonly paragraphs: readonly Paragraph[]
}

export interface Byline {
  readonly cutting: Cutting
  /** True where the byline stands on a line of its own; otherwise it is part of a paragraph. */
  readonly ownLine: boolean
}

/** A text as its author broke it, after torn columns and pages are joined again. */
export interface Paragraph extends Cutting {
  /** The paragraph's number within the article, from 1, as shown in sources. */
  readonly number: number
  /** The headings above it inside the article, outermost first. */
  readonly sections: readonly Cutting[]
}

/** Page furniture, which is in the canonical text and in no passage. */
export interface Dropped {
  readonly range: Range
  readonly reason: DropReason
}

/** The retrieval unit: whole sentences of one paragraph, or a heading. */
export interface Passage extends Cutting {
  /** The passage's name, made of the report's id and the text, so that it survives a restart and a re-index. */
  readonly id: string
  readonly report: string
  readonly kind: 'body' | 'heading'
  /** The index of the article in the report. */
  readonly article: number
  /** The paragraph's number; for a heading the number of the paragraph that follows it. */
  readonly paragraph: number
  /** The article's headline, as shown in sources. */
  readonly headline: string | null
  /** The headings above the passage inside the article, as shown in sources. */
  readonly section: string | null
  /** The range of the article's byline in the passage's own text; null where the passage does not hold it. */
  readonly writers: Range | null
}
