import { bare } from '../text/normalize.ts'
import { type Cutting, cut, originalRanges, type Range } from '../text/range.ts'
import * as clues from './lineClues.ts'
import type { Line } from './lines.ts'
import type { Article, Byline, Paragraph } from './types.ts'
import type { Typesetting } from './typesetting.ts'

/** Pieces in which the end of a sentence is looked for: closing quotes and brackets may stand on lines of their own. */
const tailPieces = 8

interface Draft {
  headline: Cutting | null
  kicker: Cutting | null
  byline: Byline | null
  paragraphs: Paragraph[]
  /** Holds an editor's note so far, whose headline is still to come. */
  awaitsHeadline: boolean
  /** Holds nothing so far but what may stand above a headline: a date, a label. */
  isHead: boolean
}

/** Collects headings and running text into articles; what belongs together was decided before. */
export class ArticleBuilder {
  readonly headings = new Set<string>()
  readonly #text: string
  readonly #setting: Typesetting
  readonly #articles: Draft[] = []
  /** The headings above the text at hand, outermost first; `used` once text stood under them. */
  #sections: { signature: string; title: Cutting; used: boolean }[] = []
  #ranges: Range[] = []
  #holdsSentence = false
  /** Whether the story at hand is over, so that whatever comes starts another. */
  #isOver = false
  /** Headings to stand under the paragraph at hand. */
  #later: Line[] = []

  constructor(text: string, setting: Typesetting) {
    this.#text = text
    this.#setting = setting
  }

  /** Whether the paragraph at hand stops in mid-sentence. */
  get torn(): boolean {
    if (this.#ranges.length === 0) return false
    // Only the end tells, but for a semicolon, where it matters whether a sentence ended anywhere before.
    const tail = cut(this.#text, this.#ranges.slice(-tailPieces)).text
    return /[;；]$/u.test(tail) ? this.#holdsSentence : clues.isTorn(tail)
  }

  /** Articles so far. */
  get size(): number {
    return this.#articles.length
  }

  /** Headline and kicker of every article so far, together and each by itself. */
  get names(): string[][] {
    return this.#articles.map(({ headline, kicker }) => {
      const names = [kicker, headline].flatMap((name) => name?.text ?? [])
      return names.length > 1 ? [names.join(' '), ...names] : names
    })
  }

  /** Whether the article at hand names the same writers already. */
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

  /** A heading under which stands what comes after the paragraph at hand, if that is torn. */
  sectionLater(line: Line): void {
    this.headings.add(bare(line.content.text))
    this.#later.push(line)
    if (!this.torn) this.endParagraph()
  }

  /** Names the writers of the article at hand; a torn paragraph stays open. */
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
        // Text numbered like a heading above stands beside that; `1.` numbers lists inside a section, too.
      } else if (style > 0 && style < 4) this.#close(`n${style}`)
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

  /** The article at hand; a new one where there is none or its story is over. */
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
    const style = clues.numberingOf(line.content.text)
    const bare = /[\s,，]/u.test(line.content.text) ? 'two clauses' : 'one clause'
    this.#enter(line.level > 0 ? `m${line.level}` : style > 0 ? `n${style}` : line.bold ? 'bold' : bare, line.content)
  }

  /**
   * Enters a section. Headings set alike are on one level, so one that is set like a heading above closes that
   * heading's section and all inside it; one set in a new way lies inside the section at hand.
   */
  #enter(signature: string, title: Cutting): void {
    this.#close(signature)
    const style = clues.numberingOf(title.text)
    // Chapters number their sections anew: what was a heading in the one before is no repetition in this.
    for (const heading of style > 0 ? this.headings : []) {
      if (clues.numberingOf(heading) > style) this.headings.delete(heading)
    }
    this.#sections.push({ signature, title, used: false })
  }

  /** Closes the section of a heading set alike, or as one inside such a section, and all inside it. */
  #close(signature: string): void {
    const isAlikeOrInner = (other: string) =>
      other === signature || (/^[mn]\d/.test(signature) && other[0] === signature[0] && other > signature)
    // A short line without any mark that is the only one of its kind heads no chapters of the text.
    const isLone = ({ signature: other, used }: { signature: string; used: boolean }) =>
      used && !this.#setting.hasBareHeadings && /^n[123]$/.test(signature) && / clauses?$/.test(other)
    const level = this.#sections.findIndex((section) => isAlikeOrInner(section.signature) || isLone(section))
    if (level >= 0) this.#leave(level)
  }
}

/** The byline that stands inside a story's text: in its dateline, or after its last full stop. */
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
