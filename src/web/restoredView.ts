import { pageAt } from '../reports/pages.ts'
import type { Article, Report } from '../reports/types.ts'
import { type Cutting, overlapAny, type Range } from '../text/range.ts'
import { type Marks, noMarks, type Run, runsOf } from './marks.ts'
import { type Sized, splitIntoParts } from './parts.ts'

/** The restored view shows a report as articles, and in them headings and numbered paragraphs. */

export interface RestoredRun extends Run {
  /** The separator before the run, which is not the report's: a space between words, a line break in a table's row. */
  readonly before: '' | ' ' | '\n'
  /** The page that begins here; null where the page is that of the run before. */
  readonly page: number | null
  /** True for the head of a table's column, which is repeated in every row. */
  readonly isShared: boolean
  /** True for a heading inside its paragraph. */
  readonly isRunIn: boolean
}

export interface Block {
  /** The name of the block in fragments; unique in the report. */
  readonly id: string
  readonly kind: 'kicker' | 'headline' | 'byline' | 'section' | 'paragraph' | 'row'
  /** A paragraph's number in its article; 0 for all other kinds. */
  readonly number: number
  /** The depth of a section, from 0. */
  readonly depth: number
  readonly runs: readonly RestoredRun[]
  /** True where the block holds quoted words. */
  readonly isQuoted: boolean
}

/** A part of a report's article, or all of it. */
export interface ArticleView {
  /** Index into the report's articles. */
  readonly article: number
  /** True where the article begins in an earlier part. */
  readonly isContinued: boolean
  readonly blocks: readonly Block[]
}

/** A block before its words are laid out, with the room that it takes. */
interface Item extends Sized {
  readonly id: string
  readonly kind: Block['kind']
  readonly article: number
  readonly number: number
  readonly depth: number
  readonly cutting: Cutting
  /** The heading with which a paragraph begins. */
  readonly runIn: readonly Range[]
}

/** A report laid out once, from which each of its parts can be shown. */
export interface Layout {
  readonly parts: readonly (readonly Item[])[]
  /** The items of each article, over all parts. */
  readonly articles: readonly (readonly Item[])[]
  /** The starts of stretches that several rows share: the heads of tables. */
  readonly shared: ReadonlySet<number>
  /** The part in which each item begins, by the item's id. */
  readonly partById: ReadonlyMap<string, number>
}

const layouts = new WeakMap<Report, Layout>()

/** Divides a report into parts that are shown one at a time. The layout is kept with the report. */
export function layOut(report: Report): Layout {
  const layout = layouts.get(report) ?? divided(report)
  layouts.set(report, layout)
  return layout
}

function divided(report: Report): Layout {
  const articles = report.articles.map(itemsOf)
  const items = articles.flat()
  const seen = new Set<number>()
  const shared = new Set<number>()
  for (const { cutting, kind } of items) {
    if (kind !== 'row') continue
    for (const { range } of cutting.pieces) (seen.has(range[0]) ? shared : seen).add(range[0])
  }
  const parts = splitIntoParts(items)
  const partById = new Map(parts.flatMap((part, i) => part.map(({ id }) => [id, i] as const)))
  return { parts, articles, shared, partById }
}

/** Lays out one part of a report, with its marks. @param part counted from 0 */
export function restoredPart(report: Report, layout: Layout, part: number, marks: Marks = noMarks): ArticleView[] {
  const views: { article: number; isContinued: boolean; blocks: Block[] }[] = []
  let page: number | null = null
  const withPage = (run: Omit<RestoredRun, 'page'>): RestoredRun => {
    const here = run.isShared || report.pages.length < 2 ? page : pageAt(report, run.at)
    const begins = here !== page ? here : null
    page = here
    return { ...run, page: begins }
  }
  for (const item of layout.parts[part] ?? []) {
    const block = blockOf(report, item, layout, marks)
    if (views.at(-1)?.article !== item.article) {
      views.push({ article: item.article, isContinued: item.breaks !== 'article', blocks: [] })
    }
    views.at(-1)!.blocks.push({ ...block, runs: block.runs.map(withPage) })
  }
  return views
}

/** The part that shows a position of the canonical text, or the last text before it; counted from 0. */
export function partHolding({ parts, shared }: Layout, at: number): number {
  let before = 0
  for (const [part, items] of parts.entries()) {
    for (const { cutting } of items) {
      for (const { range } of cutting.pieces) {
        if (range[0] > at || shared.has(range[0])) continue
        if (at < range[1]) return part
        before = part
      }
    }
  }
  return before
}

/** The part in which an item begins, by its id; -1 for an unknown one. */
export function partOf({ partById }: Layout, id: string): number {
  return partById.get(id) ?? -1
}

type PlainBlock = Omit<Block, 'runs'> & { readonly runs: readonly Omit<RestoredRun, 'page'>[] }

function blockOf(report: Report, item: Item, { shared }: Layout, marks: Marks): PlainBlock {
  const { id, kind, number, depth, cutting } = item
  const isQuoted = cutting.pieces.some(({ range }) => !shared.has(range[0]) && overlapAny(marks.quote, [range]))
  let end = 0
  const runs = cutting.pieces.flatMap(({ at, range }) => {
    const isShared = shared.has(range[0])
    const before = separator(cutting.text.slice(end, at))
    end = at + range[1] - range[0]
    return runsOf(report, range, isQuoted ? marks : noMarks).map((run, i) => ({
      ...run,
      before: i === 0 ? before : '',
      isShared,
      isRunIn: item.runIn.some(([from, to]) => from <= run.at && run.at < to),
    }))
  })
  return { id, kind, number, depth, isQuoted, runs }
}

const separator = (text: string): '' | ' ' | '\n' => (text.includes('\n') ? '\n' : text === '' ? '' : ' ')

function itemsOf({ kicker, headline, byline, paragraphs }: Article, article: number): Item[] {
  const items: Item[] = []
  const add = (id: string, kind: Item['kind'], cutting: Cutting, more: Partial<Item> = {}) => {
    const before = items.at(-1)
    // A heading stays with the text below it.
    const breaks = !before ? 'article' : before.kind === 'paragraph' || before.kind === 'row' ? 'paragraph' : null
    const size = cutting.text.length + blockCharacters + cutting.pieces.length * pieceCharacters
    const plain = { number: 0, depth: 0, runIn: [] }
    items.push({ id: `a${article}${id}`, kind, article, ...plain, cutting, size, breaks, ...more })
  }
  if (kicker) add('k', 'kicker', kicker)
  if (headline) add('h', 'headline', headline)
  if (byline?.ownLine) add('b', 'byline', byline.cutting)
  const sections = new Set<number>()
  for (const paragraph of paragraphs) {
    const { number } = paragraph
    let runIn: Range[] = []
    for (const [depth, section] of paragraph.sections.entries()) {
      const at = startOf(section)
      if (at === startOf(paragraph)) runIn = section.pieces.map(({ range }) => range)
      else if (!sections.has(at)) add(`s${sections.size}`, 'section', section, { depth })
      sections.add(at)
    }
    add(`p${number}`, paragraph.text.includes('\n') ? 'row' : 'paragraph', paragraph, { number, runIn })
  }
  return items
}

/** The room that an element takes beside its words. */
const blockCharacters = 30
const pieceCharacters = 12

const startOf = ({ pieces }: Cutting): number => pieces[0]?.range[0] ?? -1
