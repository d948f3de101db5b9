import type { Ruling } from './rulings.ts'
import type { Pixels, TextBox } from './textBoxes.ts'

/** Pixels that are darker than this, of 255, are ink: both pixels of a hairline between them are light grey. */
const maxInkValue = 205
/** The least length and the greatest thickness, in pixels at 200 dpi: letters are shorter, borders thicker. */
const minLength = { across: 80, down: 45 } as const
const maxThickness = 9
/** A line may have gaps of this many pixels. */
const maxGap = 3

/** The straight lines on an upright picture, in its pixels. */
export function rulingsOn(picture: Pixels): Ruling[] {
  const { data, width, height } = picture
  const ink = new Uint8Array(width * height)
  for (let i = 0, at = 0; i < ink.length; i++, at += 3)
    ink[i] = Number(data[at]! * 0.3 + data[at + 1]! * 0.59 + data[at + 2]! * 0.11 < maxInkValue)
  return [
    ...linesIn(height, width, minLength.across, (line, along) => ink[line * width + along]!, true),
    ...linesIn(width, height, minLength.down, (line, along) => ink[along * width + line]!, false),
  ]
}

interface OpenLine {
  readonly first: number
  last: number
  from: number
  to: number
}

/** Finds long runs of ink along one direction, and joins those on neighbouring lines of pixels. */
function linesIn(
  lines: number,
  length: number,
  least: number,
  at: (line: number, along: number) => number,
  isHorizontal: boolean,
): Ruling[] {
  const found: Ruling[] = []
  let open: OpenLine[] = []
  const close = ({ first, last, from, to }: OpenLine) => {
    if (last - first < maxThickness) found.push({ isHorizontal, at: (first + last + 1) / 2, from, to })
  }
  for (let line = 0; line < lines; line++) {
    for (const [from, to] of runsOf(length, least, (along) => at(line, along))) {
      const same = open.find((one) => one.last >= line - 1 && from < one.to && to > one.from)
      if (same) {
        same.last = line
        same.from = Math.min(same.from, from)
        same.to = Math.max(same.to, to)
      } else open.push({ first: line, last: line, from, to })
    }
    const over = open.filter((one) => one.last < line)
    over.forEach(close)
    if (over.length > 0) open = open.filter((one) => one.last >= line)
  }
  open.forEach(close)
  return found
}

function runsOf(length: number, least: number, isInk: (along: number) => number): [number, number][] {
  const runs: [number, number][] = []
  let from = -1
  let last = -1
  for (let along = 0; along < length; along++) {
    if (isInk(along) === 0) continue
    if (from < 0 || along - last > maxGap + 1) {
      if (from >= 0 && last - from >= least) runs.push([from, last + 1])
      from = along
    }
    last = along
  }
  if (from >= 0 && last - from >= least) runs.push([from, last + 1])
  return runs
}

/** This many pixels on either side of a ruling belong to it. */
const side = 3

/** Divides a line of text where rulings cross it, so that the words of two cells are read apart. */
export function partedBox(box: TextBox, rulings: readonly Ruling[]): TextBox[] {
  const height = box.bottom - box.top
  const crossing = rulings
    .filter(
      ({ isHorizontal, at, from, to }) =>
        !isHorizontal &&
        at > box.left + side &&
        at < box.right - side &&
        // A ruling reaches beyond the line, in which a stroke of a letter ends.
        from <= box.top + 0.1 * height &&
        to >= box.bottom - 0.1 * height &&
        to - from >= 1.25 * height,
    )
    .map(({ at }) => at)
    .sort((a, b) => a - b)
  const edges = [box.left, ...crossing.flatMap((at) => [at - side, at + side]), box.right]
  const parts: TextBox[] = []
  for (let i = 0; i < edges.length; i += 2) {
    const [left, right] = [edges[i]!, edges[i + 1]!]
    if (right - left > 0.25 * height) parts.push({ ...box, left, right })
  }
  return crossing.length === 0 ? [box] : parts
}

/** Widens a line of text by some room at either side, up to the next ruling. */
export function grownBox(box: TextBox, room: number, rulings: readonly Ruling[]): TextBox {
  const middle = (box.top + box.bottom) / 2
  let [left, right] = [box.left - room, box.right + room]
  for (const { isHorizontal, at, from, to } of rulings) {
    if (isHorizontal || from > middle || to < middle) continue
    if (at <= box.left + side) left = Math.max(left, Math.min(at + side, box.left))
    else if (at >= box.right - side) right = Math.min(right, Math.max(at - side, box.right))
  }
  return { ...box, left, right }
}

/** A ruling in the coordinates of a part of the picture that begins at (`left`, `top`). */
export function movedRuling({ isHorizontal, at, from, to }: Ruling, left: number, top: number): Ruling {
  const [across, along] = isHorizontal ? [top, left] : [left, top]
  return { isHorizontal, at: at - across, from: from - along, to: to - along }
}
