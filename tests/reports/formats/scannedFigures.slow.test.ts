import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { areFiguresSure, type PlacedCharacter } from '../../../src/reports/formats/figureInk.ts'
import { glyphsOn } from '../../../src/reports/formats/glyphs.ts'
import { readPicture } from '../../../src/reports/formats/ocr.ts'
import { movedRuling, rulingsOn } from '../../../src/reports/formats/pictureRulings.ts'
import {
  countFigures,
  type FigureScan,
  type FigureSheet,
  figureSheet,
  type PrintedLine,
} from '../../fixtures/scannedFigures.ts'

const clean = { degrees: 0, noise: 0, blur: 0 } as const
const rough = { degrees: 0.7, noise: 10, blur: 0.5 } as const

/** What OCR may leave in doubt of each kind of scan: a share of its figures. */
const scans: readonly (readonly [string, FigureScan, number])[] = [
  ['9 point at 200 dpi', { seed: 7301, size: 9, dpi: 200, face: 'Noto', ...clean }, 0.1],
  ['8 point at 200 dpi, crooked and noisy', { seed: 7302, size: 8, dpi: 200, face: 'Times-Roman', ...rough }, 0.3],
  ['10 point at 150 dpi', { seed: 7303, size: 10, dpi: 150, face: 'Helvetica', ...clean }, 0.15],
  ['11 point at 300 dpi, crooked and noisy', { seed: 7304, size: 11, dpi: 300, face: 'Times-Roman', ...rough }, 0.2],
]

const lost: number[] = []
const counted: number[] = []

for (const [kind, make, mostDoubt] of scans) {
  test(`no figure of a scan in ${kind} is read as another without a mark of doubt`, async (context) => {
    const sheet = await figureSheet(make)
    const { data, info } = await sharp(sheet.png).toColourspace('srgb').ensureAlpha().raw().toBuffer({
      resolveWithObject: true,
    })
    const page = await readPicture({ data, width: info.width, height: info.height })
    const { falseOnes, ...count } = countFigures(sheet, page, make.dpi)
    context.diagnostic(`${kind}: ${JSON.stringify(count)}`)
    assert.deepEqual(falseOnes, [])
    const all = count.right + count.lost + count.doubtfulRight + count.doubtfulFalse
    assert.ok(count.doubtfulRight <= mostDoubt * all, `${count.doubtfulRight} doubtful`)
    lost.push(count.lost)
    counted.push(all)
  })
}

test('hardly a figure of these scans is lost', () => {
  const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0)
  assert.equal(counted.length, scans.length)
  assert.ok(sum(lost) <= 0.03 * sum(counted), `${lost} lost of ${counted}`)
})

/** A scanned sheet, decoded, with its rulings. */
async function decoded({ png }: FigureSheet) {
  const { data, info } = await sharp(png).toColourspace('srgb').removeAlpha().raw().toBuffer({
    resolveWithObject: true,
  })
  const picture = { data, width: info.width, height: info.height }
  return { picture, rulings: rulingsOn(picture) }
}

/** The picture of a cell or line, with its characters where they were printed. */
function cut({ picture, rulings }: Awaited<ReturnType<typeof decoded>>, line: PrintedLine, { dpi, size }: FigureScan) {
  const pixels = (points: number) => Math.round((points * dpi) / 72)
  const [left, top] = [pixels(line.left - 0.3 * size), pixels(line.y - 0.75 * size)]
  const [width, height] = [pixels(line.right + 0.3 * size) - left, pixels(line.y + 0.75 * size) - top]
  const rows = Array.from({ length: height }, (_, y) => {
    const start = ((top + y) * picture.width + left) * 3
    return picture.data.subarray(start, start + width * 3)
  })
  const own = rulings.map((ruling) => movedRuling(ruling, left, top))
  const glyphs = glyphsOn({ data: new Uint8Array(Buffer.concat(rows)), width, height }, own)
  const characters = [...line.text].map((text, i) => ({
    text,
    at: ((line.places[i]! * dpi) / 72 - left) / width,
    probability: 1,
  }))
  return { glyphs, width, characters }
}

/** All that recognition may make of a figure by one mistake: a character left out or twice, the wrong mark, one too many. */
function mistakes(characters: readonly PlacedCharacter[]): PlacedCharacter[][] {
  return characters.flatMap((one, i) => {
    const [before, after] = [characters.slice(0, i), characters.slice(i + 1)]
    const middle = i > 0 ? (one.at + characters[i - 1]!.at) / 2 : 0
    return [
      [...before, ...after],
      ...(/\d/u.test(one.text) ? [[...before, one, one, ...after]] : []),
      ...(/[.,]/u.test(one.text) ? [[...before, { ...one, text: one.text === '.' ? ',' : '.' }, ...after]] : []),
      ...(one.text === '▲' ? [[...before, { ...one, text: 'A' }, ...after]] : []),
      ...(i > 0 ? [[...before, { text: '.', at: middle, probability: 1 }, one, ...after]] : []),
    ]
  })
}

const said = (characters: readonly PlacedCharacter[]) => characters.map(({ text }) => text).join('')

test('the ink of a figure agrees with what is printed, and with no other reading of it', async (context) => {
  const makes: readonly FigureScan[] = [
    { seed: 7401, size: 9, dpi: 200, face: 'Noto', ...clean },
    { seed: 7402, size: 9, dpi: 200, face: 'Times-Roman', ...rough, degrees: 0 },
    { seed: 7403, size: 8, dpi: 300, face: 'Helvetica', ...clean },
  ]
  let [sure, all, compared] = [0, 0, 0]
  for (const make of makes) {
    const sheet = await figureSheet(make)
    const scan = await decoded(sheet)
    for (const line of sheet.lines.filter(({ text }) => /^[-▲]?\d[\d.,]*%?$/u.test(text))) {
      const { glyphs, width, characters } = cut(scan, line, make)
      all++
      if (areFiguresSure(characters, glyphs, width)) sure++
      for (const mistake of mistakes(characters)) {
        if (!/\d/u.test(said(mistake))) continue
        compared++
        assert.ok(!areFiguresSure(mistake, glyphs, width), `${line.text} → ${said(mistake)}`)
      }
    }
  }
  context.diagnostic(`${sure} of ${all} figures agree, none of ${compared} mistakes`)
  assert.ok(sure >= 0.95 * all)
})
