import sharp, { type Metadata } from 'sharp'
import { type Bilingual, ReportError } from '../../errors.ts'
import type { FormatReader } from '../manuscript.ts'
import { layOut, type PageOfWords } from './layout.ts'
import type { DrawnPage, PageDrawer } from './pageDrawing.ts'
import { ManuscriptWriter } from './writer.ts'

/** A picture of more pixels is refused: a small file can claim to be as large as a house. */
const maxInputPixels = 120_000_000
/** A larger picture is made smaller before it is read. */
const maxPixels = 12_000_000

/** Reads pictures of text by OCR: PNG, JPEG, WebP, GIF and every page of a TIFF. */
export const readImage: FormatReader = async (bytes, { file, limits, onPage }) => {
  const { readPicture } = await import('./ocr.ts')
  const metadata = await describe(bytes, file)
  // Pages in other formats are the frames of an animation.
  const all = metadata.format === 'tiff' ? (metadata.pages ?? 1) : 1
  const total = Math.min(all, limits.pages)
  const pages: PageOfWords[] = []
  const broken: number[] = []
  for (let number = 1; number <= total; number++) {
    try {
      pages.push(await readPicture(await decodePage(bytes, number - 1, maxPixels)))
    } catch (cause) {
      if (total === 1) throw damaged(file, cause)
      broken.push(number)
      pages.push({ width: 1, height: 1, words: [], isRough: true })
    }
    onPage?.(number, total)
  }
  if (broken.length === total) throw damaged(file)
  const writer = new ManuscriptWriter()
  const laidOut = layOut(pages, writer)
  const { text, lines, pages: starts } = writer
  return { text, lines, pages: starts, ...laidOut, stated: {}, notes: notesOf(broken, total, all) }
}

async function describe(bytes: Uint8Array, file: string): Promise<Metadata> {
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    throw damaged(file, cause)
  }
  if (!(metadata.width * metadata.height <= maxInputPixels)) {
    const [found, most] = [metadata.width * metadata.height, maxInputPixels].map((n) => Math.round(n / 1_000_000))
    throw new ReportError({
      zh: `${file}:图片有 ${found} 百万像素,最多可读 ${most} 百万。请缩小或分成几张。`,
      en: `${file}: the picture has ${found} million pixels; at most ${most} million can be read. Make it smaller or split it.`,
    })
  }
  return metadata
}

/** Draws a page of a picture: the picture itself, upright as its file says. */
export const drawImagePage: PageDrawer = async (bytes, { file, page, bounds }) => {
  await describe(bytes, file)
  try {
    return await decodePage(bytes, page - 1, bounds.pixels)
  } catch (cause) {
    throw damaged(file, cause)
  }
}

/** Decodes a page, counted from 0. A picture of more than `pixels` is made smaller. */
async function decodePage(bytes: Uint8Array, page: number, pixels: number): Promise<DrawnPage> {
  const image = sharp(bytes, { page, limitInputPixels: maxInputPixels, failOn: 'error' }).autoOrient()
  const { width, height } = (await sharp(bytes, { page, limitInputPixels: maxInputPixels }).metadata()).autoOrient
  const scale = Math.sqrt(pixels / (width * height))
  const sized = scale < 1 ? image.resize({ width: Math.max(1, Math.floor(width * scale)) }) : image
  const { data, info } = await sized
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

function notesOf(broken: readonly number[], read: number, all: number): Bilingual[] {
  const notes = [{ zh: '文字由 OCR 从图片中识别,可能有误。', en: 'Read from a picture by OCR; there may be errors.' }]
  if (broken.length > 0) {
    const pages = broken.join(', ')
    notes.push({ zh: `第 ${pages} 页已损坏,未能读取。`, en: `Page ${pages}: damaged, left out.` })
  }
  if (all > read) {
    notes.push({
      zh: `文件有 ${all} 页,只读取了前 ${read} 页。`,
      en: `The file has ${all} pages; only the first ${read} were read.`,
    })
  }
  return notes
}

function damaged(file: string, cause?: unknown): ReportError {
  const text = {
    zh: `${file}:图片已损坏,或不是 PNG、JPEG、WebP、GIF、TIFF。请另存为 PNG 或 JPEG。`,
    en: `${file}: the picture is damaged, or not PNG, JPEG, WebP, GIF or TIFF. Save it as PNG or JPEG.`,
  }
  return new ReportError(text, { cause })
}
