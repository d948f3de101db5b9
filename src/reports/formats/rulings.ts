import { runsOf } from '../groups.ts'

/** A straight line on a page, which may part a table's cells. Lengths are in the page's unit, and y grows downward. */
export interface Ruling {
  readonly isHorizontal: boolean
  /** The y of a horizontal ruling, the x of a vertical one. */
  readonly at: number
  readonly from: number
  readonly to: number
}

/** A drawn line as two points. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number]

/** A shorter line is a dash, a part of a letter or of a box to tick. */
const minLength = 6
/** A line that leaves its direction by more is slanted; a filled rectangle that is thicker is an area. */
const maxThickness = 3

/** The ruling that a segment draws; null where the segment is slanted or short. */
export function rulingOf([x0, y0, x1, y1]: Segment): Ruling | null {
  const [width, height] = [Math.abs(x1 - x0), Math.abs(y1 - y0)]
  if (height <= maxThickness && width >= minLength && width > 2 * height)
    return { isHorizontal: true, at: (y0 + y1) / 2, from: Math.min(x0, x1), to: Math.max(x0, x1) }
  if (width <= maxThickness && height >= minLength && height > 2 * width)
    return { isHorizontal: false, at: (x0 + x1) / 2, from: Math.min(y0, y1), to: Math.max(y0, y1) }
  return null
}

/** A ruling on the page turned upright. @param turn the quarters clockwise by which the page's words are turned */
export function turned(ruling: Ruling, turn: number, width: number, height: number): Ruling {
  const { isHorizontal, at, from, to } = ruling
  const [x0, y0, x1, y1] = isHorizontal ? [from, at, to, at] : [at, from, at, to]
  const place = (x: number, y: number): readonly [number, number] => {
    if (turn === 1) return [y, width - x]
    if (turn === 2) return [width - x, height - y]
    return turn === 3 ? [height - y, x] : [x, y]
  }
  return rulingOf([...place(x0, y0), ...place(x1, y1)]) ?? ruling
}

/** Joins rulings at one position, as programs draw lines in pieces. @param tolerance the distance still joined */
export function joinedRulings(rulings: readonly Ruling[], isHorizontal: boolean, tolerance: number): Ruling[] {
  const own = rulings.filter((one) => one.isHorizontal === isHorizontal).sort((a, b) => a.at - b.at)
  return runsOf(own, (group, one) => one.at - group.at(-1)!.at <= tolerance).flatMap((group) => {
    const at = group.reduce((sum, one) => sum + one.at, 0) / group.length
    const joined: { from: number; to: number }[] = []
    for (const { from, to } of group.sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1)
      if (last && from <= last.to + 2 * tolerance) last.to = Math.max(last.to, to)
      else joined.push({ from, to })
    }
    return joined.map(({ from, to }): Ruling => ({ isHorizontal, at, from, to }))
  })
}
