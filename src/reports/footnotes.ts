import { endsSentence } from '../text/sentences.ts'
import { furnitureOf, isTorn } from './lineClues.ts'
import type { Line } from './lines.ts'

/** Notes at the foot of a page stand between the halves of a sentence that goes on overleaf. */

const mark = /^(?:[①-⑳㉑-㉟]|\[\d{1,3}\]|［\d{1,3}］|\*(?!\*)|※|注\s*\d{0,2}\s*[:：]|[¹²³⁴-⁹])\s*\S/u
const maxNoteLines = 12
const maxHalfLines = 8

/** Moves notes behind the sentence that they interrupt. @param text the canonical text of the lines */
export function withNotesBehind(text: string, lines: readonly Line[]): Line[] {
  const ordered: Line[] = []
  let above: Line | undefined
  for (let at = 0; at < lines.length; at++) {
    const isInside = mark.test(lines[at]!.content.text) && isFree(lines[at]!) && above !== undefined && isOpen(above)
    const notes = isInside ? noteLines(lines, at) : 0
    const half = notes === 0 ? 0 : halfLines(text, lines, at + notes)
    if (half === 0) {
      ordered.push(lines[at]!)
      if (!isFurniture(lines[at]!)) above = lines[at]
      continue
    }
    const [start, middle, end] = [at, at + notes, at + notes + half]
    ordered.push(...lines.slice(middle, end), ...lines.slice(start, middle).map((line) => apart(line)))
    above = ordered.at(-1)
    at = end - 1
  }
  return ordered
}

/** True where restoring will leave the line out, as it does with a page number. */
function isFurniture({ furniture, content }: Line): boolean {
  return furniture !== undefined || furnitureOf(content.text, false) !== null
}

function isFree({ level, isRow, furniture, role }: Line): boolean {
  return level === 0 && !isRow && furniture === undefined && role === undefined
}

/** True where running text stops in the line in the middle of a sentence. */
function isOpen(line: Line): boolean {
  return isFree(line) && line.content.text.length >= 10 && isTorn(line.content.text)
}

/** The number of lines from `at` on that are whole notes. */
function noteLines(lines: readonly Line[], at: number): number {
  let whole = 0
  for (let i = at; i < Math.min(lines.length, at + maxNoteLines); i++) {
    const line = lines[i]!
    if (isFurniture(line)) break
    const isWhole = i === at || mark.test(line.content.text) || !endsSentence(lines[i - 1]!.content.text)
    if (!isFree(line) || !isWhole) break
    if (endsSentence(line.content.text)) whole = i - at + 1
  }
  return whole
}

/** The number of lines from `at` on that carry a torn sentence to its end after a page's break; 0 where none do. */
function halfLines(text: string, lines: readonly Line[], at: number): number {
  const [above, below] = [lines[at - 1], lines[at]]
  if (above === undefined || below === undefined) return 0
  if (!isFurniture(below) && !text.slice(above.range[1], below.range[0]).includes('\f')) return 0
  for (let i = at; i < Math.min(lines.length, at + maxHalfLines); i++) {
    const line = lines[i]!
    if (isFurniture(line)) continue
    if (!isFree(line) || mark.test(line.content.text)) return 0
    if (endsSentence(line.content.text)) return i - at + 1
  }
  return 0
}

/** Makes a note a paragraph of its own: its first line continues nothing, its other lines continue it. */
function apart(line: Line): Line {
  return mark.test(line.content.text) ? { ...line, continues: false } : { ...line, continues: true }
}
