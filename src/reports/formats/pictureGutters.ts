import { type Box, median } from './boxes.ts'
import { type Gutter, gutterEms, guttersOf } from './gutters.ts'
import { inkColumns, inkRuns, type Pixels, type TextBox, textBoxes } from './textBoxes.ts'

/** Wider white space within a box, in em, parts words. */
const wordGap = 0.4

/** The model's probability of text, row by row, for a picture that was scaled to `width` × `height`. */
interface TextMap {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
}

/** Boxes over several columns hide parts of gutters, which show after a first round has divided the boxes. */
const rounds = 2

/**
 * The lines of text that a map shows, in pixels of the picture. Where columns stand close, the model's patches run over
 * the gutter, so gutters are found in a first reading of the map, erased from it, and the map is read anew.
 */
export function linesOnPicture(map: TextMap, picture: Pixels): TextBox[] {
  let lines = scaledBoxes(map, picture)
  const parted = { ...map, data: map.data.slice() }
  for (let round = 0; round < rounds; round++) {
    const bands = gutterBands(lines, picture)
    if (bands.length === 0) break
    for (const band of bands) erase(band, parted, picture)
    lines = scaledBoxes(parted, picture)
  }
  return lines
}

function scaledBoxes({ data, width, height }: TextMap, picture: Pixels): TextBox[] {
  const [x, y] = [picture.width / width, picture.height / height]
  return textBoxes(data, width, height).map(({ left, top, right, bottom, slope }) => ({
    left: Math.max(0, left * x),
    top: Math.max(0, top * y),
    right: Math.min(picture.width, right * x),
    bottom: Math.min(picture.height, bottom * y),
    slope: (slope * y) / x,
  }))
}

function erase(band: Box, map: TextMap, picture: Pixels): void {
  const [x, y] = [map.width / picture.width, map.height / picture.height]
  for (let row = Math.ceil(band.top * y); row < band.bottom * y; row++)
    map.data.fill(0, row * map.width + Math.floor(band.left * x), row * map.width + Math.ceil(band.right * x))
}

/**
 * The gutters between columns of text, before any text is read. The ink in the boxes stands for words, so that one box
 * over two columns shows the gutter as two boxes do.
 * @param boxes lines of text that run across, in pixels of the picture
 */
function gutterBands(boxes: readonly TextBox[], { data, width, height }: Pixels): Box[] {
  // Boxes over several lines are too high to tell the size of the type, and pieces of lines are too narrow.
  const flat = boxes.filter((box) => box.right - box.left > 4 * (box.bottom - box.top))
  if (flat.length === 0) return []
  const body = median(flat.map(({ top, bottom }) => bottom - top))
  const words = boxes.flatMap((box) =>
    inkRuns(inkColumns(box, data, width), wordGap * body).map(([from, to]) => ({
      text: '',
      left: Math.floor(box.left) + from,
      right: Math.floor(box.left) + to,
      top: box.top,
      bottom: box.bottom,
      size: body,
      bold: false,
    })),
  )
  return guttersOf(words, body).map(({ right, top, bottom }: Gutter) => ({
    left: right - gutterEms.min * body,
    right,
    top: Math.max(0, top),
    bottom: Math.min(height, bottom),
  }))
}
