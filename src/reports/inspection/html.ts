import { createHash } from 'node:crypto'
import type { Language } from '../../errors.ts'
import { emptyPagesOf } from '../emptyPages.ts'
import type { Report } from '../types.ts'
import { type Part, pagesOf, partsOf, type Segment, segmentsOf } from './parts.ts'
import { style } from './style.ts'
import { type Words, wordsOf } from './words.ts'

/** Colours of paragraphs. */
const colours = 4
/** The head of a long table belongs to all its rows; so many are named. */
const maxNamedParts = 40

/** By this a page is known as one of ours, which may be written anew. */
export const inspectionMark = '<meta name="generator" content="wenju inspect">'

/** Lights up all pieces of what the pointer or the focus is on; without it the colours and titles still tell. */
const script = `
const light = (event) => {
  const ids = event.target.closest?.('[data-p]')?.dataset.p.split(' ') ?? []
  for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit')
  for (const id of ids) for (const piece of document.querySelectorAll('[data-p~="' + id + '"]')) piece.classList.add('lit')
}
document.addEventListener('pointerover', light)
document.addEventListener('click', light)
`

/**
 * One page that shows reports as they were understood: the canonical text in its own order, page by page, with all
 * that was found laid over it, and the outline beside it. It needs nothing else and asks nobody for anything; every
 * character of the canonical text stands in it once, in the elements of the class `text`.
 */
export function inspectionHtml(reports: readonly Report[], language: Language): string {
  const words = wordsOf(language)
  const title = reports.map((report) => report.metadata.title).join(' · ')
  const hash = createHash('sha256').update(script).digest('base64')
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
${inspectionMark}
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${reports.map((report, i) => reportHtml(report, `r${i}`, language, words)).join('\n')}
<script>${script}</script>
</body>
</html>
`
}

/**
 * A colour for each paragraph, by its id: other than those of its neighbours on the page, which after a jump to
 * another page are not those of its article; of more neighbours than there are colours some may share its own.
 */
function coloursOf(parts: readonly Part[]): ReadonlyMap<string, number> {
  const pieces = parts
    .filter((part) => part.kind === 'paragraph')
    .flatMap(({ id, ranges }) => ranges.map(([start]) => ({ id, start })))
    .sort((a, b) => a.start - b.start)
  const neighbours = new Map<string, Set<string>>()
  for (const [i, { id }] of pieces.entries()) {
    const known = neighbours.get(id) ?? new Set()
    for (const other of [pieces[i - 1], pieces[i + 1]]) if (other && other.id !== id) known.add(other.id)
    neighbours.set(id, known)
  }
  const found = new Map<string, number>()
  for (const [id, others] of neighbours) {
    const used = new Set([...others].map((other) => found.get(other)))
    const order = Array.from({ length: colours }, (_, i) => (found.size + i) % colours)
    found.set(id, order.find((colour) => !used.has(colour)) ?? order[0]!)
  }
  return found
}

function reportHtml(report: Report, prefix: string, language: Language, words: Words): string {
  const parts = partsOf(report)
  const colourOf = coloursOf(parts)
  const pages = pagesOf(report).map((page, i) => {
    const shown = segmentsOf(report, parts, page).map((segment) =>
      segmentHtml(report, segment, prefix, colourOf, words),
    )
    const name = report.pages.length > 0 ? `<h2>${escaped(words.page(i + 1))}</h2>\n` : ''
    return `<section class="page">${name}<div class="text">${shown.join('')}</div></section>`
  })
  return `<article class="report">
<header>
<h1>${escaped(report.metadata.title)}</h1>
<dl>${facts(report, language, words)}</dl>
${legend(words)}
</header>
<div class="columns">
${outline(report, parts, prefix, words)}
<main>
${pages.join('\n')}
</main>
</div>
</article>`
}

function facts(report: Report, language: Language, words: Words): string {
  const { file, format, pages, metadata, notes, doubtful, uncertainTables } = report
  const { title: _, inferredYear, ...stated } = metadata
  const size = pages.length > 0 ? ` · ${words.pages(pages.length)}` : ''
  return [
    [words.format, `${file} · ${words.formats[format]}${size}`, ''],
    ...Object.entries(stated).map(([name, value]) => [words.metadata[name] ?? name, value, '']),
    ...(inferredYear
      ? [[words.metadata.inferredYear!, words.inferred(inferredYear.year, inferredYear.evidence), '']]
      : []),
    ...notes.map((note) => [words.note, note[language], ' class="note"']),
    ...[
      [words.doubtful, count(doubtful)],
      [words.uncertainTable, count(uncertainTables)],
      [words.emptyPages, emptyPagesOf(report).join(', ')],
    ].flatMap(([name, value]) => (value === '' ? [] : [[name, value, ' class="note"']])),
  ]
    .map(([name, value, look]) => `<div${look}><dt>${escaped(name!)}</dt><dd>${escaped(value!)}</dd></div>`)
    .join('')
}

/** The number of them, or nothing. */
const count = ({ length }: readonly unknown[]): string => (length > 0 ? `${length}` : '')

function legend(words: Words): string {
  const kinds = (['kicker', 'headline', 'byline', 'section'] as const).map((kind) => [kind, words.kinds[kind]])
  const looks = [
    ...kinds,
    ...Array.from({ length: colours }, (_, i) => [`paragraph c${i}`, `${words.kinds.paragraph}`]),
    ['dropped', words.kinds.dropped],
    ['doubtful', words.doubtful],
    ['uncertain-table', words.uncertainTable],
  ]
  const shown = looks.map(([look, name]) => `<span class="${look}">${escaped(name!)}</span>`)
  return `<p class="legend" aria-label="${escaped(words.legend)}">${shown.join(' ')} <span class="seam">⁀ ${escaped(words.seam)}</span></p>`
}

function outline({ articles }: Report, parts: readonly Part[], prefix: string, words: Words): string {
  const items = articles.map(({ headline, byline }, a) => {
    const own = parts.filter((part) => part.article === a)
    const first = own.find((part) => part.kind === 'headline') ?? own.find((part) => part.kind === 'paragraph')
    const seen = new Set<number>()
    const titles = articles[a]!.paragraphs.flatMap(({ sections }) =>
      sections.flatMap((section, depth) => {
        const at = section.pieces[0]?.range[0] ?? -1
        if (seen.has(at)) return []
        seen.add(at)
        return [{ id: `a${a}s${seen.size - 1}`, depth: Math.min(depth, 3), text: section.text }]
      }),
    )
    const inner = titles.map(
      ({ id, depth, text }) => `<li class="d${depth}"><a href="#${prefix}${id}">${escaped(text)}</a></li>`,
    )
    const name = escaped(headline?.text ?? words.noHeadline)
    const link = first ? `<a href="#${prefix}${first.id}">${name}</a>` : name
    const count = articles[a]!.paragraphs.length
    const detail = [byline?.cutting.text, `¶ ${count}`].filter((part) => part !== undefined).join(' · ')
    const list = inner.length > 0 ? `<ul>${inner.join('')}</ul>` : ''
    return `<li>${link} <small>${escaped(detail)}</small>${list}</li>`
  })
  return `<nav aria-label="${escaped(words.outline)}"><h2>${escaped(words.outline)}</h2><ol>${items.join('')}</ol></nav>`
}

function segmentHtml(
  { text }: Report,
  segment: Segment,
  prefix: string,
  colourOf: ReadonlyMap<string, number>,
  words: Words,
): string {
  const { parts, begins, isDoubtful, isInUncertainTable, seamBefore, seamAfter } = segment
  const anchors = begins.map(({ id }) => `<a id="${prefix}${id}"></a>`).join('')
  const shown = escaped(text.slice(...segment.range))
  if (parts.length === 0 && !isDoubtful && !isInUncertainTable) return shown
  const paragraph = parts.find((part) => part.kind === 'paragraph')
  const looks = [
    ...new Set(parts.map(({ kind }) => kind)),
    ...(paragraph ? [`c${colourOf.get(paragraph.id)}`] : []),
    ...(isDoubtful ? ['doubtful'] : []),
    ...(isInUncertainTable ? ['uncertain-table'] : []),
    ...(seamBefore ? ['seam-before'] : []),
    ...(seamAfter ? ['seam-after'] : []),
  ]
  const number = begins.find((part) => part.kind === 'paragraph')
  const label = number ? ` data-n="${number.article + 1}.${number.paragraph}"` : ''
  const dropped = begins.find((part) => part.reason !== null)
  const reason = dropped?.reason ? ` data-reason="${escaped(words.reasons[dropped.reason])}"` : ''
  const named = parts.slice(0, maxNamedParts)
  const titles = [
    ...named.map((part) => describe(part, words)),
    ...(isDoubtful ? [words.doubtful] : []),
    ...(isInUncertainTable ? [words.uncertainTable] : []),
  ]
  const pieces = named.length > 0 ? ` data-p="${named.map(({ id }) => prefix + id).join(' ')}"` : ''
  return `${anchors}<span class="${looks.join(' ')}"${pieces}${label}${reason} title="${escaped(titles.join('\n'))}">${shown}</span>`
}

function describe({ kind, article, paragraph, reason }: Part, words: Words): string {
  if (reason !== null) return `${words.kinds.dropped}: ${words.reasons[reason]}`
  return `${words.article(article + 1)} · ${kind === 'paragraph' ? words.paragraph(paragraph) : words.kinds[kind]}`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
}

/** Text as HTML shows it, also inside a quoted attribute; a lone carriage return is kept. */
function escaped(text: string): string {
  return text.replace(/[&<>"\r]/gu, (character) => entities[character]!)
}
