import { reportPath } from '../answer/address.ts'
import type { Facet, Narrowed } from '../answer/answerer.ts'
import type { ReportSummary } from '../reports/types.ts'
import { type ShownAnswer, type ShownQuote, stretches } from './answers.ts'
import { type Html, html, type Value } from './html.ts'
import { addressOf, otherLanguage, pageHtml, type Surroundings } from './pageShell.ts'
import { type WebTexts, webTexts } from './texts.ts'

export interface SearchRequest {
  readonly question: string
  /** The tags that the reports are narrowed to. */
  readonly tags: readonly string[]
  readonly narrowed: Narrowed
  /** The reports of the whole folder, by which a tag that means one is shown as its title. */
  readonly reports: readonly ReportSummary[]
  /** The reports of the menu: those that match all tags which mean no single report. */
  readonly choices: readonly ReportSummary[]
  /** The page of the list, counted from 1. */
  readonly page: number
  /** The answer, or the reason why there is none; null where nothing is asked. */
  readonly result: ShownAnswer | { readonly error: string } | null
}

const maxListed = 60
/** Nobody looks through a longer menu. The list below leads to every report, whose page has a search of its own. */
const maxChoices = 50
/** The page offers this many facets of each kind. */
const maxFacets = 6

/** The search box, the answer, and the list of reports. It works as a form where no script runs. */
export function searchPage(around: Surroundings, request: SearchRequest): string {
  const { question, tags, result, narrowed } = request
  const chosen = chosenIn(request)
  const say = webTexts[around.language]
  return pageHtml(around, {
    title: question === '' ? `${say.name} · ${say.tagline}` : `${question} · ${say.name}`,
    script: 'search',
    kind: 'search',
    scriptTexts: {
      name: say.name,
      title: `${say.name} · ${say.tagline}`,
      working: say.search.working,
      failed: say.search.failed,
      nearest: say.search.nearest,
    },
    inOtherLanguage: otherLanguage(around, '', { q: question, tags }),
    top: null,
    main: html`<main id="main">
<h1 class="visually-hidden">${say.home}</h1>
<search>
<form class="search" action="${around.root}" method="get">
<label for="question">${say.search.label}</label>
<div class="box">
<input id="question" type="search" name="q" value="${question}" maxlength="500" placeholder="${say.search.placeholder}" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="search" aria-describedby="keys"${question === '' && tags.length === 0 && html` autofocus`}>
<button type="submit">${say.search.submit}</button>
</div>
${tags.map((tag) => tag !== chosen && html`<input type="hidden" name="tags" value="${tag}">`)}${around.isLanguageAsked && html`<input type="hidden" name="lang" value="${around.language}">`}
<p id="keys" class="keys">${say.search.keys}</p>
${choice(request, chosen, say)}
</form>
${filters(around, request, chosen, say)}
</search>
<section id="results" aria-label="${say.search.results}" aria-live="polite"${result === null && html` hidden`}>
${result !== null && ('error' in result ? html`<p class="message">${result.error}</p>` : results(around, result, say))}
</section>
<section class="list" aria-labelledby="list-title">
<h2 id="list-title">${say.list.title(narrowed.reports.length)}</h2>
${list(around, request, say)}
</section>
</main>`,
  })
}

function results(
  around: Surroundings,
  { band, messages, quotes, further, furtherTitle }: ShownAnswer,
  say: WebTexts,
): Html {
  const listOf = (shown: readonly ShownQuote[]) =>
    html`<ol class="quotes">${shown.map((quote) => html`<li>${quoteHtml(around, quote)}</li>\n`)}</ol>`
  const items = listOf(quotes)
  return html`${messages.map((message) => html`<p class="message ${band}">${message}</p>`)}
${quotes.length > 0 && (band === 'none' ? html`<details><summary>${say.search.nearest}</summary>${items}</details>` : items)}${further.length > 0 && html`<details class="further"><summary>${furtherTitle}</summary>${listOf(further)}</details>`}`
}

function quoteHtml(around: Surroundings, quote: ShownQuote): Html {
  const [path, fragment] = quote.path.split('#')
  const asked = around.isLanguageAsked ? `&lang=${around.language}` : ''
  return html`<a class="found" href="${around.root}${path}${asked}#${fragment}"><q>${stretches(quote).map(
    ({ text, isMarked, isFigure }) => (isMarked ? html`<mark${isFigure && html` class="f"`}>${text}</mark>` : text),
  )}</q>${quote.gloss !== '' && html`<span class="gloss">${quote.gloss}</span>`}<span class="source">${quote.sourceLine}</span></a>`
}

/** The report that the menu shows as chosen; undefined where all are searched or there is no menu. */
function chosenIn({ tags, choices }: SearchRequest): string | undefined {
  return hasMenu(choices) ? tags.find((tag) => choices.some(({ id }) => id === tag)) : undefined
}

function hasMenu(choices: readonly ReportSummary[]): boolean {
  return choices.length > 1 && choices.length <= maxChoices
}

/** The menu of the reports, to search one of them. Reports of one title are shown with their files. */
function choice({ choices }: SearchRequest, chosen: string | undefined, say: WebTexts): Value {
  if (!hasMenu(choices)) return null
  const isDouble = ({ metadata }: ReportSummary) =>
    choices.filter((other) => other.metadata.title === metadata.title).length > 1
  return html`<p class="choice"><label for="report">${say.search.report}</label> <select id="report" name="tags" autocomplete="off">
<option value="">${say.search.allReports}</option>
${choices.map(
  (report) =>
    html`<option value="${report.id}"${report.id === chosen && html` selected`}>${report.metadata.title}${isDouble(report) && ` · ${report.file}`}</option>\n`,
)}</select></p>`
}

/** The filters in force, each to be removed, and the facets that narrow the reports further. */
function filters(
  around: Surroundings,
  { question, tags, narrowed, reports }: SearchRequest,
  chosen: string | undefined,
  say: WebTexts,
): Value {
  const name = (tag: string) => reports.find(({ id }) => id === tag)?.metadata.title ?? tag
  const chip = (to: readonly string[], label: Value, about: string, isOn: boolean) =>
    html`<li><a class="chip${isOn && ' on'}" href="${addressOf(around, '', { q: question, tags: to })}" data-tags="${JSON.stringify(to.filter((tag) => tag !== chosen))}"${about !== '' && html` aria-label="${about}"`}>${label}</a></li>`
  const taken = tags.filter((tag) => tag !== chosen)
  const on = taken.map((tag) => {
    const others = tags.filter((other) => other !== tag)
    return chip(others, html`${name(tag)} <span aria-hidden="true">×</span>`, say.search.remove(name(tag)), true)
  })
  const narrowing = (['district', 'year'] as const).map((kind) => {
    const facets = narrowed.facets.filter((facet) => facet.kind === kind).slice(0, maxFacets)
    const latest = kind === 'year' ? facets.sort((a, b) => Number(b.tag) - Number(a.tag)) : facets
    const label = ({ tag, reports }: Facet) => html`${tag} <small>${reports}</small>`
    return { kind, chips: latest.map((facet) => chip([...tags, facet.tag], label(facet), '', false)) }
  })
  const rows = narrowing.filter(({ chips }) => chips.length > 0)
  if (on.length + rows.length === 0) return null
  return html`<nav class="filters" aria-label="${say.search.filters}">${on.length > 0 && html`<ul class="chips">${on}</ul>`}${rows.map(
    ({ kind, chips }) =>
      html`<ul class="chips" aria-label="${say.search[kind]}"><li aria-hidden="true">${say.search[kind]}</li>${chips}</ul>`,
  )}</nav>`
}

function list(around: Surroundings, { question, tags, narrowed, page }: SearchRequest, say: WebTexts): Html {
  const { reports } = narrowed
  if (reports.length === 0) return html`<p>${say.list.none}</p>`
  const pages = Math.ceil(reports.length / maxListed)
  const shown = Math.min(Math.max(1, page), pages)
  const toPage = (to: number) => addressOf(around, '', { q: question, tags, page: to > 1 ? to : null })
  return html`<ul class="reports">${reports.slice((shown - 1) * maxListed, shown * maxListed).map(
    (report) => html`<li><a href="${addressOf(around, reportPath(report.id))}">${report.metadata.title}</a>
<span class="about">${aboutOf(report, say)}</span></li>
`,
  )}</ul>
${
  pages > 1 &&
  html`<nav class="parts" aria-label="${say.list.page(shown, pages)}">
${shown > 1 && html`<a class="previous" rel="prev" href="${toPage(shown - 1)}">${say.list.previous}</a>`}
<span>${say.list.page(shown, pages)}</span>
${shown < pages && html`<a class="next" rel="next" href="${toPage(shown + 1)}">${say.list.next}</a>`}
</nav>`
}`
}

/** A report's publisher, district, dates and format in one line, without what its title says already. */
function aboutOf({ metadata, format }: ReportSummary, say: WebTexts): string {
  const { title, publisher, district, date, period } = metadata
  const facts = [publisher, district, date, period].filter((part) => part !== undefined && !title.includes(part))
  return [...facts, ...(format === 'text' ? [] : [say.formats[format]])].join(' · ')
}
