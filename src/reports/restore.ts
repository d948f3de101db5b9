import { bare } from '../text/normalize.ts'
import { type Cutting, cut, originalRanges, type Range } from '../text/range.ts'
import { type Line, readLines } from './lines.ts'
import * as signs from './signs.ts'
import type { Article, Byline, Dropped, Paragraph } from './types.ts'

export interface Restored {
  readonly articles: readonly Article[]
  readonly dropped: readonly Dropped[]
}

/** Blank lines that part two regions of a page rather than two paragraphs. */
const regionGap = 3
/** So many headline-like lines in a row are a list, not headings. */
const maxHeadingRun = 3

/**
 * Finds the articles, sections and paragraphs of a plain text or Markdown report and undoes what page layout
 * did to it: a paragraph torn by a column, a page break, a repeated headline or a jump line is one paragraph
 * again; headings, bylines and page furniture are told from running text. Nothing is rewritten: every part is a
 * cutting of `text`, and what is in no part is listed in `dropped`.
 *
 * @param read the lines of `text`; those of a format with a layout say what the layout tells of them
 */
export function restore(text: string, read: readonly Line[] = readLines(text)): Restored {
  const { lines, dropped } = withoutFurniture(read)
  const page = describePage(lines)
  const builder = new PageBuilder(text)
  let i = 0
  while (i < lines.length) {
    const line = lines[i]!
    if (line.isRow) {
      builder.row(line)
      i++
      continue
    }
    if (builder.torn && isRepeat(line, builder.headings)) {
      for (const piece of line.content.pieces) dropped.push({ range: piece.range, reason: 'repeated heading' })
      i++
      continue
    }
    const group = headingGroup(lines, i, page, builder.torn)
    if (group.length > 0) {
      const next = lines[i + group.length]
      const gap = line.blanksBefore >= regionGap
      builder.headingGroup(group, { story: startsStory(next), region: page.isNewspaper && gap })
      i += group.length
    } else if (signs.isBylineLine(line.content.text) && !builder.torn) {
      builder.bylineLine(line)
      i++
    } else {
      builder.runningText(line, continues(lines[i - 1], line, page))
      i++
    }
  }
  return { articles: builder.finish(), dropped: dropped.sort((a, b) => a.range[0] - b.range[0]) }
}

interface Page {
  /** Several stories, each with a dateline or byline. */
  readonly isNewspaper: boolean
  /** Paragraphs open with white space. */
  readonly indents: boolean
  /** The width at which every line was broken, or Infinity when lines are whole paragraphs or fragments. */
  readonly wrapWidth: number
}

function describePage(lines: readonly Line[]): Page {
  const running = lines.filter((line) => line.level === 0 && !line.isRow)
  const lengths = running.map((line) => line.content.text.length)
  const counts = new Map<number, number>()
  for (const size of lengths) counts.set(size, (counts.get(size) ?? 0) + 1)
  const mode = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0
  const near = lengths.filter((size) => Math.abs(size - mode) <= 2).length
  return {
    isNewspaper: lines.some((line) => startsStory(line)),
    indents: running.filter((line) => line.indented).length * 3 > running.length,
    wrapWidth: running.length >= 8 && mode >= 15 && mode <= 80 && near * 2 > running.length ? mode - 2 : Infinity,
  }
}

/** Takes out what is page furniture by itself or, set in bold between stories, a slogan. */
function withoutFurniture(all: readonly Line[]): { lines: Line[]; dropped: Dropped[] } {
  const lines: Line[] = []
  const dropped: Dropped[] = []
  for (const line of all) {
    const reason =
      line.furniture ?? signs.furnitureOf(line.content.text, line.content.text === '' && line.jumps.length > 0)
    if (reason) dropped.push({ range: line.range, reason })
    else {
      for (const range of line.jumps) dropped.push({ range, reason: 'jump line' })
      lines.push(line)
    }
  }
  const isSlogan = (line: Line, i: number) => {
    if (!line.bold || line.level > 0 || /[。！？!?]$/u.test(line.content.text)) return false
    const next = lines.slice(i + 1).find((other) => !(other.bold && other.level === 0))
    return next === undefined || next.level > 0
  }
  const kept = lines.filter((line, i) => {
    if (!isSlogan(line, i)) return true
    dropped.push({ range: line.range, reason: 'slogan' })
    return false
  })
  return { lines: kept, dropped }
}

const startsStory = (line: Line | undefined): boolean =>
  line !== undefined && (signs.opensStory(line.content.text) || signs.isBylineLine(line.content.text))

const isRepeat = (line: Line, headings: ReadonlySet<string>): boolean => headings.has(bare(line.content.text))

/** The run of headings that starts at `lines[i]`; empty when running text stands there. */
function headingGroup(lines: readonly Line[], i: number, page: Page, torn: boolean): Line[] {
  let end = i
  while (end < lines.length && isHeading(lines, end, page, torn && end === i)) end++
  const group = lines.slice(i, end)
  const marked = group.some((line) => line.level > 0 || line.bold)
  // Headings head something: at the end of a page short lines are a signature, and many in a row are a list.
  if (!marked && (end === lines.length || group.length > maxHeadingRun)) return []
  return group
}

function isHeading(lines: readonly Line[], i: number, page: Page, torn: boolean): boolean {
  const line = lines[i]!
  const shown = line.content.text
  if (line.level > 0) return true
  if (line.isRow || line.continues || lines[i + 1]?.continues) return false
  if (line.jumps.length > 0 || signs.isItem(shown)) return false
  if (startsStory(line) || signs.opensEditorsNote(shown)) return false
  if (line.bold && signs.looksLikeHeadline(shown)) return true
  const style = signs.numberingOf(shown)
  if (style > 0) {
    const isSibling = (other: Line | undefined) =>
      other !== undefined &&
      signs.numberingOf(other.content.text) === style &&
      signs.isNumberedHeading(other.content.text)
    return signs.isNumberedHeading(shown) && !isSibling(lines[i + 1]) && !(isSibling(lines[i - 1]) && style === 4)
  }
  if (!signs.looksLikeHeadline(shown) || /^[“"「].*[”"」]$/u.test(shown)) return false
  if (shown.length >= page.wrapWidth) return false
  // After a torn line a short one is its continuation, unless a story opens right below it.
  return !torn || startsStory(lines[i + 1])
}

/** Whether `line` carries on the paragraph of the line before it. */
function continues(before: Line | undefined, line: Line, page: Page): boolean {
  if (before === undefined || before.level > 0 || before.isRow) return false
  if (line.continues !== undefined) return line.continues
  const shown = line.content.text
  if (/^[,，。、;；)）”’」』》]/u.test(shown)) return true
  if (startsStory(line) || signs.opensEditorsNote(shown) || signs.numberingOf(shown) > 0 || signs.isItem(shown))
    return false
  // An item of a list is whole without a full stop.
  if (signs.isItem(before.content.text) || signs.isNumberedHeading(before.content.text)) return false
  if (page.indents && line.indented) return false
  const wrapped = before.content.text.length >= page.wrapWidth && line.blanksBefore === 0
  return wrapped || signs.isTorn(before.content.text)
}

interface Draft {
  headline: Cutting | null
  kicker: Cutting | null
  byline: Byline | null
  paragraphs: Paragraph[]
  /** Holds an editor's note so far, whose headline is still to come. */
  awaitsHeadline: boolean
}

/** Collects headings and running text into articles; what belongs together was decided before. */
class PageBuilder {
  readonly headings = new Set<string>()
  readonly #text: string
  readonly #articles: Draft[] = []
  /** The headings above the text at hand, outermost first; `used` once text stood under them. */
  #sections: { signature: string; title: Cutting; used: boolean }[] = []
  #ranges: Range[] = []

  constructor(text: string) {
    this.#text = text
  }

  /** Whether the paragraph at hand stops in mid-sentence. */
  get torn(): boolean {
    return this.#ranges.length > 0 && signs.isTorn(cut(this.#text, this.#ranges).text)
  }

  headingGroup(group: readonly Line[], next: { story: boolean; region: boolean }): void {
    this.#endParagraph()
    for (const line of group) this.headings.add(bare(line.content.text))
    const article = this.#articles.at(-1)
    const isFirst = article === undefined
    if (isFirst || next.story || next.region || article.awaitsHeadline) {
      const target = article?.awaitsHeadline ? article : this.#startArticle()
      const heads = next.story ? group : group.slice(0, /(?:——|—|：|:)$/u.test(group[0]!.content.text) ? 2 : 1)
      target.headline = this.#joined(heads.slice(-1))
      target.kicker = heads.length > 1 ? this.#joined(heads.slice(0, -1)) : null
      target.awaitsHeadline = false
      this.#leave(0)
      for (const line of group.slice(heads.length)) this.#section(line)
    } else for (const line of group) this.#section(line)
  }

  bylineLine(line: Line): void {
    this.#endParagraph()
    const article = this.#articles.at(-1) ?? this.#startArticle()
    const ranges = [...(article.byline?.cutting.pieces ?? []), ...line.content.pieces].map((piece) => piece.range)
    article.byline = { cutting: cut(this.#text, ranges, article.byline ? ' ' : ''), ownLine: true }
  }

  runningText(line: Line, continued: boolean): void {
    if (!continued) {
      this.#endParagraph()
      if (signs.opensEditorsNote(line.content.text)) this.#startArticle().awaitsHeadline = true
      const title = signs.runInHeading(line.content.text)
      if (title !== null) {
        if (this.#articles.length === 0) this.#startArticle()
        const ranges = originalRanges(line.content, [0, title.length])
        this.#enter(`n${signs.numberingOf(title)}`, cut(this.#text, ranges))
      }
    }
    this.#ranges.push(...line.content.pieces.map((piece) => piece.range))
  }

  row(line: Line): void {
    this.#endParagraph()
    if (this.#articles.length === 0) this.#startArticle()
    this.#paragraph(line.content)
  }

  finish(): Article[] {
    this.#endParagraph()
    this.#leave(0)
    return this.#articles
      .filter((article) => article.paragraphs.length > 0 || article.headline !== null || article.byline !== null)
      .map(({ headline, kicker, byline, paragraphs }) => ({
        headline,
        kicker,
        byline: byline ?? bylineInText(this.#text, paragraphs),
        paragraphs,
      }))
  }

  #startArticle(): Draft {
    this.#leave(0)
    const article: Draft = { headline: null, kicker: null, byline: null, paragraphs: [], awaitsHeadline: false }
    this.#articles.push(article)
    return article
  }

  #endParagraph(): void {
    if (this.#ranges.length === 0) return
    if (this.#articles.length === 0) this.#startArticle()
    this.#paragraph(cut(this.#text, this.#ranges))
    this.#ranges = []
  }

  #paragraph(cutting: Cutting): void {
    const article = this.#articles.at(-1)!
    for (const section of this.#sections) section.used = true
    const sections = this.#sections.map((section) => section.title)
    article.paragraphs.push({ ...cutting, number: article.paragraphs.length + 1, sections })
  }

  /** Closes the sections from `level` inward. A heading that nothing stood under is text: a paragraph of its own. */
  #leave(level: number): void {
    for (const [i, { title, used }] of this.#sections.entries()) {
      if (i < level || used) continue
      const article = this.#articles.at(-1)!
      article.paragraphs.push({
        ...title,
        number: article.paragraphs.length + 1,
        sections: this.#sections.slice(0, i).map((outer) => outer.title),
      })
      for (const outer of this.#sections.slice(0, i + 1)) outer.used = true
    }
    this.#sections.length = level
  }

  #joined(lines: readonly Line[]): Cutting {
    const ranges = lines.flatMap((line) => line.content.pieces.map((piece) => piece.range))
    return cut(this.#text, ranges, lines.length > 1 ? ' ' : '')
  }

  #section(line: Line): void {
    const style = signs.numberingOf(line.content.text)
    const bare = /[\s,，]/u.test(line.content.text) ? 'two clauses' : 'one clause'
    this.#enter(line.level > 0 ? `m${line.level}` : style > 0 ? `n${style}` : line.bold ? 'bold' : bare, line.content)
  }

  /**
   * Enters a section. Headings set alike are on one level, so one that is set like a heading above closes that
   * heading's section and all inside it; one set in a new way lies inside the section at hand.
   */
  #enter(signature: string, title: Cutting): void {
    const isOuterOrAlike = (other: string) =>
      other === signature || (/^[mn]\d/.test(signature) && other[0] === signature[0] && other > signature)
    const level = this.#sections.findIndex((section) => isOuterOrAlike(section.signature))
    if (level >= 0) this.#leave(level)
    this.#sections.push({ signature, title, used: false })
  }
}

/** The byline that stands inside a story's text: in its dateline, or after its last full stop. */
function bylineInText(text: string, paragraphs: readonly Paragraph[]): Byline | null {
  for (const [paragraph, find] of [
    [paragraphs[0], signs.datelineNames],
    [paragraphs.at(-1), signs.closingName],
  ] as const) {
    const found = paragraph && find(paragraph.text)
    if (found) return { cutting: cut(text, originalRanges(paragraph, found)), ownLine: false }
  }
  return null
}
