import { lowerBound } from '../../lowerBound.ts'
import type { Range } from '../../text/range.ts'
import type { Merge } from './tableWriter.ts'

/** Words, lines and tables are boxes on a page, in its own unit (points, pixels), where y grows downward. */

export interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** A word, or a run of words on one line. */
export interface Word extends Box {
  readonly text: string
  /** The size of the type: the height of a Chinese character. */
  readonly size: number
  readonly bold: boolean
  readonly doubtful?: boolean
  /** The quarters clockwise by which it is turned on the page as the file shows it; 0 where it is left out. */
  readonly turn?: number
}

/** The words in a cell, whose lines are parted by line ends. */
export interface PageCell {
  readonly text: string
  readonly doubtful: boolean
}

/** A table as it stands on a page. */
export interface PageTable extends Box {
  readonly cells: readonly (readonly PageCell[])[]
  readonly merges: readonly Merge[]
  /** The positions at which its columns part, with its left and right edge. */
  readonly edges: readonly number[]
  /** The words that stand in it. */
  readonly words: readonly Word[]
}

/** The words of one line that stand close together, or a table. */
export interface Fragment extends Word {
  readonly words: readonly Word[]
  readonly table?: PageTable
}

/** A physical line of a region. */
export interface Row extends Word {
  /** The stretches that stand far apart: the cells of a table whose columns are not certain. */
  readonly cells: readonly Fragment[]
  readonly table?: PageTable
  /** The note marks, as offsets into the text. */
  readonly hidden?: readonly Range[]
  /** True where the row stands in the margin, beside the text. */
  readonly isMark?: boolean
}

/** Rows below each other: a column or a part of one. */
export type Region = readonly Row[]

/** Makes one cell of lines below each other. */
export function cellOf(lines: readonly (Pick<Word, 'text' | 'doubtful'> | null)[]): PageCell {
  const filled = lines.filter((line) => line !== null && line.text !== '')
  return {
    text: filled.map((line) => line!.text).join('\n'),
    doubtful: filled.some((line) => line!.doubtful === true),
  }
}

/** The box around boxes. */
export function boxAround(boxes: readonly Box[]): Box {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const box of boxes) {
    left = Math.min(left, box.left)
    right = Math.max(right, box.right)
    top = Math.min(top, box.top)
    bottom = Math.max(bottom, box.bottom)
  }
  return { left, right, top, bottom }
}

/** The box around words, with their type. */
export function boundsOf(words: readonly Word[]): Omit<Word, 'text'> {
  // The longest word gives the size, so that a raised figure does not count.
  const main = words.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  return {
    ...boxAround(words),
    size: main.size,
    bold: words.every((word) => word.bold),
    ...(words.some((word) => word.doubtful) && { doubtful: true }),
  }
}

/** The height of a box's middle. */
export const middle = (box: Box): number => (box.top + box.bottom) / 2
/** The place of a box's middle from the left. */
export const middleX = (box: Box): number => (box.left + box.right) / 2
/** The width that boxes take up together. */
export const widthOf = (boxes: readonly Word[]): number => {
  const { left, right } = boxAround(boxes)
  return right - left
}

/** The height that both boxes share, as a share of the lower box's height. */
export function overlap(a: Word, b: Word): number {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return shared / Math.max(Math.min(a.bottom - a.top, b.bottom - b.top), 0.01)
}

/** The distance of `value` from the nearest of `sorted`. */
export function nearest(sorted: readonly number[], value: number): number {
  const low = lowerBound(0, sorted.length, (at) => sorted[at]! < value)
  return Math.min(Math.abs((sorted[low] ?? Infinity) - value), Math.abs((sorted[low - 1] ?? -Infinity) - value))
}

/** The upper median; 0 where there are no values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
