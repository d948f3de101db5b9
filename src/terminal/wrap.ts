import type { Range } from '../text/range.ts'
import { widthOf } from './width.ts'

const notAtStart = /^[，。、；：？！,.;:?!）」』”’》〉】)\]%‰℃…—]/u
const notAtEnd = /[（「『“‘《〈【([]$/u

/**
 * Breaks text into lines of at most `columns` terminal columns, as ranges of it; a Chinese character takes two. Chinese
 * may break between any two characters, words of letters and digits stay whole where they fit, and no line starts with
 * a closing mark or ends with an opening one.
 */
export function wrap(text: string, columns: number): Range[] {
  const lines: Range[] = []
  let start = 0
  let end = 0
  let width = 0
  const flush = (next: number) => {
    if (end > start) lines.push([start, end])
    start = next
    end = next
    width = 0
  }
  for (const [from, to] of unbreakable(text)) {
    const unit = text.slice(from, to)
    if (unit === '\n') {
      if (end === start) lines.push([from, from])
      flush(to)
      continue
    }
    const size = widthOf(unit)
    if (size > columns) {
      // A unit that is wider than a line is broken character by character.
      let at = from
      for (const character of unit) {
        const own = widthOf(character)
        if (width + own > columns) flush(at)
        at += character.length
        end = at
        width += own
      }
      continue
    }
    if (width + size > columns) flush(from)
    if (width === 0 && unit.trim() === '') {
      start = to
      end = to
      continue
    }
    end = to
    width += size
  }
  flush(text.length)
  return lines
}

/** The smallest stretches between which a line may break. */
function unbreakable(text: string): Range[] {
  const units: [number, number][] = []
  for (const match of text.matchAll(/\n|[ \t\u3000]+|[\p{Script=Latin}\p{N}.,'’/_-]+|./gsu)) {
    const range: [number, number] = [match.index, match.index + match[0].length]
    const last = units.at(-1)
    const before = last && text.slice(last[0], last[1])
    const glued =
      before !== undefined &&
      before !== '\n' &&
      match[0] !== '\n' &&
      (notAtStart.test(match[0]) || notAtEnd.test(before))
    if (glued && last) last[1] = range[1]
    else units.push(range)
  }
  return units
}
