import { type Html, html, type Value } from './html.ts'
import { grouped, type Run } from './marks.ts'
import type { OriginalLine, OriginalRun } from './originalView.ts'
import type { ArticleView, Block, RestoredRun } from './restoredView.ts'
import type { WebTexts } from './texts.ts'

/** An article beside the one that is shown. */
export interface Neighbour {
  readonly headline: string
  readonly address: string
}

export type Neighbours = Readonly<Record<'previous' | 'next', Neighbour | null>>

/** Records whether the anchor `#q` is taken, as only the first quoted words get it. */
export interface Target {
  isTaken: boolean
}

/** The element around words of the report. Its `data-at` is their position in the canonical text. */
function words(
  run: { readonly at: number; readonly text: string },
  classes: readonly (string | false)[],
  title = '',
): Html {
  const names = classes.filter(Boolean).join(' ')
  return html`<span data-at="${run.at}"${names !== '' && html` class="${names}"`}${title !== '' && html` title="${title}"`}>${run.text}</span>`
}

const looksOf = ({ isFigure, isDoubtful, isInUncertainTable }: Run) => [
  isFigure && 'f',
  isDoubtful && 'd',
  isInUncertainTable && 'u',
]

/** The tooltip of a run: doubts about its words. */
function doubtsOf({ isDoubtful, isInUncertainTable }: Run, { report }: WebTexts): string {
  return [isDoubtful && report.doubtful, isInUncertainTable && report.uncertainTable].filter(Boolean).join('\n')
}

/** Wraps words of one mark. The first words that the page aims at become the anchor `#q`. */
function marked(mark: 'quote' | 'highlight' | null, inside: Value, target: Target, isAimedAt: boolean): Value {
  if (mark === null) return inside
  const here = !target.isTaken && isAimedAt
  if (here) target.isTaken = true
  const place = here && html` id="q" tabindex="-1" autofocus`
  return mark === 'highlight'
    ? html`<mark${place}>${inside}</mark>`
    : html`<span class="quoted"${place}>${inside}</span>`
}

/** The kind of mark that `#q` means: the highlight, or the quote where nothing in it is highlighted. */
export type Aim = 'quote' | 'highlight'

function restoredWords(runs: readonly RestoredRun[], say: WebTexts, target: Target, aim: Aim): Value[] {
  return grouped(runs).map((group) => {
    const inside = group.runs.map((run) => [
      run.before === ' ' && ' ',
      run.page !== null &&
        html`<span class="page" role="doc-pagebreak" aria-label="${say.report.page(run.page)}" data-page="${say.report.page(run.page)}"></span>`,
      words(run, [...looksOf(run), run.isShared && 'head', run.isRunIn && 'run-in'], doubtsOf(run, say)),
    ])
    return marked(group.mark, inside, target, group.mark === aim)
  })
}

/** Divides the runs of a table's row into its cells. */
function cellsOf(runs: readonly RestoredRun[]): RestoredRun[][] {
  const cells: RestoredRun[][] = []
  for (const run of runs) {
    if (run.before === '\n' || cells.length === 0) cells.push([run])
    else cells.at(-1)!.push(run)
  }
  return cells
}

function blockHtml(block: Block, say: WebTexts, target: Target, aim: Aim): Html {
  const { id, kind, number, depth, runs } = block
  const inside = () => restoredWords(runs, say, target, aim)
  const numbered = html`<a class="n" href="#${id}" aria-label="${say.report.paragraph(number)}">${number}</a>`
  const quoted = block.isQuoted && ' is-quoted'
  switch (kind) {
    case 'kicker':
      return html`<p class="kicker" id="${id}">${inside()}</p>`
    case 'headline':
      return html`<h2 id="${id}">${inside()}</h2>`
    case 'byline':
      return html`<p class="byline" id="${id}">${inside()}</p>`
    case 'section': {
      const tag = { html: `h${Math.min(6, depth + 3)}` }
      return html`<${tag} class="section" id="${id}">${inside()}</${tag}>`
    }
    case 'paragraph':
      return html`<p class="p${quoted}" id="${id}">${numbered}${inside()}</p>`
    case 'row': {
      const cells = cellsOf(runs).map(
        (cell, i) => html`<span class="${i === 0 ? 'label' : 'cell'}">${restoredWords(cell, say, target, aim)}</span>`,
      )
      return html`<p class="p row${quoted}" id="${id}">${numbered}${cells}</p>`
    }
  }
}

/** The HTML of restored articles, each with links to its neighbours. */
export function restoredHtml(
  views: readonly ArticleView[],
  neighbours: (article: number) => Neighbours,
  say: WebTexts,
  aim: Aim,
): Html {
  const target: Target = { isTaken: false }
  return html`${views.map(({ article, isContinued, blocks }) => {
    const { previous, next } = neighbours(article)
    const title = blocks.find(({ kind }) => kind === 'headline')
    const named = title ? html` aria-labelledby="${title.id}"` : html` aria-label="${say.report.noHeadline}"`
    return html`<article id="a${article}"${named}>
${isContinued && html`<p class="continued">${say.report.continued}</p>`}
${blocks.map((block) => html`${blockHtml(block, say, target, aim)}\n`)}
${
  (previous || next) &&
  html`<nav class="neighbours" aria-label="${say.report.neighbours}">
${previous && html`<a class="previous" href="${previous.address}"><small>${say.report.previousArticle}</small> ${previous.headline}</a>`}
${next && html`<a class="next" href="${next.address}"><small>${say.report.nextArticle}</small> ${next.headline}</a>`}
</nav>`
}
</article>
`
  })}`
}

function originalRun(run: OriginalRun, say: WebTexts): Value {
  const shown = words(run, looksOf(run), doubtsOf(run, say))
  const from = run.goesOnFrom
  return [
    run.joined &&
      (from === null
        ? html`<span class="seam" title="${say.report.joined}" role="img" aria-label="${say.report.joined}"></span>`
        : html`<a class="seam" href="#L${from}" data-label="${say.report.goesOnFrom(from)}" aria-label="${say.report.goesOnFrom(from)}"></a>`),
    run.reason === null
      ? shown
      : html`<span class="why" data-label="${say.reasons[run.reason]}" role="note" aria-label="${say.kinds.dropped}: ${say.reasons[run.reason]}"></span><del>${shown}</del>`,
    run.goesOnAt !== null &&
      html`<a class="seam" href="#L${run.goesOnAt}" data-label="${say.report.goesOn(run.goesOnAt)}" aria-label="${say.report.goesOn(run.goesOnAt)}"></a>`,
  ]
}

/** The HTML of a report's lines as they stand in the file, with annotations in the margin. */
export function originalHtml(lines: readonly OriginalLine[], say: WebTexts, aim: Aim): Html {
  const target: Target = { isTaken: false }
  return html`<ol class="lines">
${lines.map((line) => {
  const labels = line.begins
    .filter(({ kind }) => kind !== 'dropped')
    .map(({ kind, paragraph }) => (kind === 'paragraph' ? `¶ ${paragraph}` : say.kinds[kind]))
  const kind = line.runs.find((run) => run.kind !== null)?.kind ?? 'blank'
  const shown = grouped(line.runs).map(({ mark, runs }) => {
    const inside = runs.map((run) => originalRun(run, say))
    return marked(mark, inside, target, mark === aim)
  })
  return html`${line.page !== null && html`<li class="page-line" role="separator" aria-label="${say.report.page(line.page)}" data-page="${say.report.page(line.page)}"></li>\n`}<li id="L${line.number}" class="${kind}${line.isQuoted && ' is-quoted'}"><a class="n" href="#L${line.number}" aria-label="${say.report.line(line.number)}">${line.number}</a>${labels.length > 0 && html`<span class="labels" data-label="${[...new Set(labels)].join(' · ')}"></span>`}<span class="line">${shown}</span></li>
`
})}</ol>`
}
