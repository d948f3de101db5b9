import { boxAround } from './boxes.ts'
import { type Ruling, rulingOf, type Segment } from './rulings.ts'

/** A transformation as PDF writes it: six numbers, by columns. */
export type Matrix = readonly number[]

/** The drawing of a page besides its text. */
export interface Drawing {
  readonly rulings: readonly Ruling[]
  /** The approximate share of the page that pictures cover; pictures that overlap count twice. */
  readonly pictured: number
  /** The number of filled outlines with curves: letters that are painted, or drawings. */
  readonly curves: number
}

export const nothingDrawn: Drawing = { rulings: [], pictured: 0, curves: 0 }

interface Operators {
  readonly fnArray: readonly number[]
  readonly argsArray: readonly unknown[]
}

/** The operators of pdf.js that set the matrix, paint pictures, and paint outlines. */
type MatrixOperator = 'save' | 'restore' | 'transform' | `paintFormXObject${'Begin' | 'End'}`
type PictureOperator = `paint${'Image' | 'InlineImage' | 'ImageMask'}XObject`
type Fill = 'fill' | 'eoFill'
type PathOperator = 'constructPath' | 'stroke' | 'closeStroke' | Fill | `${Fill | 'closeFill' | 'closeEOFill'}Stroke`

type OperatorNumbers = Readonly<Record<MatrixOperator | PictureOperator | PathOperator, number>>

/** More lines than this belong to a drawing, not to tables. */
export const maxRulings = 20_000

/**
 * Follows a page's drawing operators, whose numbers are `ops`.
 * @param viewport the matrix from the page's space to the one of its words
 * @param area the page's area in its own space
 */
export function drawingOf(
  { fnArray, argsArray }: Operators,
  ops: OperatorNumbers,
  viewport: Matrix,
  area: number,
): Drawing {
  const pictures = new Set<number>([ops.paintImageXObject, ops.paintInlineImageXObject, ops.paintImageMaskXObject])
  const strokes = new Set<number>([ops.stroke, ops.closeStroke])
  const both = new Set<number>([ops.fillStroke, ops.eoFillStroke, ops.closeFillStroke, ops.closeEOFillStroke])
  const fills = new Set<number>([ops.fill, ops.eoFill])
  const stack: Matrix[] = []
  const rulings: Ruling[] = []
  let matrix: Matrix = [1, 0, 0, 1, 0, 0]
  let covered = 0
  let curves = 0
  for (const [i, operator] of fnArray.entries()) {
    const args = argsArray[i]
    if (operator === ops.save || operator === ops.paintFormXObjectBegin) stack.push(matrix)
    if (operator === ops.restore || operator === ops.paintFormXObjectEnd) matrix = stack.pop() ?? matrix
    if (operator === ops.transform) matrix = multiply(matrix, Array.from(args as Matrix))
    if (operator === ops.paintFormXObjectBegin) {
      const own = (args as [Matrix | null])[0]
      if (own) matrix = multiply(matrix, Array.from(own))
    }
    if (pictures.has(operator)) covered += Math.abs(matrix[0]! * matrix[3]! - matrix[1]! * matrix[2]!)
    if (operator !== ops.constructPath) continue
    const [paint, [path]] = args as [number, [ArrayLike<number> | null]]
    if (path === null || !(strokes.has(paint) || fills.has(paint) || both.has(paint))) continue
    const outlines = outlinesIn(path, multiply(viewport, matrix))
    for (const { points, isCurved, isClosed } of outlines) {
      if (isCurved) curves += Number(!strokes.has(paint))
      else if (rulings.length < maxRulings)
        for (const ruling of fills.has(paint) ? thinArea(points) : sidesOf(points, isClosed)) rulings.push(ruling)
    }
  }
  return { rulings, pictured: covered / area, curves }
}

/** A part of a path that is drawn without lifting the pen. */
export interface Outline {
  readonly points: (readonly [x: number, y: number])[]
  isCurved: boolean
  isClosed: boolean
}

/** The parts of a path in the encoding of pdf.js: 0 moves, 1 draws a line, 2 and 3 draw curves, 4 closes. */
function outlinesIn(path: ArrayLike<number>, matrix: Matrix): Outline[] {
  const outlines: Outline[] = []
  const [a, b, c, d, e, f] = matrix as [number, number, number, number, number, number]
  const pointAt = (i: number) => [a * path[i]! + c * path[i + 1]! + e, b * path[i]! + d * path[i + 1]! + f] as const
  for (let i = 0; i < path.length; ) {
    const code = path[i++]!
    const outline = outlines.at(-1)
    if (code === 0) outlines.push({ points: [pointAt(i)], isCurved: false, isClosed: false })
    else if (code === 1) outline?.points.push(pointAt(i))
    else if (outline && code < 4) outline.isCurved = true
    else if (outline) outline.isClosed = true
    i += numbersOf[code] ?? path.length
  }
  return outlines
}

/** The count of numbers that follow each code. */
const numbersOf = [2, 2, 6, 4, 0]

/** The rulings that the straight sides of a stroked outline draw. */
export function sidesOf(points: Outline['points'], isClosed: boolean): Ruling[] {
  const ends = isClosed ? [...points, points[0]!] : points
  return present(ends.slice(1).map((end, i): Segment => [...ends[i]!, ...end]))
}

/** The ruling that a filled area draws, if the area is as thin as a line. */
export function thinArea(points: Outline['points']): Ruling[] {
  const { left, right, top, bottom } = boxAround(points.map(([x, y]) => ({ left: x, right: x, top: y, bottom: y })))
  const isFlat = right - left > bottom - top
  const [x, y] = [(left + right) / 2, (top + bottom) / 2]
  if (Math.min(right - left, bottom - top) > maxLineThickness) return []
  return present([isFlat ? [left, y, right, y] : [x, top, x, bottom]])
}

/** A thicker rectangle is a coloured area. */
const maxLineThickness = 3

function present(segments: readonly Segment[]): Ruling[] {
  return segments.map(rulingOf).filter((one) => one !== null)
}

/** The product of two matrices: what `b` places is then placed by `a`. */
export function multiply(a: Matrix, b: Matrix): number[] {
  return [
    a[0]! * b[0]! + a[2]! * b[1]!,
    a[1]! * b[0]! + a[3]! * b[1]!,
    a[0]! * b[2]! + a[2]! * b[3]!,
    a[1]! * b[2]! + a[3]! * b[3]!,
    a[0]! * b[4]! + a[2]! * b[5]! + a[4]!,
    a[1]! * b[4]! + a[3]! * b[5]! + a[5]!,
  ]
}
