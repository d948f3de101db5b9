import { bare } from '../text/normalize.ts'
import { type Cutting, cut, originalRanges, type Range } from '../text/range.ts'
import * as clues from './lineClues.ts'
import type { Line } from './lines.ts'
import type { Article, Byline, Paragraph } from './types.ts'
import type { Typesetting } from './typesetting.ts'

/** A sentence's end is looked for in this many pieces, as closing quotes and brackets may stand on their own lines. */
const tailPieces = 8

interface Draft {
  headline: Cutting | null
  kicker: Cutting | null
  byline: Byline | null
  paragraphs: Paragraph[]
  /** True while the article holds an editor's note, whose headline is still to come. */
  awaitsHeadline: boolean
  /** True while the article holds only lines that may stand above a headline: a date, a label. */
  isHead: boolean
}

/** Collects headings and running text into articles. The caller decides which lines belong together. */
export class ArticleBuilder {
  readonly headings = new Set<string>()
  readonly #text: string
  readonly #articles: Draft[] = []
  readonly #sections: OpenSections
  #ranges: Range[] = []
  #holdsSentence = false
  /** True after the end of a story, so that the next line starts another. */
  #isOver = false
  /** Headings that will be put behind the current paragraph. */
  #later: Line[] = []

  constructor(text: string, setting: Typesetting) {
    this.#text = text
    this.#sections = new OpenSections(setting)
  }

  /** True where the current paragraph stops in mid-sentence. */
  get torn(): boolean {
    if (this.#ranges.length === 0) return false
    // The end of the text decides, except that a semicolon closes a paragraph in which no sentence ended before.
    const tail = cut(this.#text, this.#ranges.slice(-tailPieces)).text
    return /[;；]$/u.test(tail) ? this.#holdsSentence : clues.isTorn(tail)
  }

  /** The number of articles so far. */
  get size(): number {
    return this.#articles.length
  }

  /** The headline and kicker of every article so far, together and each by itself. */
  get names(): string[][] {
    return this.#articles.map(({ headline, kicker }) => {
      const names = [kicker, headline].flatMap((name) => name?.text ?? [])
      return names.length > 1 ? [names.join(' '), ...names] : names
    })
  }

  /** Tells whether the current article names the same writers already. */
  hasByline(line: Line): boolean {
    const byline = this.#articles.at(-1)?.byline
    return byline != null && bare(byline.cutting.text) === bare(line.content.text)
  }

  endStory(): void {
    this.endParagraph()
    this.#leave(0)
    this.#isOver = true
  }

  headingGroup(group: readonly Line[], next: { story: boolean; region: boolean }): void {
    this.endParagraph()
    for (const line of group) this.headings.add(bare(line.content.text))
    const article = this.#isOver ? undefined : this.#articles.at(-1)
    if (article === undefined || next.story || next.region || article.awaitsHeadline || article.isHead) {
      const target = article?.awaitsHeadline || article?.isHead ? article : this.#startArticle()
      const heads = next.story ? group : group.slice(0, /(?:——|—|：|:)$/u.test(group[0]!.content.text) ? 2 : 1)
      target.headline = this.#joined(heads.slice(-1))
      target.kicker = heads.length > 1 ? this.#joined(heads.slice(0, -1)) : null
      target.awaitsHeadline = false
      target.isHead = false
      this.#leave(0)
      for (const line of group.slice(heads.length)) this.#section(line)
    } else for (const line of group) this.#section(line)
  }

  /** Adds a heading, which stands behind the current paragraph if that is torn. */
  sectionLater(line: Line): void {
    this.headings.add(bare(line.content.text))
    this.#later.push(line)
    if (!this.torn) this.endParagraph()
  }

  /** Adds a byline to the current article; a torn paragraph stays open. */
  bylineLine(line: Line): void {
    const article = this.#article()
    const ranges = [...(article.byline?.cutting.pieces ?? []), ...line.content.pieces].map((piece) => piece.range)
    article.byline = { cutting: cut(this.#text, ranges, article.byline ? ' ' : ''), ownLine: true }
  }

  runningText(line: Line, continued: boolean): void {
    if (!continued) {
      this.endParagraph()
      if (clues.opensEditorsNote(line.content.text)) this.#startArticle().awaitsHeadline = true
      else this.#article().isHead = false
      const title = clues.runInHeading(line.content.text)
      const style = clues.numberingOf(line.content.text)
      if (title !== null) {
        const ranges = originalRanges(line.content, [0, title.length])
        this.#enter(`n${style}`, cut(this.#text, ranges))
        // Text that is numbered like a heading above closes that heading's section; `1.` numbers lists inside one, too.
      } else if (style > 0 && style < 4) this.#leave(this.#sections.levelOf(`n${style}`))
    }
    this.#ranges.push(...line.content.pieces.map((piece) => piece.range))
    this.#holdsSentence ||= /[。！？!?]/u.test(line.content.text)
  }

  row(line: Line): void {
    this.endParagraph()
    const isFirst = this.#isOver || this.#articles.length === 0
    const article = this.#article()
    if (isFirst && line.role === 'alone') article.isHead = true
    else if (line.role !== 'alone') article.isHead = false
    this.#paragraph(line.content)
  }

  finish(): Article[] {
    this.endParagraph()
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

  /** The current article; a new one where there is none or its story is over. */
  #article(): Draft {
    return (this.#isOver ? undefined : this.#articles.at(-1)) ?? this.#startArticle()
  }

  #startArticle(): Draft {
    this.#leave(0)
    this.#isOver = false
    const article: Draft = {
      headline: null,
      kicker: null,
      byline: null,
      paragraphs: [],
      awaitsHeadline: false,
      isHead: false,
    }
    this.#articles.push(article)
    return article
  }

  endParagraph(): void {
    if (this.#ranges.length > 0) this.#paragraph(cut(this.#text, this.#ranges))
    this.#ranges = []
    this.#holdsSentence = false
    for (const line of this.#later.splice(0)) this.#section(line)
  }

  #paragraph(cutting: Cutting): void {
    const article = this.#article()
    article.paragraphs.push({ ...cutting, number: article.paragraphs.length + 1, sections: this.#sections.use() })
  }

  /** Closes the sections from `level` inward. A heading without text under it becomes a paragraph of its own. */
  #leave(level: number): void {
    for (const { title, sections } of this.#sections.leave(level)) {
      const { paragraphs } = this.#articles.at(-1)!
      paragraphs.push({ ...title, number: paragraphs.length + 1, sections })
    }
  }

  #joined(lines: readonly Line[]): Cutting {
    const ranges = lines.flatMap((line) => line.content.pieces.map((piece) => piece.range))
    return cut(this.#text, ranges, lines.length > 1 ? ' ' : '')
  }

  #section(line: Line): void {
    const style = clues.numberingOf(line.content.text)
    const bare = /[\s,，]/u.test(line.content.text) ? 'two clauses' : 'one clause'
    this.#enter(line.level > 0 ? `m${line.level}` : style > 0 ? `n${style}` : line.bold ? 'bold' : bare, line.content)
  }

  /** Enters a section, and closes those that its heading ends. */
  #enter(signature: string, title: Cutting): void {
    this.#leave(this.#sections.levelOf(signature))
    const style = clues.numberingOf(title.text)
    // Chapters number their sections anew, so a heading of the chapter before may come again and be no repetition.
    for (const heading of style > 0 ? this.headings : []) {
      if (clues.numberingOf(heading) > style) this.headings.delete(heading)
    }
    this.#sections.enter(signature, title)
  }
}

/**
 * The sections around the current text, outermost first. Headings that are set alike are on one level, so a heading
 * closes the section of an earlier one that is set alike, and all inside it; one that is set in a new way lies inside
 * the current section.
 */
class OpenSections {
  readonly #setting: Typesetting
  /** A section is used once text stood under its heading. */
  readonly #open: { signature: string; title: Cutting; used: boolean }[] = []

  constructor(setting: Typesetting) {
    this.#setting = setting
  }

  enter(signature: string, title: Cutting): void {
    this.#open.push({ signature, title, used: false })
  }

  /** The headings above a text, which are used by it. */
  use(): Cutting[] {
    for (const section of this.#open) section.used = true
    return this.#titlesAbove(this.#open.length)
  }

  /** Closes the sections from `level` inward. @returns the headings that stood above no text */
  leave(level: number): { title: Cutting; sections: Cutting[] }[] {
    const unused: { title: Cutting; sections: Cutting[] }[] = []
    for (const [i, { title, used }] of this.#open.entries()) {
      if (i < level || used) continue
      unused.push({ title, sections: this.#titlesAbove(i) })
      for (const outer of this.#open.slice(0, i + 1)) outer.used = true
    }
    this.#open.length = level
    return unused
  }

  /** The level of a heading: of the section that is set alike, or like one inside such a section; else inside all. */
  levelOf(signature: string): number {
    const isAlikeOrInner = (other: string) =>
      other === signature || (/^[mn]\d/.test(signature) && other[0] === signature[0] && other > signature)
    // A short line without any mark heads no chapters where it is the only one of its kind.
    const isLone = ({ signature: other, used }: { signature: string; used: boolean }) =>
      used && !this.#setting.hasBareHeadings && /^n[123]$/.test(signature) && / clauses?$/.test(other)
    const level = this.#open.findIndex((section) => isAlikeOrInner(section.signature) || isLone(section))
    return level < 0 ? this.#open.length : level
  }

  #titlesAbove(level: number): Cutting[] {
    return this.#open.slice(0, level).map(({ title }) => title)
  }
}

/** The byline inside a story's text, in its dateline or after its last full stop; null where there is none. */
function bylineInText(text: string, paragraphs: readonly Paragraph[]): Byline | null {
  for (const [paragraph, find] of [
    [paragraphs[0], clues.datelineNames],
    [paragraphs.at(-1), clues.closingName],
  ] as const) {
    const found = paragraph && find(paragraph.text)
    if (found) return { cutting: cut(text, originalRanges(paragraph, found)), ownLine: false }
  }
  return null
}
