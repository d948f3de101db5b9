import { bare } from '../text/normalize.ts'
import type { Line } from './lines.ts'

/** Running heads and page numbers stand in texts that were made of pages, as `pdftotext` writes them. */

const minPages = 3
/** A running head stands on this share of the pages at least; a line that happens to end some pages does not. */
const minShare = 0.4
const maxCharacters = 60
const minCharacters = 3
/** This many lines at a page's edge may be its head or foot. */
const edgeLines = 2

/** Marks lines that come again at the head or foot of page after page. @param text the canonical text of the lines */
export function withoutRunningHeads(text: string, lines: readonly Line[]): Line[] {
  const inked = lines.flatMap((line, i) => (line.furniture === undefined && line.content.text !== '' ? [i] : []))
  const { edges, pages } = edgesOf(text, lines, inked)
  const counts = new Map<string, number>()
  for (const i of inked) counts.set(nameOf(lines[i]!), (counts.get(nameOf(lines[i]!)) ?? 0) + 1)
  const least = Math.max(minPages, pages * minShare)
  const seen = new Set<string>()
  const textFrom = lines.findIndex(({ content }) => /[，,。！？]/u.test(content.text))
  return lines.map((line, i) => {
    const name = nameOf(line)
    const isFirst = !seen.has(name)
    seen.add(name)
    if (!edges.has(i) || (counts.get(name) ?? 0) < least) return line
    const isNumber = numbered.test(line.content.text)
    // The first such line above the text may be the document's own title.
    if (isFirst && !isNumber && i < textFrom) return line
    return { ...line, furniture: isNumber ? 'page number' : 'header or footer' }
  })
}

/** The indices of lines at the edges of pages, beside a form feed or a page number, and the number of pages. */
function edgesOf(
  text: string,
  lines: readonly Line[],
  inked: readonly number[],
): { edges: Set<number>; pages: number } {
  const edges = new Set<number>()
  let [breaks, numbers] = [0, 0]
  for (const [at, i] of inked.entries()) {
    const before = inked[at - 1]
    const isBreak = before !== undefined && text.slice(lines[before]!.range[1], lines[i]!.range[0]).includes('\f')
    const isNumber = numbered.test(lines[i]!.content.text)
    if (isBreak) breaks++
    if (isNumber) numbers++
    if (!isBreak && !isNumber) continue
    const [from, to] = isBreak ? [at - edgeLines, at + edgeLines - 1] : [at - 1, at + 1]
    for (const near of inked.slice(Math.max(0, from), to + 1)) if (isCandidate(lines[near]!)) edges.add(near)
  }
  return { edges, pages: Math.max(breaks, numbers) + 1 }
}

/** A page number with the marks that tell it from a figure of a table. */
const numbered = /^[-—–·]+\s*\d{1,4}\s*[-—–·]+$|^\d{1,4}\s*\/\s*\d{1,4}$|^第\s*\d+\s*页/u

/** Tells whether a line could be a running head or a page number: no sentence, and no row of a table. */
function isCandidate({ content, isRow, level }: Line): boolean {
  const { length } = content.text
  const isShort = length >= minCharacters && length <= maxCharacters
  const isNumber = numbered.test(content.text)
  return (
    isShort &&
    (isNumber || /\p{L}/u.test(content.text)) &&
    !isRow &&
    level === 0 &&
    !/[。！？!?；;，,]|[：:]$/u.test(content.text)
  )
}

/** A line's words without its figures, which count the pages; of figures alone only their form. */
function nameOf({ content }: Line): string {
  const form = bare(content.text).replace(/\d+/gu, '0')
  const total = /^\d+\s*\/\s*(\d+)$/u.exec(content.text)?.[1]
  return total === undefined ? form : `0/${total}`
}
