import type { Box } from './boxes.ts'

type Side = readonly [from: 'left' | 'top', to: 'right' | 'bottom']

const across: Side = ['top', 'bottom']
const down: Side = ['left', 'right']
/** Shapes overlap by this share of the smaller one, as frames are larger than their words, and still lie beside each other. */
const maxOverlap = 0.2
/** White space between columns must be this much wider than that between rows, since slides are read row by row. */
const columnBias = 1.5
/** More shapes are a drawing, which is read line by line. */
const maxShapes = 300

/**
 * Puts shapes in reading order: top to bottom and left to right, where white space parts them (a recursive XY cut). Of white
 * space both ways the wider one counts, so that columns with a heading over each are read one after the other. Shapes without
 * a place come last.
 */
export function inReadingOrder<T extends { readonly box: Box | null }>(shapes: readonly T[]): T[] {
  const placed = shapes.flatMap((shape) => (shape.box === null ? [] : [{ shape, box: shape.box }]))
  const ordered = placed.length > maxShapes ? byPlace(placed) : parted(placed)
  return [...ordered.map(({ shape }) => shape), ...shapes.filter(({ box }) => box === null)]
}

interface Placed {
  readonly box: Box
}

function parted<T extends Placed>(shapes: readonly T[]): T[] {
  if (shapes.length < 2) return [...shapes]
  const [rows, columns] = [widestGap(shapes, across), widestGap(shapes, down)]
  const isColumns = columns !== null && (rows === null || columns.width > rows.width * columnBias)
  const cut = isColumns ? columns : rows
  return cut === null ? byPlace(shapes) : cut.parts.flatMap((part) => parted(part))
}

function byPlace<T extends Placed>(shapes: readonly T[]): T[] {
  return [...shapes].sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)
}

/** The widest white space that runs through all shapes, with the shapes on both sides of it; null where there is none. */
function widestGap<T extends Placed>(
  shapes: readonly T[],
  [from, to]: Side,
): { readonly width: number; readonly parts: readonly [T[], T[]] } | null {
  const sorted = [...shapes].sort((a, b) => a.box[from] - b.box[from])
  let last = sorted[0]!.box
  let widest: { width: number; at: number } | null = null
  for (const [i, { box }] of sorted.entries()) {
    if (i === 0) continue
    const width = box[from] - last[to]
    const smaller = Math.min(box[to] - box[from], last[to] - last[from])
    if (width >= -maxOverlap * smaller && (widest === null || width > widest.width)) widest = { width, at: i }
    if (box[to] > last[to]) last = box
  }
  if (widest === null) return null
  return { width: Math.max(0, widest.width), parts: [sorted.slice(0, widest.at), sorted.slice(widest.at)] }
}
