import type { Language } from '../errors.ts'
import { pageAt, seamsOf } from '../reports/annotations.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import { wordsOf } from '../reports/labels.ts'
import type { Paragraph, Report } from '../reports/types.ts'
import { overlapAny } from '../text/range.ts'

export type Paint = (style: 'bold' | 'cyan' | 'green' | 'gray', text: string) => string

/** What was understood of a report, as lines for a terminal. */
export function inspectionText(report: Report, language: Language, paint: Paint): string {
  const { file, format, metadata, articles, dropped, pages, notes, text } = report
  const words = wordsOf(language)
  const { title, inferredYear, ...rest } = metadata
  const lines = [paint('bold', `${file}: ${title}`)]
  const size = pages.length > 0 ? `, ${words.pages(pages.length)}` : ''
  lines.push(`  ${words.format}: ${words.formats[format]}${size}`)
  for (const [name, value] of Object.entries(rest)) lines.push(`  ${words.metadata[name] ?? name}: ${value}`)
  if (inferredYear) {
    lines.push(`  ${words.metadata.inferredYear}: ${words.inferred(inferredYear.year, inferredYear.evidence)}`)
  }
  for (const note of notes) lines.push(`  ${words.note}: ${note[language]}`)
  if (report.doubtful.length > 0) lines.push(`  ⟨…?⟩: ${words.doubtful} (${report.doubtful.length})`)
  if (report.uncertainTables.length > 0) lines.push(`  ▦?: ${words.uncertainTable} (${report.uncertainTables.length})`)
  const emptyPages = emptyPagesOf(report)
  if (emptyPages.length > 0) lines.push(`  ${words.emptyPages}: ${emptyPages.join(', ')}`)
  for (const [i, article] of articles.entries()) {
    lines.push('', paint('cyan', `${words.article(i + 1)}: ${article.headline?.text ?? words.noHeadline}`))
    if (article.kicker) lines.push(`  ${words.kinds.kicker}: ${article.kicker.text}`)
    if (article.byline) lines.push(`  ${words.kinds.byline}: ${article.byline.cutting.text}`)
    let above = ''
    let pageAbove: number | null = null
    for (const paragraph of article.paragraphs) {
      const section = paragraph.sections.map((part) => part.text).join(' › ')
      if (section !== above && section !== '') lines.push(paint('green', `  § ${section}`))
      above = section
      const page = pageAt(report, paragraph.pieces[0]?.range[0] ?? 0)
      if (page !== null && page !== pageAbove) lines.push(paint('gray', `  — ${words.page(page)} —`))
      pageAbove = page
      // The cells of a table's row stand on lines of their own.
      lines.push(
        `  ¶ ${paragraph.number}  ${isUncertain(report, paragraph) ? '▦? ' : ''}${marked(report, paragraph).replaceAll('\n', '\n       ')}`,
      )
    }
  }
  if (dropped.length > 0) lines.push('', paint('gray', words.furniture))
  for (const { range, reason } of dropped) {
    lines.push(paint('gray', `  ${words.reasons[reason]}: ${text.slice(...range).replaceAll('\n', '\n    ')}`))
  }
  return `${lines.join('\n')}\n`
}

function isUncertain({ uncertainTables }: Report, { pieces }: Paragraph): boolean {
  return overlapAny(
    pieces.map(({ range }) => range),
    uncertainTables,
  )
}

/** A paragraph's text with its seams (`⁀`) and what was read with doubt (`⟨…?⟩`) shown. */
function marked({ text, doubtful }: Report, paragraph: Paragraph): string {
  const marks: { at: number; mark: string }[] = []
  for (const i of seamsOf(text, paragraph)) marks.push({ at: paragraph.pieces[i]!.at, mark: '⁀' })
  for (const { at, range } of paragraph.pieces) {
    for (const doubt of doubtful) {
      const [start, end] = [Math.max(range[0], doubt[0]), Math.min(range[1], doubt[1])]
      if (start >= end) continue
      marks.push({ at: at + start - range[0], mark: '⟨' }, { at: at + end - range[0], mark: '?⟩' })
    }
  }
  const order = (mark: string) => ['?⟩', '⁀', '⟨'].indexOf(mark)
  marks.sort((a, b) => b.at - a.at || order(b.mark) - order(a.mark))
  return marks.reduce((whole, { at, mark }) => whole.slice(0, at) + mark + whole.slice(at), paragraph.text)
}
