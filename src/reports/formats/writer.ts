import { type Range, trimmed } from '../../text/range.ts'
import { type Line, lineOf } from '../lines.ts'
import type { MarkedWords } from './raisedWords.ts'

/** The properties of a line that the format tells. */
export type LineHints = Partial<Omit<Line, 'range' | 'jumps'>> & {
  /** Stretches of the words that belong to the layout only, as offsets: a hyphen at the line's end. */
  readonly hidden?: readonly Range[]
}

/** Writes the canonical text of a format that is not itself text, a line at a time, in reading order. */
export class ManuscriptWriter {
  readonly lines: Line[] = []
  readonly pages: number[] = []
  // The text is kept in parts, since a growing string that is read at every line is copied at every line.
  #parts: string[] = []
  #length = 0

  get text(): string {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')]
    return this.#parts[0] ?? ''
  }

  /** Starts a new page with the next line. A form feed parts pages. */
  page(): void {
    if (this.#length > 0) this.#write('\f')
    this.pages.push(this.#length)
  }

  /** Writes a line, but not one of white space alone. @returns the range of its words */
  line(words: string, { hidden = [], ...hints }: LineHints = {}): Range {
    const shown = words.trim().replace(/[\r\n\f\u2028\u2029]+/gu, ' ')
    this.#endLine()
    const start = this.#length
    this.#write(shown)
    const range: Range = [start, this.#length]
    if (shown === '') return range
    const shift = words.length - words.trimStart().length
    const shifted = hidden.map(([from, to]): Range => [from - shift, to - shift])
    this.lines.push(moved(lineOf(shown, [0, shown.length], hints, shifted), start))
    return range
  }

  /**
   * Writes the cells of a table's row, parted by tabs. They are no line yet; `add` adds the lines that are made of
   * them.
   * @param cells cells without tabs and line ends
   * @returns the ranges of the cells, without the note marks at their edges
   */
  cells(cells: readonly MarkedWords[]): Range[] {
    this.#endLine()
    return cells.map(({ words, hidden }, i) => {
      if (i > 0) this.#write('\t')
      const start = this.#length
      this.#write(words)
      const [from, to] = inked(words, hidden)
      return [start + from, start + to]
    })
  }

  /** Adds lines made of written words: the rows of a table, which repeat the cells that head its columns. */
  add(lines: readonly Line[]): void {
    for (const line of lines) this.lines.push(line)
  }

  #endLine(): void {
    const last = this.#parts.at(-1)
    if (last !== undefined && !last.endsWith('\f')) this.#write('\n')
  }

  #write(words: string): void {
    if (words === '') return
    this.#parts.push(words)
    this.#length += words.length
  }
}

/** The range of words without white space and hidden stretches at both ends. */
function inked(words: string, hidden: readonly Range[]): Range {
  let [from, to] = trimmed(words, [0, words.length])
  for (const [start, end] of hidden) if (start <= from && end < to) from = trimmed(words, [end, to])[0]
  for (const [start, end] of [...hidden].reverse()) if (end >= to && start > from) to = trimmed(words, [from, start])[1]
  return [from, to]
}

/** A line with all ranges moved by some characters. */
export function moved({ range, content, jumps, ...known }: Line, by: number): Line {
  const move = ([start, end]: Range): Range => [start + by, end + by]
  const pieces = content.pieces.map((piece) => ({ at: piece.at, range: move(piece.range) }))
  return { ...known, range: move(range), content: { text: content.text, pieces }, jumps: jumps.map(move) }
}
