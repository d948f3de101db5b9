import type { Language } from '../errors.ts'
import { seamsOf } from '../reports/annotations.ts'
import { emptyPagesOf } from '../reports/emptyPages.ts'
import { labels } from '../reports/labels.ts'
import { pageAt } from '../reports/pages.ts'
import type { Article, Paragraph, Report } from '../reports/types.ts'
import { overlapAny } from '../text/range.ts'

/** Puts a text into a style, where the terminal shows styles. */
export type Paint = (style: 'bold' | 'cyan' | 'green' | 'gray', text: string) => string

const texts = {
  zh: {
    article: (number: number) => `文章 ${number}`,
    page: (number: number) => `第 ${number} 页`,
    pages: (count: number) => `${count} 页`,
    noHeadline: '(无标题)',
    furniture: '版面上的附属内容(不进入段落):',
    doubtful: '识别存疑',
    uncertainTable: '列未能确认的表格',
    emptyPages: '没有可引用文字的页',
    format: '格式',
    note: '说明',
    metadata: {
      publisher: '发布者',
      district: '地区',
      date: '日期',
      period: '时期',
      inferredYear: '年份',
      url: '网址',
      fetched: '获取时间',
    },
    inferred: (year: number, evidence: string) => `${year}(推断,依据「${evidence}」)`,
  },
  en: {
    article: (number: number) => `article ${number}`,
    page: (number: number) => `page ${number}`,
    pages: (count: number) => (count === 1 ? '1 page' : `${count} pages`),
    noHeadline: '(no headline)',
    furniture: 'Page furniture (in no passage):',
    doubtful: 'OCR was unsure',
    uncertainTable: 'table whose columns are uncertain',
    emptyPages: 'pages without words to quote',
    format: 'format',
    note: 'note',
    metadata: {
      publisher: 'publisher',
      district: 'district',
      date: 'date',
      period: 'period',
      inferredYear: 'year',
      url: 'address',
      fetched: 'fetched',
    },
    inferred: (year: number, evidence: string) => `${year} (inferred, from “${evidence}”)`,
  },
}

/** Everything that was understood of a report, as lines for a terminal. */
export function inspectionText(report: Report, language: Language, paint: Paint): string {
  const { articles, dropped, text } = report
  const lines = headLines(report, language, paint)
  for (const [i, article] of articles.entries()) lines.push('', ...articleLines(report, article, i, language, paint))
  if (dropped.length > 0) lines.push('', paint('gray', texts[language].furniture))
  for (const { range, reason } of dropped) {
    const shown = text.slice(...range).replaceAll('\n', '\n    ')
    lines.push(paint('gray', `  ${labels[language].reasons[reason]}: ${shown}`))
  }
  return `${lines.join('\n')}\n`
}

function headLines(report: Report, language: Language, paint: Paint): string[] {
  const { file, format, metadata, pages, notes, doubtful, uncertainTables } = report
  const say = texts[language]
  const { title, inferredYear, ...rest } = metadata
  const size = pages.length > 0 ? `, ${say.pages(pages.length)}` : ''
  const lines = [
    paint('bold', `${file}: ${title}`),
    `  ${say.format}: ${labels[language].formats[format]}${size}`,
    ...Object.entries(rest).map(([name, value]) => `  ${say.metadata[name as keyof typeof rest]}: ${value}`),
  ]
  if (inferredYear) {
    lines.push(`  ${say.metadata.inferredYear}: ${say.inferred(inferredYear.year, inferredYear.evidence)}`)
  }
  for (const note of notes) lines.push(`  ${say.note}: ${note[language]}`)
  if (doubtful.length > 0) lines.push(`  ⟨…?⟩: ${say.doubtful} (${doubtful.length})`)
  if (uncertainTables.length > 0) lines.push(`  ▦?: ${say.uncertainTable} (${uncertainTables.length})`)
  const emptyPages = emptyPagesOf(report)
  if (emptyPages.length > 0) lines.push(`  ${say.emptyPages}: ${emptyPages.join(', ')}`)
  return lines
}

function articleLines(report: Report, article: Article, index: number, language: Language, paint: Paint): string[] {
  const say = texts[language]
  const { kinds } = labels[language]
  const lines = [paint('cyan', `${say.article(index + 1)}: ${article.headline?.text ?? say.noHeadline}`)]
  if (article.kicker) lines.push(`  ${kinds.kicker}: ${article.kicker.text}`)
  if (article.byline) lines.push(`  ${kinds.byline}: ${article.byline.cutting.text}`)
  let sectionAbove = ''
  let pageAbove: number | null = null
  for (const paragraph of article.paragraphs) {
    const section = paragraph.sections.map(({ text }) => text).join(' › ')
    if (section !== sectionAbove && section !== '') lines.push(paint('green', `  § ${section}`))
    sectionAbove = section
    const page = pageAt(report, paragraph.pieces[0]?.range[0] ?? 0)
    if (page !== null && page !== pageAbove) lines.push(paint('gray', `  — ${say.page(page)} —`))
    pageAbove = page
    // The cells of a table's row stand on lines of their own.
    const shown = marked(report, paragraph).replaceAll('\n', '\n       ')
    lines.push(`  ¶ ${paragraph.number}  ${isUncertain(report, paragraph) ? '▦? ' : ''}${shown}`)
  }
  return lines
}

function isUncertain({ uncertainTables }: Report, { pieces }: Paragraph): boolean {
  return overlapAny(
    pieces.map(({ range }) => range),
    uncertainTables,
  )
}

/** A paragraph's text with marks for its seams (`⁀`) and for the words that were read with doubt (`⟨…?⟩`). */
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
