import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { familiesLike } from './fontNames.ts'
import { type Area, boxOf, type Canvas, isText, layersOf, type Shape, type VectorShape } from './ofdLayers.ts'
import type { OfdPackage } from './ofdPackage.ts'
import type { FontRun, PlacedPath, PlacedPicture } from './ofdPage.ts'
import { svgOf } from './ofdPath.ts'
import type { DrawnPage } from './pageDrawing.ts'
import { type Matrix, multiply } from './pdfDrawing.ts'
import { escaped } from './wordXml.ts'

const maxImagePixels = 64_000_000
/** Layers that wait to be composited have about this many times as many pixels as the page, which bounds the memory. */
const maxWaiting = 8

/** Draws shapes above each other on white paper; null where nothing is drawn. Pictures that cannot be decoded are left out. */
export async function painted(shapes: readonly Shape[], canvas: Canvas, parts: OfdPackage): Promise<DrawnPage | null> {
  const bound = maxWaiting * canvas.width * canvas.height
  let page: Pixels | null = null
  let drawn: OverlayOptions[] = []
  let waiting = 0
  for (const layer of layersOf(shapes, canvas)) {
    const { area } = layer
    const drawing =
      'picture' in layer
        ? pictureLayer(layer.picture, area, canvas.scale, parts)
        : vectorLayer(layer.vectors, area, canvas.scale)
    // A picture of an unknown or damaged kind shows nothing, and the others are seen.
    const pixels = await drawing.catch(() => null)
    if (pixels === null) continue
    drawn.push(pixels)
    waiting += area.width * area.height
    if (waiting < bound) continue
    page = await composited(page, drawn, canvas)
    drawn = []
    waiting = 0
  }
  return drawn.length > 0 ? composited(page, drawn, canvas) : page
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
  shapes: readonly VectorShape[],
  { left, top, width, height }: Area,
  scale: number,
): Promise<OverlayOptions> {
  const drawn = shapes.map((shape) => (isText(shape) ? textMarkup(shape, scale) : pathMarkup(shape, scale)))
  // The reports are in Simplified characters, whose forms the language chooses among those of a font for all of East Asia.
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="zh-CN" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">${drawn.join('')}</svg>`
  return layerOf(await pixelsOf(sharp(Buffer.from(svg))), left, top)
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
