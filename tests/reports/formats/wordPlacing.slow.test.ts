import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { readImage } from '../../../src/reports/formats/image.ts'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { readText } from '../../../src/reports/formats/text.ts'
import { defaultLimits, type Manuscript } from '../../../src/reports/manuscript.ts'
import { boxesOf, decodePlaces, wholePage } from '../../../src/reports/wordPlaces.ts'
import { pictureOf, townReport } from '../../fixtures/documents.ts'

const fontFile = fileURLToPath(new URL('../../fixtures/fonts/NotoSansSC-subset.ttf', import.meta.url))
const reading = { file: 'a.pdf', limits: { ...defaultLimits, seconds: 600 } }
const pageSize = { width: 600, height: 800 }
/** How far below its top a line's middle is, in em of the font. */
const middle = 0.78

/** Words as they were drawn, in points of the page before it is turned. */
interface Drawn {
  readonly text: string
  readonly page: number
  readonly left: number
  readonly right: number
  readonly middle: number
  readonly size: number
}

/** A PDF and what was drawn on it. @param turn quarters clockwise by which its pages are shown turned */
async function drawn(draw: (put: Put, newPage: () => void) => void, turn = 0) {
  const pdf = new PDFDocument({ autoFirstPage: false, size: [pageSize.width, pageSize.height], margin: 0 })
  const bytes = buffer(pdf)
  const all: Drawn[] = []
  let page = 0
  pdf.registerFont('chinese', readFileSync(fontFile))
  const newPage = () => {
    pdf.addPage()
    page++
    if (turn !== 0) (pdf.page.dictionary.data as { Rotate?: number }).Rotate = 90 * turn
  }
  newPage()
  draw((text, x, y, { size = 10, spacing = 0 } = {}) => {
    pdf.font('chinese').fontSize(size).text(text, x, y, { lineBreak: false, characterSpacing: spacing })
    const width = pdf.widthOfString(text, { characterSpacing: spacing })
    all.push({ text, page, left: x, right: x + width, middle: y + middle * size, size })
  }, newPage)
  pdf.end()
  return { bytes: new Uint8Array(await bytes), all }
}
type Put = (text: string, x: number, y: number, set?: { size?: number; spacing?: number }) => void

/** Compares where words of a manuscript are placed with where they were drawn, each text having been drawn once. */
function assertPlaced(context: TestContext, { text, places }: Manuscript, all: readonly Drawn[], turn = 0): void {
  assert.ok(places)
  const read = decodePlaces(places)
  let farthest = 0
  for (const one of all) {
    const start = text.indexOf(one.text)
    assert.ok(start >= 0 && text.indexOf(one.text, start + 1) < 0, one.text)
    const found = boxesOf(read, text, [start, start + one.text.length])
    assert.deepEqual([found.length, found[0]?.page, found[0]?.boxes.length], [1, one.page, 1], one.text)
    const box = found[0]!.boxes[0]!
    const { width, height } = read.pages[one.page - 1]!
    const [l, r, t, b] = [box.left * width, box.right * width, box.top * height, box.bottom * height].map(
      (value) => value / wholePage,
    ) as [number, number, number, number]
    // Back to the page as it was drawn, before it was turned.
    const [left, right, top, bottom] = [
      [l, r, t, b],
      [t, b, width - r, width - l],
      [width - r, width - l, height - b, height - t],
      [height - b, height - t, l, r],
    ][turn] as [number, number, number, number]
    const off = [left - one.left, right - one.right, (top + bottom) / 2 - one.middle].map(
      (value) => Math.abs(value) / one.size,
    )
    farthest = Math.max(farthest, ...off)
    assert.ok(Math.max(...off) <= 0.3, `${one.text}: ${off}`)
  }
  const words = text.match(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu)!.length
  context.diagnostic(
    `${all.length} places, ${farthest.toFixed(2)} em off at most; ${(places.length / read.words.length).toFixed(1)} bytes a run, ${(places.length / words).toFixed(1)} a word`,
  )
  assert.ok(places.length <= 10 * words + 40)
}

/** Lines of so many characters, none of which begins as another does. */
function linesOf(characters: number): string[] {
  const text = townReport.join('').replaceAll(/[^\p{Script=Han}]/gu, '')
  const lines: string[] = []
  for (let at = 0; at + characters <= text.length; at += characters) lines.push(text.slice(at, at + characters))
  return [...new Set(lines)]
}

test('words in one to three columns are placed where they stand', async (context) => {
  for (const [columns, characters] of [
    [1, 45],
    [2, 22],
    [3, 14],
  ] as const) {
    const lines = linesOf(characters)
    const { bytes, all } = await drawn((put, newPage) => {
      for (const page of [0, 1]) {
        if (page > 0) newPage()
        for (let column = 0; column < columns; column++)
          for (let row = 0; row < 8; row++)
            put(
              lines[(page * columns + column) * 8 + row] ?? `第${row}行`,
              50 + (column * 520) / columns,
              100 + row * 16,
            )
      }
    })
    const once = all.filter(({ text }) => text.length === characters)
    assertPlaced(context, await readPdf(bytes, reading), once)
  }
})

test('the part of a run that a stretch holds is told', async () => {
  const [line = ''] = linesOf(30)
  const { bytes } = await drawn((put) => put(line, 50, 100, { spacing: 2 }))
  const { text, places } = await readPdf(bytes, reading)
  const start = text.indexOf(line)
  const [found] = boxesOf(decodePlaces(places!), text, [start + 10, start + 15])
  const box = found!.boxes[0]!
  const points = [box.left, box.right].map((value) => (value / wholePage) * pageSize.width)
  for (const [i, expected] of [50 + 10 * 12, 50 + 15 * 12].entries())
    assert.ok(Math.abs(points[i]! - expected) < 4, `${points} ${expected}`)
})

test('cells of tables are placed where they stand, also where figures are alike in other columns', async (context) => {
  const names = linesOf(4).slice(0, 9)
  for (const isRuled of [true, false]) {
    const pdf = await drawn((put) => {
      for (const [column, name] of ['项目', '预算数', '决算数', '增减额'].entries()) put(name, 60 + column * 120, 100)
      for (const [row, name] of names.entries()) {
        put(name, 60, 120 + row * 20)
        for (let column = 1; column < 4; column++) put(`${row + 11}${column}.25`, 60 + column * 120, 120 + row * 20)
      }
    })
    assertPlaced(context, await readPdf(isRuled ? await ruled(pdf.bytes) : pdf.bytes, reading), pdf.all)
  }
})

/** The same page with lines around the cells of its table. */
async function ruled(bytes: Uint8Array): Promise<Uint8Array> {
  const lines = [
    ...Array.from({ length: 11 }, (_, i) => `50 ${702 - i * 20} m 530 ${702 - i * 20} l S`),
    ...Array.from({ length: 5 }, (_, i) => `${50 + i * 120} 702 m ${50 + i * 120} 502 l S`),
  ].join('\n')
  return withContent(bytes, lines)
}

/** Adds drawing to a PDF's only page, as another content stream in a file that is updated at its end. */
function withContent(bytes: Uint8Array, content: string): Uint8Array {
  const file = Buffer.from(bytes).toString('latin1')
  const page = /(\d+) 0 obj\n<<\n\/Type \/Page\n[\s\S]*?>>\nendobj/u.exec(file)!
  const contents = /\/Contents (\d+) 0 R/u.exec(page[0])!
  const size = Number(/\/Size (\d+)/u.exec(file)![1])
  const [root] = /\/Root \d+ 0 R/u.exec(file)!
  const startOf = file.length + 1
  const stream = `${size} 0 obj\n<< /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj\n`
  const changed = `${page[0].replace(contents[0], `/Contents [${size} 0 R ${contents[1]} 0 R]`)}\n`
  const row = (place: number) => `${String(place).padStart(10, '0')} 00000 n \n`
  const table = `xref\n${page[1]} 1\n${row(startOf + stream.length)}${size} 1\n${row(startOf)}`
  const before = /startxref\n(\d+)\n%%EOF\s*$/u.exec(file)![1]
  const at = startOf + stream.length + changed.length
  const trailer = `trailer\n<< /Size ${size + 1} ${root} /Prev ${before} >>\nstartxref\n${at}\n%%EOF\n`
  return Buffer.from(`${file}\n${stream}${changed}${table}${trailer}`, 'latin1')
}

test('words of a page that is shown turned are placed where they are seen', async (context) => {
  const lines = linesOf(24).slice(0, 8)
  for (const turn of [1, 2, 3]) {
    const { bytes, all } = await drawn((put) => {
      for (const [row, line] of lines.entries()) put(line, 60, 100 + row * 16)
    }, turn)
    assertPlaced(context, await readPdf(bytes, reading), all, turn)
  }
})

test('English words, broken by hyphens and spread over the line, are placed', async (context) => {
  const lines = [
    'The council reviewed the progress of housing and trans-',
    'portation in the town, and two new bridges were opened.',
  ]
  const { bytes, all } = await drawn((put) => {
    for (const [row, line] of lines.entries()) put(line, 60, 100 + row * 16, { spacing: 0.4 })
  })
  assertPlaced(context, await readPdf(bytes, reading), all)
})

test('lines of a crooked scan are placed where they are seen once they are turned back', async (context) => {
  const lines = linesOf(20).slice(0, 4)
  const { bytes, all } = await drawn((put) => {
    for (const [row, line] of lines.entries()) put(line, 60, 60 + row * 40, { size: 16 })
  })
  const dpi = 144
  const scale = dpi / 72
  const flat = await sharp(await pictureOf(bytes, 1, dpi))
    .extract({ left: 0, top: 0, width: 1000, height: 460 })
    .png()
    .toBuffer()
  const degrees = 2
  const crooked = await sharp(flat).rotate(degrees, { background: 'white' }).png().toBuffer()
  const { text, places } = await readImage(crooked, { ...reading, file: 'a.png' })
  const read = decodePlaces(places!)
  const [page] = read.pages
  context.diagnostic(`skew ${page!.skew}`)
  assert.ok(Math.abs(page!.skew - degrees) < 0.5)
  let seen = 0
  for (const one of all) {
    const start = text.indexOf(one.text)
    if (start < 0) continue
    seen++
    const box = boxesOf(read, text, [start, start + one.text.length])[0]!.boxes[0]!
    // Turned by the page's skew about its middle, the box stands where the line is seen; turned back, where it was drawn.
    const x = ((box.left + box.right) / 2 / wholePage - 0.5) * page!.width + 500
    const y = ((box.top + box.bottom) / 2 / wholePage - 0.5) * page!.height + 230
    const off = [x - ((one.left + one.right) / 2) * scale, y - one.middle * scale].map(
      (value) => Math.abs(value) / (one.size * scale),
    )
    context.diagnostic(`${off.map((value) => value.toFixed(2))} em off`)
    assert.ok(Math.max(...off) < 0.6, `${off}`)
  }
  assert.ok(seen >= 3)
})

test('a format without a layout has no places', async () => {
  const { places } = await readText(new TextEncoder().encode('三座老桥全部完工。'), { ...reading, file: 'a.txt' })
  assert.equal(places ?? null, null)
})
