import type { AnswerTexts } from '../answer/texts.ts'
import type { Labels } from '../reports/labels.ts'

/** The reason why a visitor is not let in: they showed nothing, or something too old, forged or used up, or may not read. */
export type RefusalReason = 'absent' | 'invalid' | 'forbidden'

/** The names of the parts of a report that are shown one at a time. */
export interface Naming {
  readonly all: string
  readonly one: (number: number, of: number) => string
  readonly previous: string
  readonly next: string
}

/** The texts of the pages themselves. The type sees to it that both languages are complete. */
export interface WebTexts extends AnswerTexts, Labels {
  readonly name: string
  readonly tagline: string
  readonly skip: string
  readonly otherLanguage: string
  readonly home: string
  readonly back: string
  readonly inTelegram: string
  readonly search: {
    readonly label: string
    readonly placeholder: string
    readonly submit: string
    readonly keys: string
    readonly results: string
    readonly found: (count: number) => string
    readonly nearest: string
    readonly filters: string
    readonly year: string
    readonly district: string
    readonly report: string
    readonly allReports: string
    readonly remove: (tag: string) => string
    readonly working: string
    readonly failed: string
    withheld(files: string): string
  }
  readonly list: {
    readonly title: (count: number) => string
    readonly none: string
    readonly page: (number: number, of: number) => string
    readonly previous: string
    readonly next: string
  }
  readonly report: {
    readonly contents: string
    readonly view: string
    /** The ways in which a report is shown. */
    readonly views: Readonly<
      Record<'restored' | 'original' | 'page', { readonly name: string; readonly about: string }>
    >
    readonly download: string
    readonly notes: string
    readonly noHeadline: string
    readonly continued: string
    readonly partNaming: Naming
    readonly pageNaming: Naming
    readonly neighbours: string
    readonly previousArticle: string
    readonly nextArticle: string
    readonly page: (number: number) => string
    readonly paragraph: (number: number) => string
    readonly line: (number: number) => string
    readonly goesOn: (line: number) => string
    readonly goesOnFrom: (line: number) => string
    readonly joined: string
    readonly doubtful: string
    readonly uncertainTable: string
    readonly searchHere: string
  }
  readonly quote: {
    readonly title: string
    readonly selection: string
    readonly copyLink: string
    readonly copyCitation: string
    readonly toQuote: string
    readonly close: string
    readonly copied: string
    readonly copyByHand: string
    readonly checking: string
    readonly gone: string
    readonly notText: string
    readonly failed: string
  }
  readonly metadata: Readonly<Record<'publisher' | 'district' | 'date' | 'period' | 'format' | 'pages', string>>
  readonly faults: {
    readonly notFound: string
    readonly changed: string
    readonly failed: string
    readonly unavailable: string
    readonly busy: string
    readonly notDrawn: string
  }
  readonly refusal: Readonly<Record<RefusalReason, { readonly title: string; readonly text: string }>> & {
    readonly waiting: string
    readonly open: string
  }
}
