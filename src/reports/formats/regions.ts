import type { Range } from '../../text/range.ts'
import { marksOf, settleRaised } from './raised.ts'
import type { Merge } from './rows.ts'
import { isFigure } from './tableHead.ts'

/**
 * Words placed on a page → rows → regions in reading order. Lengths are in the page's own unit (points, pixels), y grows
 * downward.
 */

/** A word, or a run of words on one line. */
export interface Word {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Size of the type: the height of a Chinese character. */
  readonly size: number
  readonly bold: boolean
  readonly doubtful?: boolean
}

/** The words in a cell; of a broken one each line. */
export interface PageCell {
  readonly text: string
  readonly doubtful: boolean
}

/** A table as it stands on a page. */
export interface PageTable {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly cells: readonly (readonly PageCell[])[]
  readonly merges: readonly Merge[]
  /** Where its columns part, left and right edge with them. */
  readonly edges: readonly number[]
}

/** Words of one line that stand close together, or a table. */
export interface Fragment extends Word {
  readonly words: readonly Word[]
  readonly table?: PageTable
}

/** A physical line of a region. */
export interface Row extends Word {
  /** The stretches of it that stand far apart: the cells of a table whose columns are not certain. */
  readonly cells: readonly Fragment[]
  readonly table?: PageTable
  /** Note marks in it, as offsets into its text. */
  readonly hidden?: readonly Range[]
  /** Whether it stands in the margin, beside the text. */
  readonly isMark?: boolean
}

/** Rows below each other: a column, or part of one. */
export type Region = readonly Row[]

/** In em: wider gaps part two columns or two cells; narrower ones are within a line. */
const widestSpace = 0.8
/** A column is no narrower, in em: what is narrower are labels and numbers. */
const narrowestColumn = 6

/**
 * The regions of a page in reading order.
 * @param body the size of running text
 * @param tables whose words are not among `words`
 */
export function regionsOf(words: readonly Word[], body: number, tables: readonly PageTable[] = []): Region[] {
  const fragments = fragmentsOf(words)
  const marks = marginMarks(fragments, body)
  const inMarks = new Set(marks)
  const rest = fragments.filter((fragment) => !inMarks.has(fragment))
  const parts = split([...rest, ...tables.map((table) => tableFragment(table, body))], body, 0)
  const inMargin = rowsOf(marks).map((row): Row => ({ ...row, isMark: true }))
  return [...parts.map(rowsOf), ...(inMargin.length > 0 ? [inMargin] : [])]
}

/** In em: a mark in the margin is no wider, a line of text beside it no narrower. */
const margins = { mark: 4, text: 10, gap: 0.8 } as const

/**
 * Marks beside the text of a page: numbers of lines and paragraphs, stamps. The number of a list's item is none, as the item
 * hangs on it.
 */
function marginMarks(fragments: readonly Fragment[], body: number): Fragment[] {
  const lines = fragments.filter(({ left, right }) => right - left >= margins.text * body)
  if (lines.length < 3) return []
  const left = Math.min(...lines.map((line) => line.left))
  const right = Math.max(...lines.map((line) => line.right))
  const isMark = (one: Fragment) =>
    one.right - one.left <= margins.mark * body &&
    (one.right <= left - margins.gap * body || one.left >= right + margins.gap * body) &&
    !/^(?:[-•●·○▪□]|[(（]?[\d一二三四五六七八九十a-z]{1,3}[)）.、．:：])$/iu.test(one.text)
  const marks = fragments.filter(isMark)
  // Cells stand in a column for themselves on every line.
  const areLineNumbers = marks.every(({ text }) => /^\d{1,4}$/u.test(text))
  return areLineNumbers || marks.length * 4 <= lines.length ? marks : []
}

/** A table among the fragments of a page. @param body the size of running text */
export function tableFragment(table: PageTable, body: number): Fragment {
  const { left, right, top, bottom } = table
  return { text: '', left, right, top, bottom, size: body, bold: false, words: [], table }
}

/** The words of one line that stand close together, line by line. */
export function fragmentsOf(words: readonly Word[]): Fragment[] {
  const height = Math.max(median(words.map((word) => word.size)), 0.1)
  const open = new Map<number, Word[][]>()
  const all: Word[][] = []
  for (const word of [...words].sort((a, b) => a.left - b.left)) {
    const shelf = Math.floor(middle(word) / height)
    let best: Word[] | undefined
    for (const near of [shelf - 1, shelf, shelf + 1]) {
      const runs = (open.get(near) ?? []).filter((run) => word.left - run.at(-1)!.right <= 4 * height)
      if (runs.length > 0) open.set(near, runs)
      else open.delete(near)
      for (const run of runs) {
        const last = run.at(-1)!
        const gap = word.left - last.right
        const isNear = gap <= widestSpace * Math.max(word.size, last.size) && gap > -0.6 * last.size
        if (isNear && overlap(last, word) >= 0.5 && (!best || last.right > best.at(-1)!.right)) best = run
      }
    }
    if (best) best.push(word)
    else {
      const run = [word]
      all.push(run)
      open.set(shelf, [...(open.get(shelf) ?? []), run])
    }
  }
  return all.map(fragmentOf)
}

const fragmentOf = (words: readonly Word[]): Fragment => ({ ...boundsOf(words), text: textOf(words), words })

/** The parts of `fragments` that are read one after the other. */
function split(fragments: readonly Fragment[], body: number, depth: number): Fragment[][] {
  if (fragments.length < 2 || depth > 40) return fragments.length > 0 ? [[...fragments]] : []
  const parts = across(fragments, body) ?? down(fragments, body) ?? bands(fragments, body)
  return parts ? parts.flatMap((part) => split(part, body, depth + 1)) : [[...fragments]]
}

/** Cuts where white space runs across the whole width: a wide one, or one above a headline. */
function across(fragments: readonly Fragment[], body: number): Fragment[][] | null {
  const sorted = [...fragments].sort((a, b) => a.top - b.top)
  let bottom = sorted[0]!.bottom
  for (const [i, fragment] of sorted.entries()) {
    const gap = fragment.top - bottom
    if (gap > body) {
      const row = sorted.slice(i).filter((other) => other.top < fragment.bottom)
      const isHeadline = row.length === 1 && row.every((other) => other.size >= 1.2 * body)
      if (gap > 3 * body || (isHeadline && gap > 1.2 * body)) return [sorted.slice(0, i), sorted.slice(i)]
    }
    bottom = Math.max(bottom, fragment.bottom)
  }
  return null
}

/** Cuts along the widest gutter that runs from top to bottom. */
function down(fragments: readonly Fragment[], body: number): Fragment[][] | null {
  const sorted = [...fragments].sort((a, b) => a.left - b.left)
  let right = sorted[0]!.right
  let best: { width: number; parts: Fragment[][] } | null = null
  for (const [i, fragment] of sorted.entries()) {
    const width = fragment.left - right
    if (width >= widestSpace * body && width > (best?.width ?? 0)) {
      const parts = [sorted.slice(0, i), sorted.slice(i)]
      if (areColumns(parts[0]!, parts[1]!, body)) best = { width, parts }
    }
    right = Math.max(right, fragment.right)
  }
  return best?.parts ?? null
}

/** Whether two parts beside each other are columns of text rather than the cells of a table or labels and their texts. */
function areColumns(first: readonly Fragment[], second: readonly Fragment[], body: number): boolean {
  const sides = [first, second]
  // Figures below each other are a column of a table.
  if (sides.some((side) => side.filter(({ text }) => isFigure(text)).length * 2 > side.length)) return false
  if (sides.some((side) => side.length < 2 || widthOf(side) < narrowestColumn * body)) return false
  const [few, many] = first.length < second.length ? [first, second] : [second, first]
  const centres = many.map(middle).sort((a, b) => a - b)
  const aligned = few.filter((fragment) => nearest(centres, middle(fragment)) < 0.3 * fragment.size).length
  // Lines of running text are about as long as their column is wide; cells are of any length.
  const filled = sides.every((side) => {
    const widths = side.map((fragment) => fragment.right - fragment.left).sort((x, y) => x - y)
    const full = widths[Math.floor(widths.length * 0.9)]!
    return full >= narrowestColumn * body && widths.filter((width) => width >= 0.8 * full).length * 2 >= widths.length
  })
  return filled || aligned < 0.7 * few.length
}

/** Parts what is as wide as several columns from the columns above and below it. */
function bands(fragments: readonly Fragment[], body: number): Fragment[][] | null {
  const gutter = busiestGap(fragments, body)
  if (gutter === null) return null
  const sorted = [...fragments].sort((a, b) => a.top - b.top)
  const parts: { fragments: Fragment[]; areColumns: boolean }[] = []
  const add = (part: Fragment[], columns: boolean) => {
    const last = parts.at(-1)
    if (part.length === 0) return
    if (last && !columns && !last.areColumns) last.fragments.push(...part)
    else parts.push({ fragments: part, areColumns: columns })
  }
  const close = (run: Fragment[]) => {
    const side = (left: boolean) => run.filter((f) => middleX(f) < gutter === left)
    // A headline below the last line of the other column heads what comes after the columns.
    const bottoms = [true, false].map((left) => Math.max(-Infinity, ...side(left).map((f) => f.bottom)))
    const end = Math.min(...bottoms)
    const heads = run.filter((f) => f.top >= end && f.size >= 1.15 * body)
    const rest = heads.length <= 2 ? run.filter((f) => !heads.includes(f)) : run
    const [left, right] = [true, false].map((l) => rest.filter((f) => middleX(f) < gutter === l))
    const columns = areColumns(left!, right!, body)
    add(columns ? rest : run, columns)
    if (columns && heads.length <= 2) add(heads, false)
  }
  let run: Fragment[] = []
  for (const fragment of sorted) {
    if (fragment.left < gutter && fragment.right > gutter) {
      close(run)
      run = []
      add([fragment], false)
    } else run.push(fragment)
  }
  close(run)
  if (parts.length === 1 && parts[0]!.areColumns) {
    // Columns whose gutter one crooked line narrows.
    return [true, false].map((left) => fragments.filter((f) => middleX(f) < gutter === left))
  }
  return parts.length > 1 ? parts.map((part) => part.fragments) : null
}

/** Where the most lines have a gap beside each other, or null when there are fewer than three. */
function busiestGap(fragments: readonly Fragment[], body: number): number | null {
  const events: [x: number, step: number][] = []
  const sorted = [...fragments].sort((a, b) => a.top - b.top)
  for (const [i, fragment] of sorted.entries()) {
    let right = Infinity
    for (const step of [1, -1]) {
      for (let j = i + step; j >= 0 && j < sorted.length; j += step) {
        const other = sorted[j]!
        if (step === 1 && other.top > fragment.bottom) break
        if (step === -1 && other.top < fragment.top - 4 * body) break
        if (other.left >= fragment.right && overlap(fragment, other) > 0.3) right = Math.min(right, other.left)
      }
    }
    if (right - fragment.right >= widestSpace * body && right < Infinity) events.push([fragment.right, 1], [right, -1])
  }
  events.sort((a, b) => a[0] - b[0] || b[1] - a[1])
  let count = 0
  let best = { count: 2, at: null as number | null }
  for (const [i, [x, step]] of events.entries()) {
    count += step
    const next = events[i + 1]
    if (count > best.count && next && next[0] > x) best = { count, at: (x + next[0]) / 2 }
  }
  return best.at
}

/** The lines of one region, top to bottom. */
export function rowsOf(fragments: readonly Fragment[]): Row[] {
  const rows: Fragment[][] = []
  for (const fragment of [...fragments].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1)
    const isSame =
      !fragment.table &&
      row?.some((other) => !other.table && overlap(other, fragment) >= 0.5) &&
      row.every(
        (other) => other.right <= fragment.left + 0.3 * other.size || fragment.right <= other.left + 0.3 * other.size,
      )
    if (isSame) row!.push(fragment)
    else rows.push([fragment])
  }
  return rows.map((row) => {
    const cells = row.sort((a, b) => a.left - b.left)
    const [{ words: _, ...table }] = cells as [Fragment]
    if (table.table) return { ...table, cells: [] }
    const { words, hidden } = settleRaised(rowText(cells))
    return {
      ...boundsOf(cells.flatMap((cell) => cell.words)),
      text: words,
      cells: cells.map((cell) => ({ ...cell, text: settleRaised(cell.text).words })),
      ...(hidden.length > 0 && { hidden }),
    }
  })
}

/** Cells are parted by a space, but for the single characters of a widely spaced heading. */
function rowText(cells: readonly Fragment[]): string {
  return cells.map((cell) => cell.text).join(cells.every((cell) => spacedOut.test(cell.text)) ? '' : ' ')
}

/** Lines below each other as one cell. */
export function cellOf(lines: readonly (Pick<Word, 'text' | 'doubtful'> | null)[]): PageCell {
  const filled = lines.filter((line) => line !== null && line.text !== '')
  return {
    text: filled.map((line) => line!.text).join('\n'),
    doubtful: filled.some((line) => line!.doubtful === true),
  }
}

/** The box around words. */
export function boundsOf(words: readonly Word[]): Omit<Word, 'text'> {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const word of words) {
    left = Math.min(left, word.left)
    right = Math.max(right, word.right)
    top = Math.min(top, word.top)
    bottom = Math.max(bottom, word.bottom)
  }
  // The size of most of its characters: a raised figure does not count.
  const main = words.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  return {
    left,
    right,
    top,
    bottom,
    size: main.size,
    bold: words.every((word) => word.bold),
    ...(words.some((word) => word.doubtful) && { doubtful: true }),
  }
}

const han = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const fullWidth = '\\u3001-\\u303f\\uff01-\\uffef'
const endsWide = new RegExp(`[${han}${fullWidth}]$`, 'u')
const startsWide = new RegExp(`^[${han}${fullWidth}]`, 'u')
const spacedOut = new RegExp(`^[${han}]$`, 'u')
const spacedHan = new RegExp(`(?<=[${han}])[ \\t\\u3000]+(?=[${han}])`, 'gu')
const closeHan = new RegExp(`[${han}](?=[${han}])`, 'gu')
const spacedWide = new RegExp(
  `(?<=[${fullWidth}])[ \\t]+|[ \\t]+(?=[${fullWidth}])|(?<=[${han}])[ \\t]+(?![${han}\\s])|(?<![${han}\\s])[ \\t]+(?=[${han}])`,
  'gu',
)

/** The words of one line with the spaces that part words, without those that only spread the line. */
function textOf(words: readonly Word[]): string {
  let text = ''
  let before: Word | undefined
  const main = words.reduce((a, b) => (b.text.length > a.text.length ? b : a))
  for (const word of words) {
    const raised = raisedIn(word, main)
    if (raised) {
      const [open, close] = marksOf(raised)
      text += `${open}${word.text}${close}`
      before = word
      continue
    }
    if (before) {
      const gap = (word.left - before.right) / Math.max(word.size, before.size)
      const isWide = endsWide.test(before.text) || startsWide.test(word.text)
      if (gap > (isWide ? 0.45 : 0.15)) text += ' '
    }
    text += word.text
    before = word
  }
  const tidy = text.replaceAll(/\u00ad(?!$)/gu, '').replaceAll(spacedWide, '')
  // Few spaces between Chinese characters part names or clauses; many only spread the line.
  const spaces = tidy.match(spacedHan)?.length ?? 0
  const isSpread = spaces * 4 > spaces + (tidy.match(closeHan)?.length ?? 0)
  return (isSpread ? tidy.replaceAll(spacedHan, '') : tidy).trim()
}

/** In parts of the line's size: raised and lowered words are smaller, and shifted up or down. */
const shifted = { size: 0.82, by: 0.12 } as const

/** Whether a word is raised above its line or lowered below it. */
function raisedIn(word: Word, main: Word): 'raised' | 'lowered' | null {
  if (word.size > shifted.size * main.size) return null
  if (main.bottom - word.bottom >= shifted.by * main.size) return 'raised'
  return word.bottom - main.bottom >= 0.5 * shifted.by * main.size ? 'lowered' : null
}

export const middle = (box: Word): number => (box.top + box.bottom) / 2
export const middleX = (box: Word): number => (box.left + box.right) / 2
const widthOf = (boxes: readonly Word[]): number =>
  Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left))

/** How much of the lower of the two boxes' heights they share. */
function overlap(a: Word, b: Word): number {
  const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
  return shared / Math.max(Math.min(a.bottom - a.top, b.bottom - b.top), 0.01)
}

/** How far `value` is from the nearest of `sorted`. */
function nearest(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const half = (low + high) >> 1
    if (sorted[half]! < value) low = half + 1
    else high = half
  }
  return Math.min(Math.abs((sorted[low] ?? Infinity) - value), Math.abs((sorted[low - 1] ?? -Infinity) - value))
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}
