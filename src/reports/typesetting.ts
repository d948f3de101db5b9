import * as clues from './lineClues.ts'
import type { Line } from './lines.ts'
import { widthOf } from './width.ts'

/** The setting of a document's lines, which gives clues that a single line does not. */
export interface Typesetting {
  /** True where there are stories, each with a dateline or byline. */
  readonly isNewspaper: boolean
  /** True where paragraphs open with white space. */
  readonly indents: boolean
  /** The width at which lines were broken, in half-widths; Infinity where lines are whole paragraphs or fragments. */
  readonly edge: number
  /** The names of speakers in front of their words (`甲议员：`), without the colon. */
  readonly speakers: ReadonlySet<string>
  /** True where several headings without any mark head parts of the text. */
  readonly hasBareHeadings: boolean
}

/** Text that was broken at an edge has this many lines at least, and more than this share of them end near the edge. */
const minWrapped = 8
const minFullShare = 0.5
const edges = { least: 24, most: 160 }
/** Full lines may differ by this many half-widths: by an indent that was lost or a figure that no longer fits. */
const raggedness = 8

/** Describes how a document is set. */
export function typesettingOf(lines: readonly Line[], startsStory: (line: Line) => boolean): Typesetting {
  const running = lines.filter((line) => line.level === 0 && !line.isRow && line.role === undefined)
  return {
    isNewspaper: lines.some(startsStory),
    indents: running.filter((line) => line.indented).length * 3 > running.length,
    edge: edgeOf(running.flatMap(({ content }) => (isChinese.test(content.text) ? [widthOf(content.text)] : []))),
    speakers: speakersIn(running),
    hasBareHeadings: countBareHeadings(lines) > 1,
  }
}

/** The edge is told from Chinese lines, as those of Latin words end where a word no longer fits. */
const isChinese = /\p{Script=Han}{2}/u

/** The width within reach of which most lines end; Infinity where there is none. @param all the widths of the lines */
function edgeOf(all: readonly number[]): number {
  // Cells and headings are short, whatever the edge is.
  const widths = all.filter((width) => width >= edges.least)
  if (widths.length < minWrapped) return Infinity
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  let best = { near: 0, width: 0 }
  for (const width of counts.keys()) {
    const near = Array.from({ length: raggedness + 1 }, (_, i) => counts.get(width - i) ?? 0).reduce((a, b) => a + b)
    if (near > best.near || (near === best.near && width > best.width)) best = { near, width }
  }
  const isEdge = best.width <= edges.most && best.near > widths.length * minFullShare
  return isEdge ? best.width : Infinity
}

/** The names that stand in front of a colon at the head of several lines, as in the minutes of a council. */
function speakersIn(lines: readonly Line[]): Set<string> {
  const counts = new Map<string, number>()
  for (const { content } of lines) {
    const name = speakerOf(content.text)
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Set([...counts].flatMap(([name, count]) => (count > 1 ? [name] : [])))
}

/** The name in front of a colon at the head of a line; null where there is none. */
export function speakerOf(text: string): string | null {
  return /^(\p{Script=Han}[\p{Script=Han}·]{1,9})[:：](?=\s*\S)/u.exec(text)?.[1] ?? null
}

function countBareHeadings(lines: readonly Line[]): number {
  const isRunning = (line: Line | undefined) => line !== undefined && /[。！？!?]/u.test(line.content.text)
  return lines.filter(({ content: { text }, ...line }, i) => {
    const isBare = line.level === 0 && !line.bold && !line.isRow && line.role === undefined
    return isBare && clues.numberingOf(text) === 0 && clues.looksLikeHeadline(text) && isRunning(lines[i + 1]) && i > 0
  }).length
}
