import { createHash } from 'node:crypto'
import { lowerBound } from '../lowerBound.ts'
import type { Article, Passage, Report } from '../reports/types.ts'
import { bare } from '../text/normalize.ts'
import { type Cutting, cut, lengthOfRanges, type Piece, type Range } from '../text/range.ts'

/** A selection of more characters, which is more than anybody cites, is none. */
export const maxSelectedCharacters = 4000
const maxSelectedRanges = 400

/**
 * The words that somebody selected of a report, as a passage to make a quote of; null when they are no text of an
 * article, or too much of it.
 * @param ranges of the canonical text, in the order in which they are read
 */
export function selectionOf(report: Report, ranges: readonly Range[]): Passage | null {
  const isInside = ([start, end]: Range) =>
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= report.text.length
  if (ranges.length > maxSelectedRanges || !ranges.every(isInside) || lengthOfRanges(ranges) > maxSelectedCharacters)
    return null
  const words = ranges.filter((range) => bare(report.text.slice(...range)) !== '')
  const spots = words.map((range) => spotOf(report, range))
  const first = spots.find((spot) => spot !== null)
  if (!first) return null
  const { text, pieces } = joined(report, words, spots)
  const hash = createHash('sha256').update(`${report.id}\n${bare(text)}`)
  return {
    id: `s-${hash.digest('base64url').slice(0, 16)}`,
    text,
    pieces,
    report: report.id,
    kind: 'body',
    writers: null,
    article: first.article,
    paragraph: first.paragraph,
    headline: report.articles[first.article]!.headline?.text ?? null,
    section: first.section,
  }
}

/** The place of a range in an article. */
interface Spot {
  readonly article: number
  /** The number of the paragraph; for a heading that of the paragraph after it. */
  readonly paragraph: number
  readonly section: string | null
  /** The same for all ranges of one paragraph or heading. */
  readonly part: Cutting
}

/** A range that belongs to one part of an article. */
interface Stretch {
  readonly range: Range
  readonly spot: Spot
  /** The stretch of the lower rank counts where two overlap. */
  readonly rank: number
}

interface Stretches {
  /** By their starts. */
  readonly all: readonly Stretch[]
  /** The farthest end of the stretches up to each one. */
  readonly reach: readonly number[]
}

const known = new WeakMap<Report, Stretches>()

/** The stretches of a report's articles, put in order once: links with hundreds of ranges into it must cost little. */
function stretchesOf(report: Report): Stretches {
  const stretches = known.get(report) ?? inOrder(report)
  known.set(report, stretches)
  return stretches
}

function inOrder({ articles, text }: Report): Stretches {
  const all: Stretch[] = []
  const seen = new Set<number>()
  const add = (part: Cutting, spot: Omit<Spot, 'part'>) => {
    for (const { range } of part.pieces) {
      // A table's head stands in each of its rows, a section's heading over each of its paragraphs.
      const key = range[0] * (text.length + 1) + range[1]
      if (!seen.has(key)) all.push({ range, spot: { ...spot, part }, rank: all.length })
      seen.add(key)
    }
  }
  for (const [article, story] of articles.entries()) {
    // A run-in heading is part of its paragraph, which therefore comes first.
    for (const part of story.paragraphs)
      add(part, { article, paragraph: part.number, section: sectionOf(part.sections) })
    for (const { number: paragraph, sections } of story.paragraphs)
      for (const [i, part] of sections.entries())
        add(part, { article, paragraph, section: sectionOf(sections.slice(0, i + 1)) })
    const paragraph = story.paragraphs[0]?.number ?? 1
    for (const part of headingsOf(story)) add(part, { article, paragraph, section: null })
  }
  all.sort((a, b) => a.range[0] - b.range[0])
  const reach: number[] = []
  for (const { range } of all) reach.push(Math.max(range[1], reach.at(-1) ?? 0))
  return { all, reach }
}

function spotOf(report: Report, [start, end]: Range): Spot | null {
  const { all, reach } = stretchesOf(report)
  const behind = lowerBound(0, all.length, (i) => all[i]!.range[0] < end)
  let found: Stretch | null = null
  for (let i = behind - 1; i >= 0 && reach[i]! > start; i--) {
    const stretch = all[i]!
    if (stretch.range[1] > start && (found === null || stretch.rank < found.rank)) found = stretch
  }
  return found?.spot ?? null
}

const headingsOf = ({ kicker, headline, byline }: Article): Cutting[] =>
  [kicker, headline, byline?.cutting].filter((part) => part != null)

const sectionOf = (sections: readonly Cutting[]): string | null => sections.map(({ text }) => text).join(' › ') || null

/** The ranges as one text: those of one paragraph put together as it is, paragraphs each on a line. */
function joined(report: Report, ranges: readonly Range[], spots: readonly (Spot | null)[]): Cutting {
  let text = ''
  const pieces: Piece[] = []
  for (let from = 0; from < ranges.length; ) {
    let to = from + 1
    while (to < ranges.length && spots[to]?.part === spots[from]?.part) to++
    const part = cut(report.text, ranges.slice(from, to), spots[from]?.part.text.includes('\n') ? '\n' : '')
    if (text !== '') text += '\n'
    for (const { at, range } of part.pieces) pieces.push({ at: text.length + at, range })
    text += part.text
    from = to
  }
  return { text, pieces }
}
