import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { familiesLike } from './fontNames.ts'
import type { OfdPackage } from './ofdPackage.ts'
import type { FontRun, OfdPage, PlacedPath, PlacedPicture } from './ofdPage.ts'
import { svgOf } from './ofdPath.ts'
import type { DrawnPage, PictureBounds } from './pageDrawing.ts'
import { type Matrix, multiply } from './pdfDrawing.ts'
import { escaped } from './wordXml.ts'

const maxImagePixels = 64_000_000
/** Layers that wait to be composited have about this many times as many pixels as the page, which bounds the memory. */
const maxWaiting = 8
/** A page of more layers is a drawing. */
const maxLayers = 200
/** The letters and paths of one layer, some 200 bytes each: the library that draws them takes ten million bytes. */
const maxElements = 20_000

/** An object of a page that leaves ink. */
export type Shape = PlacedPicture | PlacedPath | FontRun

/** The size of a page's picture, in pixels, and the pixels in a point. */
interface Canvas {
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

/** Draws shapes above each other on white paper; null where nothing is drawn. Pictures that cannot be decoded are left out. */
export async function painted(shapes: readonly Shape[], canvas: Canvas, parts: OfdPackage): Promise<DrawnPage | null> {
  const bound = maxWaiting * canvas.width * canvas.height
  let page: Pixels | null = null
  let layers: OverlayOptions[] = []
  let waiting = 0
  for (const group of groupsOf(shapes).slice(0, maxLayers)) {
    const [first] = group
    const area = isPicture(first!) ? visibleArea(first.matrix, canvas) : { ...canvas, left: 0, top: 0 }
    if (area === null) continue
    const drawn = isPicture(first!)
      ? pictureLayer(first, area, canvas.scale, parts)
      : vectorLayer(group as (PlacedPath | FontRun)[], canvas)
    // A picture of an unknown or damaged kind shows nothing, and the others are seen.
    const layer = await drawn.catch(() => null)
    if (layer === null) continue
    layers.push(layer)
    waiting += area.width * area.height
    if (waiting < bound) continue
    page = await composited(page, layers, canvas)
    layers = []
    waiting = 0
  }
  return layers.length > 0 ? composited(page, layers, canvas) : page
}

/** A page with layers above it. @param page white paper for null */
function composited(
  page: Pixels | null,
  layers: OverlayOptions[],
  { width, height }: Pick<Canvas, 'width' | 'height'>,
): Promise<Pixels> {
  const blank = () => sharp({ create: { width, height, channels: 4, background: 'white' } })
  return pixelsOf((page ? opened(page) : blank()).composite(layers))
}

const isPicture = (shape: Shape): shape is PlacedPicture => 'path' in shape
const isText = (shape: Shape): shape is FontRun => 'glyphs' in shape

/** The shapes of each layer: one picture, or paths and texts that no picture parts. */
function groupsOf(shapes: readonly Shape[]): Shape[][] {
  const groups: Shape[][] = []
  let elements = 0
  for (const shape of shapes) {
    const group = groups.at(-1)
    const own = isText(shape) ? shape.glyphs.length : 1
    elements += own
    if (group && !isPicture(shape) && !isPicture(group[0]!) && elements <= maxElements) group.push(shape)
    else {
      groups.push([shape])
      elements = own
    }
  }
  return groups
}

/** A box on the canvas, in pixels. */
interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** The box around a picture. */
function boxOf(matrix: Matrix, scale: number): Area {
  const [a, b, c, d, e, f] = matrix.map((value) => value * scale) as [number, number, number, number, number, number]
  const left = e + Math.min(0, a, c, a + c)
  const top = f + Math.min(0, b, d, b + d)
  return { left, top, width: e + Math.max(0, a, c, a + c) - left, height: f + Math.max(0, b, d, b + d) - top }
}

/** The pixels of the canvas that a picture covers, by the box around it; null where it is not on the page. */
function visibleArea(matrix: Matrix, { width, height, scale }: Canvas): Area | null {
  const box = boxOf(matrix, scale)
  const [left, top] = [Math.max(0, Math.round(box.left)), Math.max(0, Math.round(box.top))]
  const right = Math.min(width, Math.round(box.left + box.width))
  const bottom = Math.min(height, Math.round(box.top + box.height))
  return right > left && bottom > top ? { left, top, width: right - left, height: bottom - top } : null
}

/** The visible part of a picture in the size in which it is seen. @param area where it is seen */
async function pictureLayer(
  { path, matrix, opacity }: PlacedPicture,
  area: Area,
  scale: number,
  parts: OfdPackage,
): Promise<OverlayOptions> {
  const file = sharp(await parts.bytes(path), { limitInputPixels: maxImagePixels, failOn: 'error' })
  const { data, width, height } = await oriented(await pixelsOf(file), matrix)
  const box = boxOf(matrix, scale)
  const [across, down] = [width / box.width, height / box.height]
  const left = Math.min(width - 1, Math.max(0, Math.floor((area.left - box.left) * across)))
  const top = Math.min(height - 1, Math.max(0, Math.floor((area.top - box.top) * down)))
  const cut = {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.round(area.width * across))),
    height: Math.max(1, Math.min(height - top, Math.round(area.height * down))),
  }
  const part = opened({ data, width, height }).extract(cut).resize(area.width, area.height, { fit: 'fill' })
  const seen = await pixelsOf(opacity < 1 ? part.linear([1, 1, 1, opacity], [0, 0, 0, 0]) : part)
  return layerOf(seen, area.left, area.top)
}

function layerOf({ data, width, height }: Pixels, left: number, top: number): OverlayOptions {
  return { input: data, raw: { width, height, channels: 4 }, left, top }
}

interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

const opened = ({ data, width, height }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 4 } })

/** The pixels of a picture: red, green, blue, opacity. */
async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const raw = picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' })
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Turns and mirrors a picture as its matrix does, by quarters. */
async function oriented(pixels: Pixels, [a = 1, b = 0, c = 0, d = 1]: Matrix): Promise<Pixels> {
  const isTurned = Math.abs(b * c) > Math.abs(a * d)
  const [isFlopped, isFlipped] = isTurned ? [c > 0, b < 0] : [a < 0, d < 0]
  // The library does not say in which order it would turn and mirror.
  const turned = isTurned ? await pixelsOf(opened(pixels).rotate(90)) : pixels
  return isFlopped || isFlipped ? pixelsOf(opened(turned).flop(isFlopped).flip(isFlipped)) : turned
}

async function vectorLayer(
  shapes: readonly (PlacedPath | FontRun)[],
  { width, height, scale }: Canvas,
): Promise<OverlayOptions> {
  const drawn = shapes.map((shape) => (isText(shape) ? textMarkup(shape, scale) : pathMarkup(shape, scale)))
  // The reports are in Simplified characters, whose forms the language chooses among those of a font for all of East Asia.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="zh-CN" width="${width}" height="${height}">${drawn.join('')}</svg>`
  return layerOf(await pixelsOf(sharp(Buffer.from(svg))), 0, 0)
}

function placed(matrix: Matrix, scale: number): string {
  return `transform="matrix(${matrix.map((value) => (value * scale).toFixed(5)).join(' ')})"`
}

function pathMarkup({ steps, matrix, fill, stroke, lineWidth }: PlacedPath, scale: number): string {
  const line = stroke === null ? '' : `stroke="${stroke}" stroke-width="${lineWidth}"`
  return `<path ${placed(matrix, scale)} fill="${fill ?? 'none'}" ${line} d="${svgOf(steps)}"/>`
}

/** A run of text, each glyph where the file puts it, as fonts of this machine may have other widths. */
function textMarkup({ glyphs, matrix, stretch, font, colour }: FontRun, scale: number): string {
  if (colour === null) return ''
  const look = `font-family="${familiesLike(font.name)}" font-size="${emUnits}" fill="${colour}"${font.isBold ? ' font-weight="bold"' : ''}`
  const letters = glyphs.map(({ text, at: [along, up] }) => {
    const words = text.replaceAll(/[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu, '')
    if (words.trim() === '') return ''
    const [a, b, c, d, e, f] = multiply(matrix, [stretch / emUnits, 0, 0, -1 / emUnits, along, up])
    return `<text ${placed([a!, b!, c!, d!, e!, f!], scale)}>${escaped(words)}</text>`
  })
  return `<g ${look}>${letters.join('')}</g>`
}

/** The size in which letters are typeset before they are scaled, since small sizes are rounded. */
const emUnits = 100
