import { type Fragment, middle, middleX, nearest, overlap, widthOf } from './boxes.ts'
import type { Gutter } from './gutters.ts'
import { isFigure } from './tableHead.ts'

/** A wider gap parts two columns or two cells; a narrower one is within a line. */
export const maxSpaceEms = 0.8
/** A column is no narrower; labels and numbers are. */
const minColumnEms = 6

/** Divides fragments into parts that are read one after the other. @param body the size of running text */
export function split(
  fragments: readonly Fragment[],
  body: number,
  gutters: readonly Gutter[],
  depth = 0,
): Fragment[][] {
  if (fragments.length < 2 || depth > 40) return fragments.length > 0 ? [[...fragments]] : []
  const parts =
    across(fragments, body, gutters) ?? along(fragments, gutters) ?? down(fragments, body) ?? bands(fragments, body)
  return parts ? parts.flatMap((part) => split(part, body, gutters, depth + 1)) : [[...fragments]]
}

/**
 * Cuts where white space runs across the whole width: a wide one, or one above a headline. Where a gutter runs through
 * the white space, both columns merely have a gap at one height, unless it is above a headline and both columns go on
 * below it.
 */
function across(fragments: readonly Fragment[], body: number, gutters: readonly Gutter[]): Fragment[][] | null {
  const sorted = [...fragments].sort((a, b) => a.top - b.top)
  let bottom = sorted[0]!.bottom
  for (const [i, fragment] of sorted.entries()) {
    const gap = fragment.top - bottom
    if (gap > body) {
      const row = sorted.slice(i).filter((other) => other.top < fragment.bottom)
      const isHeadline = row.length === 1 && row.every((other) => other.size >= 1.2 * body) && gap > 1.2 * body
      const through = gutters.filter((one) => one.top < bottom && one.bottom > fragment.bottom && parts(sorted, one))
      const goesOn = through.every((gutter) => parts(sorted.slice(i + 1), gutter))
      if (through.length === 0 ? gap > 3 * body || isHeadline : isHeadline && goesOn)
        return [sorted.slice(0, i), sorted.slice(i)]
    }
    bottom = Math.max(bottom, fragment.bottom)
  }
  return null
}

/** True where there are fragments on both sides of a gutter. */
function parts(fragments: readonly Fragment[], gutter: Gutter): boolean {
  const inside = fragments.filter((one) => middle(one) > gutter.top && middle(one) < gutter.bottom)
  return [true, false].every((left) => inside.some((one) => middleX(one) < gutter.right === left))
}

/** Cuts along the tallest gutter into the parts above it, on its left, on its right and below it. */
function along(fragments: readonly Fragment[], gutters: readonly Gutter[]): Fragment[][] | null {
  const [top, bottom] = [Math.min(...fragments.map((one) => one.top)), Math.max(...fragments.map((one) => one.bottom))]
  const height = (one: Gutter) => Math.min(one.bottom, bottom) - Math.max(one.top, top)
  const own = gutters.filter((gutter) => parts(fragments, gutter))
  if (own.length === 0) return null
  const tallest = own.reduce((a, b) => (height(b) > height(a) ? b : a))
  const above = fragments.filter((one) => middle(one) <= tallest.top)
  const below = fragments.filter((one) => middle(one) >= tallest.bottom)
  const inside = fragments.filter((one) => middle(one) > tallest.top && middle(one) < tallest.bottom)
  const sides = [true, false].map((left) => inside.filter((one) => middleX(one) < tallest.right === left))
  return [above, ...sides, below].filter((part) => part.length > 0)
}

/** Cuts along the widest gap that runs from top to bottom. */
function down(fragments: readonly Fragment[], body: number): Fragment[][] | null {
  const sorted = [...fragments].sort((a, b) => a.left - b.left)
  let right = sorted[0]!.right
  let best: { width: number; parts: Fragment[][] } | null = null
  for (const [i, fragment] of sorted.entries()) {
    const width = fragment.left - right
    if (width >= maxSpaceEms * body && width > (best?.width ?? 0)) {
      const parts = [sorted.slice(0, i), sorted.slice(i)]
      if (areColumns(parts[0]!, parts[1]!, body)) best = { width, parts }
    }
    right = Math.max(right, fragment.right)
  }
  return best?.parts ?? null
}

/** True where two parts side by side are columns of text rather than cells of a table or labels and their texts. */
function areColumns(first: readonly Fragment[], second: readonly Fragment[], body: number): boolean {
  const sides = [first, second]
  // Figures below each other are a column of a table.
  if (sides.some((side) => side.filter(({ text }) => isFigure(text)).length * 2 > side.length)) return false
  if (sides.some((side) => side.length < 2 || widthOf(side) < minColumnEms * body)) return false
  const [few, many] = first.length < second.length ? [first, second] : [second, first]
  const centres = many.map(middle).sort((a, b) => a - b)
  const aligned = few.filter((fragment) => nearest(centres, middle(fragment)) < 0.3 * fragment.size).length
  // Lines of running text are about as long as their column is wide; cells are of any length.
  const filled = sides.every((side) => {
    const widths = side.map((fragment) => fragment.right - fragment.left).sort((x, y) => x - y)
    const full = widths[Math.floor(widths.length * 0.9)]!
    return full >= minColumnEms * body && widths.filter((width) => width >= 0.8 * full).length * 2 >= widths.length
  })
  return filled || aligned < 0.7 * few.length
}

/** Cuts between fragments as wide as several columns and the columns above and below them. */
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
    // A headline below the last line of the other column heads the text after the columns.
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
    // The gutter between these columns was narrowed by one crooked line.
    return [true, false].map((left) => fragments.filter((f) => middleX(f) < gutter === left))
  }
  return parts.length > 1 ? parts.map((part) => part.fragments) : null
}

/** The position at which most lines have a gap; null where fewer than three lines have one. */
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
    if (right - fragment.right >= maxSpaceEms * body && right < Infinity) events.push([fragment.right, 1], [right, -1])
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
