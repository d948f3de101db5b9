import type { Range } from '../../text/range.ts'
import { type Line, lineOf } from '../lines.ts'

/** What a layout tells of a line that is being written. */
export type Told = Partial<Omit<Line, 'range' | 'jumps'>> & {
  /** Stretches of the words that only the layout put there, as offsets into them: a hyphen at the line's end. */
  readonly hidden?: readonly Range[]
}

/** Writes the canonical text of a format that is not itself text, a line at a time, in reading order. */
export class ManuscriptWriter {
  readonly pages: number[] = []
  #text = ''
  /** Lines are cut out of the text when they are asked for: each one cut while it grows would keep a copy of it all. */
  #lines: (Line | (() => Line))[] = []

  get lines(): readonly Line[] {
    const lines = this.#lines.map((line) => (typeof line === 'function' ? line() : line))
    this.#lines = lines
    return lines
  }

  get text(): string {
    return this.#text
  }

  /** A new page starts with the next line; pages are parted by a form feed. */
  page(): void {
    if (this.#text !== '') this.#text += '\f'
    this.pages.push(this.#text.length)
  }

  /** Writes `words`, a line of them, and returns where they stand. White space alone writes nothing. */
  line(words: string, { hidden = [], ...told }: Told = {}): Range {
    const shown = words.trim().replace(/[\r\n\f\u2028\u2029]+/gu, ' ')
    if (this.#text !== '' && !this.#text.endsWith('\f')) this.#text += '\n'
    const start = this.#text.length
    this.#text += shown
    const range: Range = [start, this.#text.length]
    if (shown === '') return range
    const shift = start - (words.length - words.trimStart().length)
    const places = hidden.map(([from, to]): Range => [from + shift, to + shift])
    this.#lines.push(() => lineOf(this.#text, range, told, places))
    return range
  }

  /** Adds lines made of what was written: the rows of a table, which repeat the cells that head its columns. */
  add(lines: readonly Line[]): void {
    for (const line of lines) this.#lines.push(line)
  }
}
