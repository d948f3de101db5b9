import { bare } from '../text/normalize.ts'
import { ArticleBuilder } from './articleBuilder.ts'
import { joinHalves, type Roles, rolesOf, type Story } from './continuations.ts'
import { findHalves } from './halves.ts'
import * as clues from './lineClues.ts'
import { type Line, readLines } from './lines.ts'
import { prepareLines } from './preparation.ts'
import { isValue } from './tables/cells.ts'
import type { Article, Dropped } from './types.ts'
import { speakerOf, type Typesetting, typesettingOf } from './typesetting.ts'
import { widthOf } from './width.ts'

/** A restored text with the lines that it was made from. */
export interface Restoration {
  readonly articles: readonly Article[]
  readonly dropped: readonly Dropped[]
  readonly lines: readonly Line[]
}

/** This many blank lines part two regions of a page rather than two paragraphs. */
const regionGap = 3
/** More headline-like lines in a row are a list, not headings. */
const maxHeadingRun = 3
/** A line longer than this share of the width is running text, in text that was broken at an edge. */
const maxHeadingShare = 0.7
/** A numbered line that falls short of the edge by fewer half-widths is running text that the edge broke. */
const raggedness = 8
/** A line that falls short of the edge by fewer half-widths goes on below even after the end of a sentence. */
const fullness = 3

/**
 * Finds the articles, sections and paragraphs of a text and undoes its page layout: a paragraph torn by a column, a
 * page break, a repeated headline or a jump line is one paragraph again, a story continued on another page is one
 * article, and headings, bylines and page furniture are told from running text. Nothing is rewritten: every part is a
 * cutting of `text`, and text that is in no part is listed in `dropped`.
 * @param read the lines of `text`, with the properties that the format tells
 * @param pages the start of each page in `text`; empty where the format has none
 */
export function restore(
  text: string,
  read: readonly Line[] = readLines(text),
  pages: readonly number[] = [],
): Restoration {
  const all = prepareLines(text, read)
  const { lines, dropped } = withoutFurniture(all)
  const setting = typesettingOf(lines, startsStory)
  const halves = findHalves(text, all, lines, pages)
  let assembled: Assembled | null = null
  if (halves.outgoing.length > 0 && halves.incoming.length > 0) {
    const sketch = assemble(text, lines, setting, rolesOf(lines, halves))
    const joined = joinHalves(lines, halves, sketch.stories)
    if (joined) assembled = assemble(text, joined.lines, setting, joined.roles)
  }
  assembled ??= assemble(text, lines, setting, new Map())
  return {
    articles: assembled.articles,
    dropped: [...dropped, ...assembled.dropped].sort((a, b) => a.range[0] - b.range[0]),
    lines: all,
  }
}

interface Assembled extends Omit<Restoration, 'lines'> {
  readonly stories: readonly Story[]
}

/** Makes articles of lines in their right order. @param roles the roles of lines in stories that were torn in two */
function assemble(text: string, lines: readonly Line[], setting: Typesetting, roles: Roles): Assembled {
  const builder = new ArticleBuilder(text, setting)
  const dropped: Dropped[] = []
  const starts: number[] = []
  const drop = ({ content }: Line) => {
    for (const { range } of content.pieces) dropped.push({ range, reason: 'repeated heading' })
  }
  let i = 0
  while (i < lines.length) {
    const line = lines[i]!
    const role = roles.get(line)
    const at = i++
    if (role === 'starts') builder.endStory()
    if (role === 'repeats' || (role === 'byline' && builder.hasByline(line))) drop(line)
    else if (role === 'byline') builder.bylineLine(line)
    else if (role === 'section') builder.sectionLater(line)
    else if (role === 'resumes' && builder.torn && mayContinue(line)) builder.runningText(line, true)
    else if (line.isRow || line.role === 'alone') builder.row(line)
    else {
      if (role === 'resumes') builder.endParagraph()
      const group =
        builder.torn && isRepeat(line, builder.headings) ? null : headingGroup(lines, at, setting, roles, builder.torn)
      if (group === null) drop(line)
      else if (group.length > 0) {
        const next = lines[at + group.length]
        const region = opensArticle(line) || (setting.isNewspaper && line.blanksBefore >= regionGap)
        builder.headingGroup(group, { story: startsStory(next), region })
        i = at + group.length
      } else if (clues.isBylineLine(line.content.text) && !builder.torn) {
        builder.endParagraph()
        builder.bylineLine(line)
      } else builder.runningText(line, role === undefined && continues(lines[at - 1], line, setting))
    }
    while (starts.length < builder.size) starts.push(at)
  }
  const articles = builder.finish()
  while (starts.length < builder.size) starts.push(lines.length)
  const { names } = builder
  return { articles, dropped, stories: starts.map((start, story) => ({ start, names: names[story]! })) }
}

/** Drops lines that are page furniture by themselves, and slogans, which are set in bold between stories. */
function withoutFurniture(all: readonly Line[]): { lines: Line[]; dropped: Dropped[] } {
  const lines: Line[] = []
  const dropped: Dropped[] = []
  for (const [i, line] of all.entries()) {
    const isJump = line.content.text === '' && line.jumps.length > 0
    // The heading of a sheet may be a number, such as `2020`.
    const isHalf = /^\d+$/u.test(line.content.text) && /^\.\d/u.test(all[i + 1]?.content.text ?? '')
    const isCell = /^\d+$/u.test(line.content.text) && [all[i - 1], all[i + 1]].some(isValueLine)
    const reason =
      line.furniture ?? (opensArticle(line) || isHalf || isCell ? null : clues.furnitureOf(line.content.text, isJump))
    if (reason) dropped.push({ range: line.range, reason })
    else {
      for (const range of line.jumps) dropped.push({ range, reason: 'jump line' })
      lines.push(line)
    }
  }
  const isSlogan = (line: Line, i: number) => {
    if (!line.bold || line.level > 0 || line.role !== undefined || /[。！？!?]$/u.test(line.content.text)) return false
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
  line !== undefined && (clues.opensStory(line.content.text) || clues.isBylineLine(line.content.text))

/** True where a speaker, who speaks several times in the text, begins to speak in the line. */
function isSpeech(line: Line, setting: Typesetting): boolean {
  const speaker = speakerOf(line.content.text)
  return speaker !== null && setting.speakers.has(speaker)
}

/** True for a line that is one figure. Two such lines are cells of a table, which are never joined. */
const isValueLine = (line: Line | undefined): boolean => line !== undefined && !line.isRow && isValue(line.content.text)

/** True where another article ends above the line. */
function opensArticle(line: Line): boolean {
  return line.opensArticle === true || line.role === 'title'
}

const isRepeat = (line: Line, headings: ReadonlySet<string>): boolean => headings.has(bare(line.content.text))

/** The run of headings that starts at `lines[i]`; empty when running text stands there. */
function headingGroup(lines: readonly Line[], i: number, setting: Typesetting, roles: Roles, torn: boolean): Line[] {
  const isFree = (at: number) => at < lines.length && (at === i || !roles.has(lines[at]!))
  let end = i
  const goesOn = () => isHeading(lines, end, setting, torn && end === i) && (end === i || !opensArticle(lines[end]!))
  while (isFree(end) && goesOn()) end++
  const group = lines.slice(i, end)
  const marked = group.some((line) => line.level > 0 || line.bold || line.role === 'title')
  // Headings stand above text: short lines at the end of the text are a signature, and many in a row are a list.
  if (!marked && (end === lines.length || group.length > maxHeadingRun)) return []
  return group
}

function isHeading(lines: readonly Line[], i: number, setting: Typesetting, torn: boolean): boolean {
  const line = lines[i]!
  const shown = line.content.text
  if (line.level > 0 || line.role === 'title') return true
  if (line.isRow || line.role === 'alone' || line.continues || lines[i + 1]?.continues) return false
  if (line.jumps.length > 0 || clues.isItem(shown)) return false
  if (startsStory(line) || clues.opensEditorsNote(shown)) return false
  if (line.bold && clues.looksLikeHeadline(shown)) return true
  const style = clues.numberingOf(shown)
  if (style > 0) {
    const isSibling = (other: Line | undefined) =>
      other !== undefined &&
      clues.numberingOf(other.content.text) === style &&
      clues.isNumberedHeading(other.content.text)
    const isFull = widthOf(shown) > setting.edge - raggedness
    if (isFull || clues.skipsChapter(shown, lines[i + 1]?.content.text ?? '')) return false
    return clues.isNumberedHeading(shown) && !isSibling(lines[i + 1]) && !(isSibling(lines[i - 1]) && style === 4)
  }
  if (!clues.looksLikeHeadline(shown) || !/\p{L}/u.test(shown) || /^[“"「].*[”"」]$/u.test(shown)) return false
  if (clues.lacksUnit(shown, lines[i + 1]?.content.text ?? '')) return false
  if (widthOf(shown) > setting.edge * maxHeadingShare || isSpeech(line, setting) || /^[-—–]/u.test(shown)) return false
  // A short line after a torn one is its continuation, unless a story opens right below it.
  return !torn || startsStory(lines[i + 1])
}

/** Tells whether a line carries on the paragraph of the line before it. */
function continues(before: Line | undefined, line: Line, setting: Typesetting): boolean {
  if (before === undefined || before.level > 0 || before.isRow || before.role !== undefined) return false
  if (line.continues !== undefined) return line.continues
  if (isValueLine(before) && isValueLine(line)) return false
  if (/^(?:[,，。、;；)）”’」』》]|\.\d)/u.test(line.content.text)) return true
  if (!mayContinue(line) || isSpeech(line, setting)) return false
  // An item of a list is whole without a full stop.
  if (clues.isItem(before.content.text) || clues.isNumberedHeading(before.content.text)) return false
  if (setting.indents && line.indented) return false
  // An item between dashes and a line's end is whole without a full stop.
  const isItem =
    /^[-—–]/u.test(before.content.text) && line.blanksBefore > 0 && clues.looksLikeHeadline(before.content.text)
  if (isItem && !(widthOf(before.content.text) > setting.edge * maxHeadingShare)) return false
  const wrapped = widthOf(before.content.text) > setting.edge - fullness && line.blanksBefore === 0
  return wrapped || clues.isTorn(before.content.text)
}

/** Tells whether a line could be the other half of a torn one. */
function mayContinue(line: Line): boolean {
  const shown = line.content.text
  const opens = startsStory(line) || clues.opensEditorsNote(shown)
  return !line.isRow && line.role === undefined && !opens && clues.numberingOf(shown) === 0 && !clues.isItem(shown)
}
