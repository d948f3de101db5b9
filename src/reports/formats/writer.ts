import { type Range, trimmed } from '../../text/range.ts'
import { type Line, lineOf } from '../lines.ts'
import type { MarkedWords } from './raised.ts'

/** What a layout tells of a line that is being written. */
export type Told = Partial<Omit<Line, 'range' | 'jumps'>> & {
  /** Stretches of the words that only the layout put there, as offsets into them: a hyphen at the line's end. */
  readonly hidden?: readonly Range[]
}

/** Writes the canonical text of a format that is not itself text, a line at a time, in reading order. */
export class ManuscriptWriter {
  readonly lines: Line[] = []
  readonly pages: number[] = []
  // In parts, since a growing string that is read at every line is copied at every line.
  #parts: string[] = []
  #length = 0

  get text(): string {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')]
    return this.#parts[0] ?? ''
  }

  /** A new page starts with the next line; pages are parted by a form feed. */
  page(): void {
    if (this.#length > 0) this.#write('\f')
    this.pages.push(this.#length)
  }

  /** Writes `words`, a line of them, and returns where they stand. White space alone writes nothing. */
  line(words: string, { hidden = [], ...told }: Told = {}): Range {
    const shown = words.trim().replace(/[\r\n\f\u2028\u2029]+/gu, ' ')
    this.#endLine()
    const start = this.#length
    this.#write(shown)
    const range: Range = [start, this.#length]
    if (shown === '') return range
    const shift = words.length - words.trimStart().length
    const places = hidden.map(([from, to]): Range => [from - shift, to - shift])
    this.lines.push(moved(lineOf(shown, [0, shown.length], told, places), start))
    return range
  }

  /**
   * Writes a table's row, its cells parted by tabs, and returns where they stand, without the note marks at their edges. It is no
   * line yet: `add` its lines. A cell holds neither tabs nor line ends.
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

  /** Adds lines made of what was written: the rows of a table, which repeat the cells that head its columns. */
  add(lines: readonly Line[]): void {
    this.lines.push(...lines)
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

/** The stretch of `words` without white space and hidden stretches at its two ends. */
function inked(words: string, hidden: readonly Range[]): Range {
  let [from, to] = trimmed(words, [0, words.length])
  for (const [start, end] of hidden) if (start <= from && end < to) from = trimmed(words, [end, to])[0]
  for (const [start, end] of [...hidden].reverse()) if (end >= to && start > from) to = trimmed(words, [from, start])[1]
  return [from, to]
}

/** A line whose ranges lie `by` characters further on. */
function moved({ range, content, jumps, ...told }: Line, by: number): Line {
  const move = ([start, end]: Range): Range => [start + by, end + by]
  const pieces = content.pieces.map((piece) => ({ at: piece.at, range: move(piece.range) }))
  return { ...told, range: move(range), content: { text: content.text, pieces }, jumps: jumps.map(move) }
}
