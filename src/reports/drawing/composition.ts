import sharp, { type Sharp } from 'sharp'
import type { DrawnPage } from '../formats/pageDrawing.ts'
import { type Box, wholePage } from '../wordPlaces.ts'

/** A picture as JPEG. Its lengths are in pixels. */
export interface Picture {
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}

/** A corner of an outline, as shares of the page's lengths like the edges of a box. */
export type Corner = readonly [x: number, y: number]

/** The stretch of a page that a photograph shows, and the marks on it. */
export interface MarkedPage {
  readonly crop: Box
  /** The degrees clockwise by which the page's lines, and so all marks, are turned about its middle. */
  readonly skew: number
  /** The outlines of the quote. */
  readonly frames: readonly (readonly Corner[])[]
  /** The answering words. */
  readonly highlights: readonly Box[]
  /** Words of the quote that OCR read with doubt. */
  readonly doubtful: readonly Box[]
}

/** Encodes a drawn page on white paper. */
export async function jpegOf(page: DrawnPage): Promise<Picture> {
  const { width, height } = page
  return encoded(onPaper(page), { width, height })
}

function onPaper({ data, width, height }: DrawnPage): Sharp {
  return sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: 'white' })
}

/** Telegram fetches no larger picture for an inline result. */
export const maxPictureBytes = 5_000_000
/** The qualities that are tried in turn until a picture is small enough. Type stays sharp at the first. */
const qualities = [88, 70, 50, 25] as const

/** Encodes an image as JPEG, of at most `maxPictureBytes` where the lowest quality suffices for it. */
export async function encoded(image: Sharp, size: Omit<Picture, 'bytes'>): Promise<Picture> {
  let bytes: Uint8Array = new Uint8Array()
  for (const quality of qualities) {
    bytes = await image.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    if (bytes.length <= maxPictureBytes) break
  }
  return { bytes, ...size }
}

/** A page and the photograph of a quote on it. */
export interface PageAndPhotograph {
  readonly page: Picture
  readonly photograph: Picture
}

/** Encodes a drawn page, and at the same time the photograph that is cut out of it. */
export async function composeWithPage(drawn: DrawnPage, marked: MarkedPage): Promise<PageAndPhotograph> {
  const [page, photograph] = await Promise.all([jpegOf(drawn), cutOut(onPaper(drawn), drawn, marked)])
  return { page, photograph }
}

/** Cuts the stretch out of a page's picture and draws the marks on it. */
export function compose(picture: Picture, marked: MarkedPage): Promise<Picture> {
  return cutOut(sharp(picture.bytes), picture, marked)
}

async function cutOut(page: Sharp, { width, height }: Omit<Picture, 'bytes'>, marked: MarkedPage): Promise<Picture> {
  const [x, y] = [(share: number) => (share / wholePage) * width, (share: number) => (share / wholePage) * height]
  const left = Math.floor(x(marked.crop.left))
  const top = Math.floor(y(marked.crop.top))
  const size = {
    width: Math.max(1, Math.min(width - left, Math.ceil(x(marked.crop.right)) - left)),
    height: Math.max(1, Math.min(height - top, Math.ceil(y(marked.crop.bottom)) - top)),
  }
  const overlay = (marks: string) =>
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="${left} ${top} ${size.width} ${size.height}"><g transform="rotate(${marked.skew} ${width / 2} ${height / 2})">${marks}</g></svg>`,
    )
  const rectangle = ({ left, top, right, bottom }: Box) =>
    `x="${x(left)}" y="${y(top)}" width="${x(right) - x(left)}" height="${y(bottom) - y(top)}"`
  const marker = marked.highlights.map((box) => `<rect ${rectangle(box)} fill="#ffe066"/>`).join('')
  const pen = Math.max(2, width / 550)
  const underlines = marked.doubtful.map(
    ({ left, right, bottom }) =>
      `<path d="M${x(left)} ${y(bottom)}H${x(right)}" stroke="#d9480f" stroke-width="${pen}" stroke-dasharray="${2 * pen}"/>`,
  )
  const frames = marked.frames.map(
    (corners) =>
      `<path d="M${corners.map(([cx, cy]) => `${x(cx)} ${y(cy)}`).join('L')}Z" fill="none" stroke="#c92a2a" stroke-width="${pen}" stroke-linejoin="round"/>`,
  )
  const image = page
    .extract({ left, top, ...size })
    // The marker's colour is multiplied with the page's, so that the words stay as dark as they are.
    .composite([
      { input: overlay(marker), blend: 'multiply' },
      { input: overlay(underlines.join('') + frames.join('')) },
    ])
  return encoded(image, size)
}
