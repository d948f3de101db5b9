import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import type { PageOfWords } from './layout.ts'
import { readPicture } from './ocr.ts'
import type { OfdPackage } from './ofdPackage.ts'
import type { OfdPage, PlacedPath, PlacedPicture } from './ofdPage.ts'
import { svgOf } from './ofdPath.ts'
import type { Matrix } from './pdfDrawing.ts'

const maxPixels = 12_000_000
const maxImagePixels = 64_000_000
const scanDpi = 200
/** Layers above each other may together have this many times as many pixels as the page. */
const maxOverlap = 8
/** A page of more layers is a drawing. */
const maxLayers = 200

/** The size of a page's picture, in pixels, and the pixels in a point. */
interface Canvas {
  readonly width: number
  readonly height: number
  readonly scale: number
}

/**
 * Draws the pictures and paths of a page, and reads them by OCR. Pictures that cannot be decoded are left out.
 * @throws Error where OCR fails
 */
export async function readPaintedPage(page: OfdPage, parts: OfdPackage): Promise<PageOfWords> {
  const scale = Math.min(scanDpi / 72, Math.sqrt(maxPixels / (page.width * page.height)))
  const size = (points: number) => Math.max(1, Math.min(maxPixels, Math.floor(points * scale)))
  const canvas = { width: size(page.width), height: size(page.height), scale }
  const layers: OverlayOptions[] = []
  let pixels = maxOverlap * canvas.width * canvas.height
  for (const shapes of groupsOf(page.shapes).slice(0, maxLayers)) {
    const [first] = shapes
    const area = isPicture(first!) ? visibleArea(first.matrix, canvas) : { ...canvas, left: 0, top: 0 }
    if (area === null || area.width * area.height > pixels) continue
    pixels -= area.width * area.height
    const drawn = isPicture(first!)
      ? pictureLayer(first, area, canvas.scale, parts)
      : pathsLayer(shapes as PlacedPath[], canvas)
    // A picture of an unknown or damaged kind shows nothing to read, and the others are read.
    const layer = await drawn.catch(() => null)
    if (layer !== null) layers.push(layer)
  }
  if (layers.length === 0) return { width: page.width, height: page.height, words: [] }
  const { width, height } = canvas
  const blank = sharp({ create: { width, height, channels: 4, background: 'white' } })
  const { data, info } = await blank.composite(layers).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return readPicture({ data, width: info.width, height: info.height }, scale)
}

type Shape = PlacedPicture | PlacedPath

const isPicture = (shape: Shape): shape is PlacedPicture => 'path' in shape

/** The shapes of each layer: one picture, or paths that no picture parts. */
function groupsOf(shapes: readonly Shape[]): Shape[][] {
  const groups: Shape[][] = []
  for (const shape of shapes) {
    const group = groups.at(-1)
    if (group && !isPicture(shape) && !isPicture(group[0]!)) group.push(shape)
    else groups.push([shape])
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
  { path, matrix }: PlacedPicture,
  area: Area,
  scale: number,
  parts: OfdPackage,
): Promise<OverlayOptions> {
  const opened = sharp(await parts.bytes(path), { limitInputPixels: maxImagePixels, failOn: 'error' })
  const { data, width, height } = await oriented(await pixelsOf(opened), matrix)
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
  const whole = sharp(data, { raw: { width, height, channels: 4 } })
  const seen = await pixelsOf(whole.extract(cut).resize(area.width, area.height, { fit: 'fill' }))
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

/** The pixels of a picture: red, green, blue, opacity. */
async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const raw = picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' })
  const { data, info } = await raw.toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Turns and mirrors a picture as its matrix does, by quarters. */
async function oriented(pixels: Pixels, [a = 1, b = 0, c = 0, d = 1]: Matrix): Promise<Pixels> {
  const open = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 4 } })
  const isTurned = Math.abs(b * c) > Math.abs(a * d)
  const [isFlopped, isFlipped] = isTurned ? [c > 0, b < 0] : [a < 0, d < 0]
  // The library does not say in which order it would turn and mirror.
  const turned = isTurned ? await pixelsOf(open(pixels).rotate(90)) : pixels
  return isFlopped || isFlipped ? pixelsOf(open(turned).flop(isFlopped).flip(isFlipped)) : turned
}

async function pathsLayer(paths: readonly PlacedPath[], { width, height, scale }: Canvas): Promise<OverlayOptions> {
  const drawn = paths.map(({ steps, matrix, fill, stroke, lineWidth }) => {
    const placed = matrix.map((value) => (value * scale).toFixed(5)).join(' ')
    const line = stroke === null ? '' : `stroke="${stroke}" stroke-width="${lineWidth}"`
    return `<path transform="matrix(${placed})" fill="${fill ?? 'none'}" ${line} d="${svgOf(steps)}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`
  return layerOf(await pixelsOf(sharp(Buffer.from(svg))), 0, 0)
}
