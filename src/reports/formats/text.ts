import type { Bilingual } from '../../errors.ts'
import { type Range, trimmed } from '../../text/range.ts'
import { type Line, readLines } from '../lines.ts'
import type { FormatReader, Manuscript } from '../manuscript.ts'
import { decode } from './decode.ts'
import { type Grid, tableLines } from './rows.ts'

/** Reads plain text and Markdown, whose marks `readLines` understands. The canonical text is the decoded file. */
export const readText: FormatReader = async (bytes, { file, charset }) => {
  const { text, notes } = decode(bytes, file, charset)
  return manuscriptOf(text, notes)
}

/** The manuscript of a plain text. */
export function manuscriptOf(text: string, notes: readonly Bilingual[] = []): Manuscript {
  const lines = withPipeTables(text, readLines(text))
  return { text, lines, pages: [], doubtful: [], stated: {}, notes }
}

/** Makes rows of a text's Markdown tables: a row of heads, a row of dashes and rows below, each with a `|`. */
function withPipeTables(text: string, lines: readonly Line[]): Line[] {
  const shown = (at: number) => (lines[at] ? text.slice(...lines[at].range) : '')
  const found: Line[] = []
  for (let at = 0; at < lines.length; at++) {
    const columns = cellsIn(text, lines[at]!.range).length
    if (!isRow(shown(at)) || !isDashes(shown(at + 1)) || cellsIn(text, lines[at + 1]!.range).length !== columns) {
      found.push(lines[at]!)
      continue
    }
    let end = at + 2
    while (end < lines.length && isRow(shown(end)) && lines[end]!.blanksBefore === 0) end++
    const grid: Grid = [at, ...range(at + 2, end)].map((row) => cellsIn(text, lines[row]!.range).slice(0, columns))
    // The row of dashes is kept as a line, so that it is listed among the page furniture.
    found.push(lines[at + 1]!, ...tableLines(text, grid, { headRows: grid.length > 1 ? 1 : 0 }))
    at = end - 1
  }
  return found
}

function isRow(line: string): boolean {
  return /(?<!\\)\|/u.test(line)
}

function isDashes(line: string): boolean {
  return line.includes('|') && /^\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?$/u.test(line)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
}

/** The cells of a row, without marks of bold or italic around them. */
function cellsIn(text: string, [start, end]: Range): (Range | null)[] {
  const line = text.slice(start, end)
  const edges = [...line.matchAll(/(?<!\\)\|/gu)].map((pipe) => pipe.index)
  if (edges[0] !== 0) edges.unshift(-1)
  if (edges.at(-1) !== line.length - 1) edges.push(line.length)
  return edges.slice(1).map((edge, i) => {
    const cell = trimmed(text, [start + edges[i]! + 1, start + edge])
    const inner = unmarked(text, cell)
    return inner[0] < inner[1] ? inner : null
  })
}

function unmarked(text: string, cell: Range): Range {
  const [, before, words] = /^([*_`]*)(.*?)[*_`]*$/su.exec(text.slice(...cell))!
  return trimmed(text, [cell[0] + before!.length, cell[0] + before!.length + words!.length])
}
