import type { FontRun, OfdPage, PlacedPath, PlacedPicture } from './ofdPage.ts'
import type { PathStep } from './ofdPath.ts'
import type { PictureBounds } from './pageDrawing.ts'
import type { Matrix } from './pdfDrawing.ts'

/** A page of more layers is a drawing. */
const maxLayers = 200
/** The letters and paths of one layer, some 200 bytes each: the library that draws them takes ten million bytes. */
const maxElements = 20_000

export type VectorShape = PlacedPath | FontRun

/** An object of a page that leaves ink. */
export type Shape = PlacedPicture | VectorShape

const isPicture = (shape: Shape): shape is PlacedPicture => 'path' in shape
export const isText = (shape: Shape): shape is FontRun => 'glyphs' in shape

/** The size of a page's picture, in pixels, and the pixels in a point. */
export interface Canvas {
  readonly width: number
  readonly height: number
  readonly scale: number
}

/** The canvas for a page within bounds. */
export function canvasFor(
  { width, height }: Pick<OfdPage, 'width' | 'height'>,
  { dpi, pixels }: PictureBounds,
): Canvas {
  const scale = Math.min(dpi / 72, Math.sqrt(pixels / (width * height)))
  const size = (points: number) => Math.max(1, Math.min(pixels, Math.floor(points * scale)))
  return { width: size(width), height: size(height), scale }
}

/** A box on the canvas, in pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A part of a page that is drawn at once, on a canvas of its own, no larger than its ink needs. */
type Layer = { readonly area: Area } & (
  | { readonly picture: PlacedPicture }
  | { readonly vectors: readonly VectorShape[] }
)

/** The layers of a page from below: one picture each, or paths and texts that no picture parts. None lies outside the page. */
export function layersOf(shapes: readonly Shape[], canvas: Canvas): Layer[] {
  const groups: (PlacedPicture | VectorShape[])[] = []
  let elements = 0
  for (const shape of shapes) {
    const group = groups.at(-1)
    const own = isText(shape) ? shape.glyphs.length : 1
    elements += own
    if (isPicture(shape)) groups.push(shape)
    else if (Array.isArray(group) && elements <= maxElements) group.push(shape)
    else {
      groups.push([shape])
      elements = own
    }
  }
  const layers = groups.flatMap((group): Layer[] => {
    const area = Array.isArray(group) ? vectorArea(group, canvas) : pictureArea(group, canvas)
    if (area === null) return []
    return [Array.isArray(group) ? { area, vectors: group } : { area, picture: group }]
  })
  return layers.slice(0, maxLayers)
}

/** The box around a picture. */
export function boxOf(matrix: Matrix, scale: number): Area {
  const [a, b, c, d, e, f] = matrix.map((value) => value * scale) as [number, number, number, number, number, number]
  const left = e + Math.min(0, a, c, a + c)
  const top = f + Math.min(0, b, d, b + d)
  return { left, top, width: e + Math.max(0, a, c, a + c) - left, height: f + Math.max(0, b, d, b + d) - top }
}

/** The whole pixels of the canvas that a picture covers, by the box around it; null where it is not on the page. */
function pictureArea({ matrix }: PlacedPicture, canvas: Canvas): Area | null {
  const { left, top, width, height } = boxOf(matrix, canvas.scale)
  return onCanvas([Math.round(left), Math.round(top), Math.round(left + width), Math.round(top + height)], canvas)
}

/** The pixels of the canvas outside which paths and letters leave no ink; null where they leave none on the page. */
function vectorArea(shapes: readonly VectorShape[], canvas: Canvas): Area | null {
  const edges: Edges = [Infinity, Infinity, -Infinity, -Infinity]
  for (const shape of shapes) {
    if (isText(shape)) addLetters(edges, shape)
    else addPath(edges, shape)
  }
  const [left, top, right, bottom] = edges.map((edge) => edge * canvas.scale) as Edges
  // A pixel at the edge that is touched only in part is inked, too.
  return onCanvas([Math.floor(left) - 1, Math.floor(top) - 1, Math.ceil(right) + 1, Math.ceil(bottom) + 1], canvas)
}

type Edges = [left: number, top: number, right: number, bottom: number]

function onCanvas([x0, y0, x1, y1]: Edges, { width, height }: Canvas): Area | null {
  const [left, top, right, bottom] = [Math.max(0, x0), Math.max(0, y0), Math.min(width, x1), Math.min(height, y1)]
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null
}

/** Widens edges to hold a square around a point, which a matrix leads to the page. */
function add(edges: Edges, [a, b, c, d, e, f]: Matrix, x: number, y: number, reach: number): void {
  const [middleX, middleY] = [a! * x + c! * y + e!, b! * x + d! * y + f!]
  const [across, down] = [(Math.abs(a!) + Math.abs(c!)) * reach, (Math.abs(b!) + Math.abs(d!)) * reach]
  edges[0] = Math.min(edges[0], middleX - across)
  edges[1] = Math.min(edges[1], middleY - down)
  edges[2] = Math.max(edges[2], middleX + across)
  edges[3] = Math.max(edges[3], middleY + down)
}

/** Letters reach no further than this many em from their place for each of their characters, whichever font draws them. */
const letterReach = 2

function addLetters(edges: Edges, { glyphs, matrix, stretch, colour }: FontRun): void {
  if (colour === null) return
  for (const { text, at } of glyphs)
    add(edges, matrix, ...at, letterReach * Math.max(1, text.length) * Math.max(1, Math.abs(stretch)))
}

/** The corners of an outline reach up to four times as far from it as its sides, as SVG draws them (`stroke-miterlimit`). */
const miterLimit = 4

function addPath(edges: Edges, { steps, matrix, stroke, lineWidth }: PlacedPath): void {
  const pen = stroke === null ? 0 : (miterLimit * lineWidth) / 2
  let before: readonly number[] = [0, 0]
  for (const { operator, numbers } of steps) {
    const end = numbers.slice(-2)
    if (operator === 'A') add(edges, matrix, end[0]!, end[1]!, pen + arcReach(numbers, before))
    // The ends and the controls of a curve are the corners of a shape that holds it.
    else for (let i = 0; i < numbers.length; i += 2) add(edges, matrix, numbers[i]!, numbers[i + 1]!, pen)
    if (end.length === 2) before = end
  }
}

/** The largest distance of an elliptical arc from its end: the ellipse's length, as grown where it is too short for both ends. */
function arcReach([rx, ry, , , , x, y]: PathStep['numbers'], [fromX, fromY]: readonly number[]): number {
  const [longer, shorter] = [Math.max(Math.abs(rx!), Math.abs(ry!)), Math.min(Math.abs(rx!), Math.abs(ry!))]
  const chord = Math.hypot(x! - fromX!, y! - fromY!)
  // An ellipse without breadth is drawn as a line.
  return shorter === 0 ? 0 : 2 * longer * Math.max(1, chord / (2 * shorter))
}
