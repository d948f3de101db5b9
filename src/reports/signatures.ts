import { cut } from '../text/range.ts'
import { endsSentence } from '../text/sentences.ts'
import { dateAlone, organisation } from './head/dating.ts'
import { folded } from './head/folding.ts'
import { joinedLine, rangesOf } from './head/merging.ts'
import type { Line } from './lines.ts'

/** A document's signature is a list of organisations above a date, below its text or where an annex begins. */

const maxSigners = 6
const maxCharacters = 50

/** Joins the lines of every signature into one, a paragraph by itself. @param text the canonical text of the lines */
export function withSignatures(text: string, lines: readonly Line[]): Line[] {
  const joined: Line[] = []
  for (let at = 0; at < lines.length; at++) {
    const length = isBehindWhole(joined.at(-1)) ? signatureLength(lines, at) : 0
    if (length === 0) {
      joined.push(lines[at]!)
      continue
    }
    const group = lines.slice(at, at + length)
    joined.push(joinedLine(group, cut(text, rangesOf(group), ' '), 'alone'))
    at += length - 1
  }
  return joined
}

/** Tells whether no sentence breaks off above; a line that goes on with one is no signature, whatever it looks like. */
function isBehindWhole(above: Line | undefined): boolean {
  if (above === undefined || above.role !== undefined || above.furniture !== undefined) return true
  return endsSentence(above.content.text) || /[:：;；]$/u.test(above.content.text) || above.isRow === true
}

function signatureLength(lines: readonly Line[], at: number): number {
  let end = at
  while (end - at < maxSigners && isFree(lines[end]) && organisation.test(shownOf(lines[end]!))) end++
  return end > at && isFree(lines[end]) && dateAlone.test(folded(lines[end]!.content.text)) ? end - at + 1 : 0
}

function isFree(line: Line | undefined): boolean {
  if (line === undefined || line.content.text.length > maxCharacters || line.jumps.length > 0) return false
  return line.level === 0 && !line.isRow && line.role !== 'title' && line.furniture === undefined
}

function shownOf(line: Line): string {
  return folded(line.content.text).replaceAll(' ', '')
}
