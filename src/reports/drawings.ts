import type { Line } from './lines.ts'

/** Words on drawings and maps are set large and apart, as headings are, but they head nothing. */

const minNames = 3
/** This many blank lines part two regions of a page. */
const regionGap = 3

/**
 * Makes the words of drawings paragraphs by themselves: names of one size, each a region of its own, with nothing under
 * any of them to the end of the page.
 * @param text the canonical text of the lines
 */
export function withoutDrawnHeadings(text: string, lines: readonly Line[]): Line[] {
  const drawn = new Set<Line>()
  for (let at = 0; at < lines.length; at++) {
    const names: Line[] = []
    for (let i = at; i < lines.length && isName(lines[i]!, lines[at]!); i++) {
      if (i > at && breaksPage(text, lines[i - 1]!, lines[i]!)) break
      names.push(lines[i]!)
    }
    const below = lines[at + names.length]
    if (names.length >= minNames && below && breaksPage(text, names.at(-1)!, below))
      for (const name of names) drawn.add(name)
    at += Math.max(0, names.length - 1)
  }
  return lines.map((line) => (drawn.has(line) ? { ...line, level: 0, role: 'alone' } : line))
}

function isName(line: Line, first: Line): boolean {
  return line.level > 0 && line.level === first.level && line.furniture === undefined && line.blanksBefore >= regionGap
}

function breaksPage(text: string, above: Line, below: Line): boolean {
  return text.slice(above.range[1], below.range[0]).includes('\f')
}
