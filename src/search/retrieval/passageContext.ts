import type { ReportEntry } from '../../indexes/types.ts'
import type { Passage } from '../../reports/types.ts'
import { normalize } from '../../text/normalize.ts'
import { terms } from '../../text/words.ts'

/** The normalised texts around a passage, which its neighbours share. */
export interface PassageContext {
  /** Headline and section. */
  readonly headings: string
  /** The headings, and below them the report's title, publisher and other metadata. */
  readonly text: string
  readonly terms: ReadonlySet<string>
}

const contexts = new WeakMap<ReportEntry, Map<string, PassageContext>>()
/** Contexts kept for one report; a newspaper page has some dozens. */
const maxContexts = 100

/** The context of a passage, made once for all passages of a report that stand under the same headings. */
export function contextOf({ headline, section }: Passage, report: ReportEntry): PassageContext {
  const own = contexts.get(report) ?? new Map<string, PassageContext>()
  contexts.set(report, own)
  const key = [headline, section].filter(Boolean).join('\n')
  const known = own.get(key)
  if (known) return known
  const { title, publisher, district, date, period } = report.metadata
  const headings = normalize(key).text
  const statements = normalize([title, publisher, district, date, period].filter(Boolean).join('\n')).text
  const text = `${headings}\n${statements}`
  const made = { headings, text, terms: new Set(terms(text).map(({ term }) => term)) }
  if (own.size >= maxContexts) own.clear()
  own.set(key, made)
  return made
}
