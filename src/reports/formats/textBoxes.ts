import type { Box } from './boxes.ts'

/** A picture's pixels, row by row: red, green, blue. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** A line of text on a picture, in its pixels, y downward. */
export interface TextBox extends Box {
  /** The change of y for each pixel to the right. */
  readonly slope: number
}

/** A pixel belongs to text from this probability on. */
const minInkProbability = 0.3
/** A patch is a line from this mean probability on. */
const minPatchProbability = 0.5
const minSide = 3
const maxBoxes = 3000
/** The model marks the core of a line. It is grown on all sides by this share of its area divided by its outline. */
const unclip = 1.6

/** Finds lines in a map of probabilities, `width` × `height`: connected patches, grown to the size of their lines. */
export function textBoxes(map: Float32Array, width: number, height: number): TextBox[] {
  const seen = new Uint8Array(map.length)
  const stack = new Int32Array(map.length)
  const boxes: TextBox[] = []
  for (let start = 0; start < map.length && boxes.length < maxBoxes; start++) {
    if (seen[start] || map[start]! < minInkProbability) continue
    const sums = { n: 0, p: 0, x: 0, y: 0, xx: 0, xy: 0 }
    let [left, right, top, bottom] = [width, 0, height, 0]
    let depth = 0
    stack[depth++] = start
    seen[start] = 1
    while (depth > 0) {
      const at = stack[--depth]!
      const x = at % width
      const y = (at - x) / width
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
      sums.n++
      sums.p += map[at]!
      sums.x += x
      sums.y += y
      sums.xx += x * x
      sums.xy += x * y
      const visit = (next: number) => {
        if (seen[next] || map[next]! < minInkProbability) return
        seen[next] = 1
        stack[depth++] = next
      }
      if (x > 0) visit(at - 1)
      if (x < width - 1) visit(at + 1)
      if (y > 0) visit(at - width)
      if (y < height - 1) visit(at + width)
    }
    const [w, h] = [right - left, bottom - top]
    if (Math.min(w, h) < minSide || sums.p / sums.n < minPatchProbability) continue
    const spread = sums.xx - (sums.x * sums.x) / sums.n
    const slope = spread > 0 ? (sums.xy - (sums.x * sums.y) / sums.n) / spread : 0
    const grow = (w * h * unclip) / (2 * (w + h))
    boxes.push({ left: left - grow, top: top - grow, right: right + grow, bottom: bottom + grow, slope })
  }
  return boxes
}

/** The degrees clockwise by which most lines are turned; 0 where there are too few lines to tell. */
export function skewOf(boxes: readonly TextBox[]): number {
  const long = boxes.filter((box) => box.right - box.left > 5 * (box.bottom - box.top))
  const all = long.reduce((sum, box) => sum + box.right - box.left, 0)
  if (long.length < 3) return 0
  let sum = 0
  for (const box of long.sort((a, b) => a.slope - b.slope)) {
    sum += box.right - box.left
    if (sum * 2 >= all) return (Math.atan(box.slope) * 180) / Math.PI
  }
  return 0
}

/** A neighbour's piece in a box is at most this wide, and the gap beside it at least, in heights of the line. */
const sliver = 0.6
/** A wider gap, in heights of the line, parts columns or cells. */
const maxGap = 0.9

/**
 * Shrinks a box to its ink. The model's patches run over into the next column where it stands close, so a box over two
 * columns is divided, and a piece of a neighbour, which is ink at the very border beyond a gap, is left out.
 * @param pixels red, green, blue, row by row
 */
export function drawnIn(box: TextBox, pixels: Uint8Array, width: number): TextBox[] {
  const left = Math.floor(box.left)
  const height = Math.floor(box.bottom) - Math.floor(box.top)
  const columns = inkColumns(box, pixels, width)
  const first = edge(columns, height)
  const last = columns.length - edge(columns.toReversed(), height)
  // A box over a gutter that holds only the edges of both columns is dropped.
  if (last <= first) return []
  const runs = inkRuns(columns.slice(first, last), maxGap * height)
  return runs.map(([from, to]) => ({ ...box, left: left + first + from, right: left + first + to }))
}

/** The stretches of ink between white gaps of at least `gap` columns of pixels. */
export function inkRuns(columns: readonly boolean[], gap: number): [from: number, to: number][] {
  const runs: [number, number][] = []
  for (const [i, isInk] of columns.entries()) {
    if (!isInk) continue
    const run = runs.at(-1)
    if (run && i - run[1] < gap) run[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}

/** Tells which columns of a box's pixels (red, green, blue) hold ink, from its left edge rounded down. */
export function inkColumns(box: TextBox, pixels: Uint8Array, width: number): boolean[] {
  const [left, right] = [Math.floor(box.left), Math.floor(box.right)]
  const [top, bottom] = [Math.floor(box.top), Math.floor(box.bottom)]
  const height = bottom - top
  let [dark, light, sum] = [255, 0, 0]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const value = pixels[(y * width + x) * 3 + 1]!
      dark = Math.min(dark, value)
      light = Math.max(light, value)
      sum += value
    }
  }
  const half = (dark + light) / 2
  const isDarkOnLight = sum / Math.max(1, height * (right - left)) > half
  // The limit is on the paper's side of the middle, as thin strokes of a blurred print are pale.
  const limit = half + (isDarkOnLight ? 0.2 : -0.2) * (light - dark)
  const isInk = (x: number): boolean => {
    let count = 0
    for (let y = top; y < bottom; y++) if (pixels[(y * width + x) * 3 + 1]! < limit === isDarkOnLight) count++
    return count > 0.04 * height
  }
  return Array.from({ length: right - left }, (_, i) => isInk(left + i))
}

/** The first column of ink, without a piece of a neighbour at the border. */
function edge(columns: readonly boolean[], height: number): number {
  const first = columns.indexOf(true)
  if (first < 0) return 0
  if (first > 0.1 * height) return first
  const end = columns.indexOf(false, first)
  const next = columns.indexOf(true, end)
  return end >= 0 && next - end >= sliver * height && end <= sliver * height ? next : first
}
