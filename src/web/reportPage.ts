import { encodeQuote, reportPath } from '../answer/address.ts'
import type { QuoteInReport } from '../answer/answerer.ts'
import { textIn } from '../answer/locale.ts'
import { originWords, sourceLine } from '../answer/sourceLine.ts'
import { countPages, pageAt } from '../reports/pages.ts'
import type { Report } from '../reports/types.ts'
import type { WordPlaces } from '../reports/wordPlaces.ts'
import type { Range } from '../text/range.ts'
import { fullCitation } from './citation.ts'
import { type Html, html, type Value } from './html.ts'
import { type Marks, noMarks } from './marks.ts'
import { layOutLines, originalPart, originalPartHolding } from './originalView.ts'
import { addressOf, otherLanguage, type Parameters, pageHtml, type Surroundings } from './pageShell.ts'
import { pageOfQuote, pageViewHtml } from './pageView.ts'
import { type Aim, type Neighbours, originalHtml, restoredHtml } from './reportBody.ts'
import { type Layout, layOut, partHolding, partOf, restoredPart } from './restoredView.ts'
import { encodeSelection } from './selectionLink.ts'
import { type WebTexts, webTexts } from './texts.ts'

/** The ways in which a report is shown. */
export type ReportView = 'restored' | 'original' | 'page'

/** A visitor's request for a report's page. */
export interface ReportRequest {
  readonly report: Report
  readonly view: ReportView
  /** The places of its words, where its pages are shown. */
  readonly places: WordPlaces | null
  /** True where its pages can be drawn. */
  readonly hasPages: boolean
  /** The part asked for, counted from 1; null for the part that holds the quote, or else the first. */
  readonly part: number | null
  /** The quote or selection that the address names. */
  readonly shown: { readonly placed: QuoteInReport; readonly isSelection: boolean } | null
  /** True where the address names words that the report does not hold any more. */
  readonly isGone: boolean
}

/** The parameters that address a quote or selection on its report's page. */
export function quoteParameters({ quote }: QuoteInReport, isSelection: boolean): Parameters {
  return isSelection ? { s: encodeSelection(quote.ranges, quote.text) } : { q: encodeQuote(quote) }
}

/** The number of a report's parts in a view; at least 1. */
export function countParts(request: Pick<ReportRequest, 'report' | 'view' | 'places'>): number {
  return divisionOf(request, request.view).count
}

/** The parts of a report in a view. */
interface Division {
  /** At least 1. */
  readonly count: number
  /** The part that shows a position of the canonical text, counted from 0. */
  holding(at: number): number
  /** The position at which a part begins. */
  startOf(part: number): number
}

function divisionOf({ report, places }: Pick<ReportRequest, 'report' | 'places'>, view: ReportView): Division {
  if (view === 'page') {
    const { pages } = report
    const holding = (at: number) => (pageAt(report, at) ?? 1) - 1
    return { count: countPages(report, places), holding, startOf: (part) => pages[part] ?? 0 }
  }
  if (view === 'original') {
    const lines = layOutLines(report)
    const startOf = (part: number) => lines.parts[part]?.[0]?.range[0] ?? 0
    return { count: Math.max(1, lines.parts.length), holding: (at) => originalPartHolding(lines, at), startOf }
  }
  const layout = layOut(report)
  const startOf = (part: number) => layout.parts[part]?.[0]?.cutting.pieces[0]?.range[0] ?? 0
  return { count: Math.max(1, layout.parts.length), holding: (at) => partHolding(layout, at), startOf }
}

/** The page of one part of a report, restored or line by line, at a quote. */
export function reportPage(around: Surroundings, request: ReportRequest): string {
  const { report, view, shown, isGone } = request
  const say = webTexts[around.language]
  const layout = layOut(report)
  const marks = marksOf(request)
  const first = marks.highlights[0]?.[0] ?? marks.quote[0]?.[0]
  const division = divisionOf(request, view)
  const { count } = division
  const quotePart =
    first === undefined ? 0 : view === 'page' && shown ? pageOfQuote(shown.placed) - 1 : division.holding(first)
  const wanted = request.part === null ? quotePart : request.part - 1
  const part = Math.min(Math.max(0, wanted), count - 1)

  const path = reportPath(report.id)
  const words = shown ? quoteParameters(shown.placed, shown.isSelection) : {}
  const viewed = view === 'restored' ? null : view
  const at = (to: { view?: string | null; part?: number | null }, fragment = '') =>
    addressOf(around, path, { ...words, view: viewed, ...to }, fragment)
  const numbered = (to: number) => (count > 1 ? to + 1 : null)
  const start = division.startOf(part)
  const hasQuote = first !== undefined && quotePart === part
  const toView = (other: ReportView) => {
    if (other === view) return at({ part: request.part })
    const named = other === 'restored' ? null : other
    if (hasQuote || part === 0) return at({ view: named }, hasQuote ? 'q' : '')
    return at({ view: named, part: divisionOf(request, other).holding(start) + 1 })
  }
  const toItem = (id: string): string => {
    const its = partOf(layout, id)
    return its === part && view === 'restored' ? `#${id}` : at({ view: null, part: numberedIn(layout, its) }, id)
  }
  const naming = view === 'page' ? say.report.pageNaming : say.report.partNaming
  const views: readonly ReportView[] = request.hasPages ? ['restored', 'original', 'page'] : ['restored', 'original']

  return pageHtml(around, {
    title: `${report.metadata.title} · ${say.name}`,
    script: 'report',
    kind: 'report',
    scriptTexts: say.quote,
    inOtherLanguage: otherLanguage(around, path, { ...words, view: viewed, part: request.part }),
    top: around.readsAll && searchHere(around, report, say),
    main: html`<div class="columns">
${contents(report, layout, articleAt(layout, view === 'restored' ? part : partHolding(layout, start)), toItem, say)}
<main id="main" data-report="${report.id}">
${head(around, report, say)}
${isGone && html`<p class="notice" role="status">${say.quote.gone}</p>`}
<div class="tools">
<nav class="switch" aria-label="${say.report.view}">
${views.map(
  (one) =>
    html`<a href="${toView(one)}"${one === view && html` aria-current="true"`}>${say.report.views[one].name}</a>`,
)}
</nav>
<p>${say.report.views[view].about}</p>
</div>
${partsNav(part, count, (to) => at({ part: numbered(to) }), naming, 'above')}
<div class="text ${view}">
${bodyHtml(around, request, part, marks, toItem)}
</div>
${partsNav(part, count, (to) => at({ part: numbered(to) }), naming, 'below')}
</main>
</div>
${bar(around, request, hasQuote ? '#q' : at({ part: null }, 'q'), say)}`,
  })
}

/** The HTML of one part of a report. */
function bodyHtml(
  around: Surroundings,
  { report, view, shown, places }: ReportRequest,
  part: number,
  marks: Marks,
  toItem: (id: string) => string,
): Html {
  const say = webTexts[around.language]
  const aim: Aim = marks.highlights.length > 0 ? 'highlight' : 'quote'
  if (view === 'page') {
    const picture = `${around.root}${reportPath(report.id)}/page/${part + 1}`
    return pageViewHtml(report, { page: part + 1, picture, places, placed: shown?.placed ?? null }, say)
  }
  if (view === 'original') return originalHtml(originalPart(report, layOutLines(report), part, marks), say, aim)
  const neighbours = (article: number) => neighboursOf(report, article, toItem, say)
  return restoredHtml(restoredPart(report, layOut(report), part, marks), neighbours, say, aim)
}

/** A report's part by its number, where there are several. */
function numberedIn({ parts }: Layout, part: number): number | null {
  return parts.length > 1 ? part + 1 : null
}

function marksOf({ shown }: ReportRequest): Marks {
  if (!shown) return noMarks
  const { quote, highlights, figures } = shown.placed
  return { quote: quote.ranges, highlights: shown.isSelection ? quote.ranges : highlights, figures }
}

function searchHere(around: Surroundings, { id }: Report, say: WebTexts): Html {
  return html`<search><form action="${around.root}" method="get" class="small-search">
<input type="hidden" name="tags" value="${id}">${around.isLanguageAsked && html`<input type="hidden" name="lang" value="${around.language}">`}
<input type="search" name="q" maxlength="500" placeholder="${say.report.searchHere}" aria-label="${say.report.searchHere}" autocomplete="off" enterkeyhint="search">
</form></search>`
}

/** The page's head: title, metadata, notes and the file to download. */
function head(around: Surroundings, { id, metadata, format, pages, notes }: Report, say: WebTexts): Html {
  const { publisher, district, date, period, url, fetched } = metadata
  const origin = originWords({ ...(url && { address: url }), ...(fetched && { fetched }) }, around.language)
  const facts: [string, string | undefined][] = [
    [say.metadata.publisher, publisher],
    [say.metadata.district, district],
    [say.metadata.date, date],
    [say.metadata.period, period],
    [say.metadata.format, say.formats[format]],
    [say.metadata.pages, pages.length > 0 ? String(pages.length) : undefined],
  ]
  return html`<header class="about">
<h1>${metadata.title}</h1>
<dl>${facts.map(([name, value]) => value !== undefined && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${origin.map((words) => html`<p><a class="origin" href="${url}" rel="noreferrer">${words}</a></p>`)}
${notes.length > 0 && html`<ul class="notes" aria-label="${say.report.notes}">${notes.map((note) => html`<li>${textIn(note, around.language)}</li>`)}</ul>`}
<p><a class="download" href="${around.root}${reportPath(id)}/file" download>${say.report.download}</a></p>
</header>`
}

/** The contents of a report with more articles list only those around the part. */
const maxListedArticles = 300

/** The article with which a part begins. */
function articleAt({ parts }: Layout, part: number): number {
  return parts[part]?.[0]?.article ?? 0
}

/** The contents: the articles around one of them, each with the sections of its two outer levels. */
function contents(
  report: Report,
  layout: Layout,
  around: number,
  toItem: (id: string) => string,
  say: WebTexts,
): Value {
  const last = Math.max(0, report.articles.length - maxListedArticles)
  const first = Math.min(Math.max(0, around - maxListedArticles / 2), last)
  const listed = report.articles.slice(first, first + maxListedArticles).map((article, i) => {
    const own = layout.articles[first + i]!
    const sections = own.filter(({ kind, depth }) => kind === 'section' && depth < 2)
    return { title: article.headline?.text ?? say.report.noHeadline, id: own[0]?.id, sections }
  })
  if (listed.length < 2 && (listed[0]?.sections.length ?? 0) < 2) return html`<div></div>`
  const entry = (id: string, title: string) => html`<a href="${toItem(id)}">${title}</a>`
  return html`<details class="contents" id="contents">
<summary>${say.report.contents}</summary>
<nav aria-label="${say.report.contents}"><ol>${listed.map(
    ({ title, id, sections }) =>
      id !== undefined &&
      html`<li>${entry(id, title)}${
        sections.length > 0 &&
        html`<ol>${sections.map((section) => html`<li class="depth-${section.depth}">${entry(section.id, section.cutting.text)}</li>`)}</ol>`
      }</li>`,
  )}</ol></nav>
</details>`
}

function neighboursOf(report: Report, article: number, toItem: (id: string) => string, say: WebTexts): Neighbours {
  const neighbour = (i: number) => {
    const story = report.articles[i]
    if (!story) return null
    const id = story.kicker ? `a${i}k` : story.headline ? `a${i}h` : story.byline?.ownLine ? `a${i}b` : `a${i}p1`
    return { headline: story.headline?.text ?? say.report.noHeadline, address: toItem(id) }
  }
  return { previous: neighbour(article - 1), next: neighbour(article + 1) }
}

function partsNav(
  part: number,
  count: number,
  address: (part: number) => string,
  naming: WebTexts['report']['partNaming'],
  place: 'above' | 'below',
): Value {
  if (count === 1 || (place === 'above' && part === 0)) return null
  return html`<nav class="parts" aria-label="${naming.all}">
${part > 0 && html`<a class="previous" rel="prev" href="${address(part - 1)}">${naming.previous}</a>`}
<span>${naming.one(part + 1, count)}</span>
${part + 1 < count && html`<a class="next" rel="next" href="${address(part + 1)}">${naming.next}</a>`}
</nav>`
}

/** The bar with the quote's source and the buttons to copy it; hidden until there is a quote or a selection. */
function bar(around: Surroundings, { shown }: ReportRequest, toQuote: string, say: WebTexts): Html {
  const copied = shown && {
    citation: fullCitation(shown.placed.quote, around.language),
    path: quoteAddress(shown.placed, shown.isSelection),
  }
  return html`<aside id="bar" class="bar" aria-label="${say.quote.title}"${!copied && html` hidden`}${copied && html` data-citation="${copied.citation}" data-path="${copied.path}"`}>
<p><strong>${shown?.isSelection ? say.quote.selection : say.quote.title}</strong> <a class="source" href="${toQuote}" title="${say.quote.toQuote}">${shown && sourceLine(shown.placed.quote.source, around.language)}</a></p>
<div class="actions">${around.botUsername !== undefined && html`<button type="button" data-share hidden>${say.quote.share}</button>`}<button type="button" data-copy="citation">${say.quote.copyCitation}</button><button type="button" data-copy="link">${say.quote.copyLink}</button><button type="button" class="close" aria-label="${say.quote.close}">×</button></div>
<p class="outcome" role="status"></p>
</aside>`
}

/** The path of a quote or selection below the pages' own address. */
export function quoteAddress(placed: QuoteInReport, isSelection: boolean): string {
  const query = new URLSearchParams(quoteParameters(placed, isSelection) as Record<string, string>)
  return `${reportPath(placed.report.id)}?${query}#q`
}

/** The ranges in a request's body; null when the value is not a list of ranges. */
export function readRanges(value: unknown): Range[] | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const isRange = (one: unknown): one is Range =>
    Array.isArray(one) && one.length === 2 && one.every((at) => Number.isSafeInteger(at))
  return value.every(isRange) ? value : null
}
