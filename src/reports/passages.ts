import { createHash } from 'node:crypto'
import { bare } from '../text/normalize.ts'
import { type Cutting, cut, originalRanges, type Range, slice } from '../text/range.ts'
import { clauses, sentences } from '../text/sentences.ts'
import { maxPassageCharacters } from './manuscript.ts'
import type { Article, Paragraph, Passage, Report } from './types.ts'

/** Divides a report into passages, in reading order: for each article its heading and the parts of its paragraphs. */
export function passagesOf(report: Report): Passage[] {
  const ids = passageIds(report.id)
  const found: Passage[] = []
  for (const [article, story] of report.articles.entries()) {
    const headline = story.headline?.text ?? null
    const add = (cutting: Cutting, kind: Passage['kind'], paragraph: number, sections: readonly Cutting[]) =>
      found.push({
        ...cutting,
        id: ids(cutting.text),
        report: report.id,
        kind,
        article,
        paragraph,
        headline,
        section: sections.length > 0 ? sections.map((section) => section.text).join(' › ') : null,
        writers: writersIn(cutting, story),
      })
    const addHeading = (heading: Cutting, paragraph: number, sections: readonly Cutting[]) => {
      if (heading.text.length <= maxPassageCharacters) add(heading, 'heading', paragraph, sections)
      else for (const part of partsOf(heading)) add(slice(heading, part), 'heading', paragraph, sections)
    }
    const head = headOf(report.text, story)
    if (head) addHeading(head, 1, [])
    let above: readonly Cutting[] = []
    for (const paragraph of story.paragraphs) {
      for (const section of paragraph.sections) {
        const isRunIn = section.pieces[0]!.range[0] === paragraph.pieces[0]!.range[0]
        if (!above.includes(section) && !isRunIn) addHeading(section, paragraph.number, paragraph.sections)
      }
      above = paragraph.sections
      const outline = outlineOf(report.text, story, paragraph)
      if (outline) add(outline, 'body', paragraph.number, paragraph.sections)
      else
        for (const part of partsOf(paragraph)) add(slice(paragraph, part), 'body', paragraph.number, paragraph.sections)
    }
  }
  return found
}

/**
 * The passage of a paragraph that only introduces others (`提出三点要求:`) and says nothing by itself. It goes on with the
 * first sentences of those paragraphs, as far as the limit allows, so that the list can be seen in one piece. Null for
 * other paragraphs.
 */
function outlineOf(text: string, { paragraphs }: Article, lead: Paragraph): Cutting | null {
  if (!/[:：]$/u.test(lead.text) || lead.text.length > maxLeadCharacters) return null
  const ranges = originalRanges(lead, [0, lead.text.length])
  let length = lead.text.length
  for (const item of paragraphs.slice(lead.number)) {
    const first = sentences(item.text)[0]
    const isSameSection = item.sections.at(-1) === lead.sections.at(-1)
    if (!first || !isSameSection || length + first[1] > maxPassageCharacters) break
    ranges.push(...originalRanges(item, first))
    length += first[1]
  }
  return ranges.length > lead.pieces.length ? cut(text, ranges, '\n') : null
}

const maxLeadCharacters = 80

/** The range of an article's byline in the text of one of its cuttings; null where the cutting does not hold it. */
export function writersIn({ pieces }: Cutting, { byline }: Article): Range | null {
  const range = byline?.cutting.pieces[0]?.range
  const piece = range && pieces.find((piece) => piece.range[0] <= range[0] && range[1] <= piece.range[1])
  if (!range || !piece) return null
  const start = piece.at + range[0] - piece.range[0]
  return [start, start + range[1] - range[0]]
}

/** An article's kicker, headline and byline on a line of its own, as one cutting; null where it has none of them. */
function headOf(text: string, article: Article): Cutting | null {
  const parts = [article.kicker, article.headline, article.byline?.ownLine ? article.byline.cutting : null]
  const ranges = parts.flatMap((part) => part?.pieces.map((piece) => piece.range) ?? [])
  return ranges.length > 0 ? cut(text, ranges, '\n') : null
}

/**
 * Gathers the sentences of a paragraph into as few parts as the limit allows, of lengths as even as can be, since a
 * short rest makes a poor passage. A long sentence may be divided at its semicolons and, where there is no other way,
 * its commas.
 */
function partsOf({ text }: Cutting): Range[] {
  const units = sentences(text).flatMap((sentence) => unitsOf(text, sentence))
  if (units.length === 0) return []
  const start = units[0]!.range[0]
  const end = units.at(-1)!.range[1]
  const even = (end - start) / Math.ceil((end - start) / maxPassageCharacters)
  // best[i] is the cheapest way to lay out the first i units; a part's cost grows with its distance from even length.
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }]
  for (let to = 1; to <= units.length; to++) {
    const last = units[to - 1]!
    let cheapest = { cost: Infinity, from: to - 1 }
    for (let from = to - 1; from >= 0; from--) {
      const length = last.range[1] - units[from]!.range[0]
      if (length > maxPassageCharacters && from < to - 1) break
      const cost = best[from]!.cost + ((length - even) / even) ** 2 + (to < units.length ? last.breakCost : 0)
      if (cost < cheapest.cost) cheapest = { cost, from }
    }
    best.push(cheapest)
  }
  const parts: Range[] = []
  for (let to = units.length; to > 0; to = best[to]!.from) {
    parts.unshift([units[best[to]!.from]!.range[0], units[to - 1]!.range[1]])
  }
  return parts
}

/** A sentence up to this length mostly names the topic of those that follow, and should not be parted from them. */
const topicCharacters = 26

/** Undivided text, with the cost of a break after it, which is less at a sentence's end than inside one. */
interface Unit {
  readonly range: Range
  readonly breakCost: number
}

function unitsOf(text: string, sentence: Range): Unit[] {
  if (sentence[1] - sentence[0] <= maxPassageCharacters / 2) {
    return [{ range: sentence, breakCost: sentence[1] - sentence[0] <= topicCharacters ? 0.5 : 0 }]
  }
  return clauses(text, sentence).flatMap(([start, end]) => {
    const units: Unit[] = []
    // Text without any punctuation (a table, a damaged scan) is cut at the limit.
    for (let from = start, to = start; from < end; from = to) {
      to = Math.min(end, from + maxPassageCharacters)
      if (to < end && /[\uD800-\uDBFF]$/.test(text.slice(from, to))) to--
      if (text.slice(from, to).trim() === '') continue
      const breakCost = to === sentence[1] ? 0 : /[;；]$/u.test(text.slice(start, to)) ? 0.5 : 3
      units.push({ range: [from, to], breakCost })
    }
    return units
  })
}

/**
 * Makes ids that a link can carry for good: 12 characters from the text and 4 from the report's id, base64url. The text
 * of a renamed report is still found by the first part. A text that a report holds again gets its count mixed in.
 */
function passageIds(report: string): (text: string) => string {
  const hash = (value: string) => createHash('sha256').update(value).digest('base64url')
  const counts = new Map<string, number>()
  return (text) => {
    const words = bare(text)
    const count = counts.get(words) ?? 0
    counts.set(words, count + 1)
    return `p-${hash(count === 0 ? words : `${count}\n${words}`).slice(0, 12)}${hash(report).slice(0, 4)}`
  }
}

/** The part of a passage's id that comes from its words; the rest comes from the report. */
export function wordsOf(passageId: string): string {
  return passageId.slice(0, -4)
}
