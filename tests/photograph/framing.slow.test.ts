import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import sharp from 'sharp'
import type { QuoteInReport } from '../../src/answer/answerer.ts'
import { type FramedPage, frameQuote } from '../../src/photograph/framing.ts'
import { readImage } from '../../src/reports/formats/image.ts'
import { readOfd } from '../../src/reports/formats/ofd.ts'
import { readPdf } from '../../src/reports/formats/pdf.ts'
import { understand } from '../../src/reports/loadReport.ts'
import { defaultLimits, type Manuscript } from '../../src/reports/manuscript.ts'
import type { Paragraph, Report } from '../../src/reports/types.ts'
import { decodePlaces, wholePage } from '../../src/reports/wordPlaces.ts'
import { bare } from '../../src/text/normalize.ts'
import { type ColumnMake, columnPages, type Drawn, type PrintedColumns } from '../fixtures/columnPages.ts'
import { pictureOf } from '../fixtures/documents.ts'
import { column, ofdOf, ruledTable } from '../fixtures/ofd.ts'
import { RandomWords } from '../fixtures/randomWords.ts'

const page = { width: 595, height: 842 }
const reading = { file: 'a.pdf', limits: { ...defaultLimits, seconds: 600 } }
/** Of each page so many paragraphs are framed. */
const quotesPerPage = 3

interface Measured {
  /** The share of the quote's characters on the page that the frame holds. */
  readonly covered: number
  /** The other characters in the frame, in lines of the quote. */
  readonly besideLines: number
}

/** The middles of the characters of a line or cell, evenly spread over it. */
function middlesOf({ text, left, right, middle }: Drawn): [x: number, y: number][] {
  const characters = [...text]
  return characters.flatMap((character, i) =>
    /\s/u.test(character)
      ? []
      : [[left + ((i + 0.5) * (right - left)) / characters.length, middle] as [number, number]],
  )
}

/** Compares a frame with what was drawn. @param place turns a point of the page into shares of the page that is shown */
function measure(
  framed: FramedPage,
  drawn: readonly Drawn[],
  isOwn: (one: Drawn) => boolean | null,
  place = onPage,
): Measured {
  const here = drawn.filter((one) => one.page === framed.page)
  const isHeld = (point: readonly [number, number]) =>
    framed.frames.some((corners) => isInside(place(...point), corners))
  const own = here.filter((one) => isOwn(one) === true)
  const ownPoints = own.flatMap(middlesOf)
  const others = here.filter((one) => isOwn(one) === false).flatMap(middlesOf)
  return {
    covered: ownPoints.filter(isHeld).length / ownPoints.length,
    besideLines: others.filter(isHeld).length / Math.max(1, ownPoints.length / own.length),
  }
}

function onPage(x: number, y: number): [number, number] {
  return [(x / page.width) * wholePage, (y / page.height) * wholePage]
}

function isInside([x, y]: readonly [number, number], corners: FramedPage['frames'][number]): boolean {
  let inside = false
  for (const [i, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners.at(i - 1)!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

function reportOf(manuscript: Manuscript): Report {
  return understand(manuscript, { file: 'a.pdf', id: 'a', format: 'pdf', stated: {} })
}

/** A quote of a whole paragraph, without going by way of an index. */
function quoting(
  report: Report,
  { pieces }: Paragraph,
  at: number,
): Pick<QuoteInReport, 'report' | 'quote' | 'highlights'> {
  const ranges = pieces.map(({ range }) => range)
  return {
    report,
    quote: { ranges, source: { page: at } } as unknown as QuoteInReport['quote'],
    highlights: ranges.slice(-1),
  }
}

interface Found {
  readonly framed: FramedPage
  readonly isOwn: (one: Drawn) => boolean | null
}

/** Frames of some paragraphs, and of rows where the page has a table, on the first page. */
function framesOn(report: Report, printed: PrintedColumns, places: NonNullable<Manuscript['places']>): Found[] {
  const read = decodePlaces(places)
  const paragraphs = report.articles.flatMap((article) => article.paragraphs)
  const found: Found[] = []
  const onFirst = printed.paragraphs.flatMap((text, i) => {
    const isWhole = printed.drawn.every((one) => one.paragraph !== i || one.page === 1)
    return isWhole && printed.drawn.some((one) => one.paragraph === i) ? [{ text, i }] : []
  })
  for (const { text, i } of onFirst.slice(1, 1 + quotesPerPage)) {
    const paragraph = paragraphs.find((one) => bare(one.text) === bare(text))
    const framed = paragraph && frameQuote(quoting(report, paragraph, 1), read)
    if (framed) found.push({ framed, isOwn: (one) => one.paragraph === i })
  }
  for (const [i, cells] of printed.rows.entries()) {
    if (i === 0) continue
    const row = paragraphs.find((one) => cells.every((cell) => one.text.includes(cell)))
    const framed = row && frameQuote(quoting(report, row, 1), read)
    // The heads of the columns are quoted too.
    if (framed) found.push({ framed, isOwn: (one) => (one.row === 0 ? null : one.row === i) })
  }
  return found
}

function assertFramed(context: TestContext, measured: readonly Measured[]): void {
  const covered = measured.map((one) => one.covered)
  const beside = measured.map((one) => one.besideLines)
  const mean = covered.reduce((sum, one) => sum + one, 0) / covered.length
  context.diagnostic(
    `${measured.length} frames hold ${mean.toFixed(4)} of the words (least ${Math.min(...covered).toFixed(3)}), and at most ${Math.max(...beside).toFixed(2)} other lines`,
  )
  assert.ok(Math.min(...covered) >= 0.98, `${covered}`)
  assert.ok(Math.max(...beside) <= 1, `${beside}`)
}

const kinds = ['plain', 'headings', 'ruled table across', 'unruled table across', 'unequal', 'figure', 'box'] as const

test('frames hold the quoted words, on 14 pages in columns and with tables', async (context) => {
  const measured: Measured[] = []
  let pages = 0
  for (let seed = 1; pages < 14; seed++) {
    const make: ColumnMake = {
      seed,
      columns: seed % 2 === 0 ? 3 : 2,
      gutter: 2,
      kind: kinds[seed % kinds.length]!,
      script: seed % 4 === 0 ? 'Latin' : 'Chinese',
      isJustified: seed % 3 > 0,
    }
    const printed = await columnPages(make)
    const manuscript = await readPdf(printed.bytes, { ...reading, limits: { ...reading.limits, pages: 1 } })
    const found = framesOn(reportOf(manuscript), printed, manuscript.places!)
    pages++
    for (const { framed, isOwn } of found) {
      const one = measure(framed, printed.drawn, isOwn)
      if (one.covered < 0.98 || one.besideLines > 1)
        context.diagnostic(`${JSON.stringify(make)} ${JSON.stringify(one)}`)
      measured.push(one)
    }
  }
  assert.ok(measured.length >= 2 * pages, `${measured.length} quotes were found again`)
  assertFramed(context, measured)
})

/** A page of OFD in columns, with a table across on some, and where its lines and cells stand. */
async function ofdColumns(seed: number): Promise<PrintedColumns> {
  const words = new RandomWords(seed, 'Chinese')
  const count = 1 + (seed % 3)
  const gap = 10
  const width = (160 - (count - 1) * gap) / count
  const paragraphs: string[] = []
  const drawn: Drawn[] = []
  const contents: string[] = []
  const add = (content: string, about: (i: number) => Pick<Drawn, 'paragraph' | 'row'>) => {
    contents.push(content)
    for (const [i, one] of linesIn(content).entries()) drawn.push({ ...one, ...about(i), page: 1 })
  }
  for (let i = 0; i < count; i++) {
    for (let y = 40; y < 200; ) {
      const text = words.paragraphs(1)[0]!
      const { content, end } = column([text], { x: 25 + i * (width + gap), y, width, size: 4 })
      if (end > 215) break
      const paragraph = paragraphs.push(text) - 1
      add(content, () => ({ paragraph, row: null }))
      y = end
    }
  }
  const rows =
    seed % 2 === 0 ? [['项目', '本年', '上年'], ...[1, 2, 3].map((i) => [words.name(4), `${i}24.5`, `${i}98`])] : []
  if (rows.length > 0) add(ruledTable(rows, 25, 230), (i) => ({ paragraph: null, row: Math.floor(i / 3) }))
  const bytes = await ofdOf({ pages: [contents.join('')] })
  return { bytes, paragraphs, headings: [], rows, pages: 1, drawn }
}

/** The text objects of a page of OFD, in points. */
function linesIn(content: string): Pick<Drawn, 'text' | 'left' | 'right' | 'middle'>[] {
  const objects = content.matchAll(/Boundary="([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"><ofd:TextCode[^>]*>([^<]*)</gu)
  return Array.from(objects, ([, x, y, width, height, text]) => {
    const [left, top, across, down] = [x, y, width, height].map((value) => (Number(value) * 72) / 25.4) as [
      number,
      number,
      number,
      number,
    ]
    return { text: text!, left, right: left + across, middle: top + down / 2 }
  })
}

test('frames hold the quoted words on pages of OFD in one to three columns and with tables', async (context) => {
  const measured: Measured[] = []
  for (let seed = 1; seed <= 12; seed++) {
    const printed = await ofdColumns(seed)
    const manuscript = await readOfd(printed.bytes, { ...reading, file: 'a.ofd' })
    for (const { framed, isOwn } of framesOn(reportOf(manuscript), printed, manuscript.places!))
      measured.push(measure(framed, printed.drawn, isOwn))
  }
  assert.ok(measured.length >= 40, `${measured.length} quotes were found again`)
  assertFramed(context, measured)
})

test('frames hold the quoted words on a crooked scan', async (context) => {
  const measured: Measured[] = []
  const [seed, degrees] = [3, 1.5]
  const make: ColumnMake = {
    seed,
    columns: 2,
    gutter: 3,
    kind: 'plain',
    script: 'Chinese',
    isJustified: true,
    // OCR takes long.
    bottom: 460,
  }
  const printed = await columnPages(make)
  const flat = await pictureOf(printed.bytes, 1, 110)
  const scan = await sharp(flat).rotate(degrees, { background: 'white' }).png().toBuffer()
  const [before, after] = await Promise.all([sharp(flat).metadata(), sharp(scan).metadata()])
  const manuscript = await readImage(scan, { ...reading, file: 'a.png' })
  const report = reportOf(manuscript)
  const read = decodePlaces(manuscript.places!)
  assert.ok(Math.abs(read.pages[0]!.skew - degrees) < 0.5, `${read.pages[0]!.skew}`)
  // The picture grew about its middle when it was turned, and places are told as on the straight page.
  const place = (x: number, y: number): [number, number] => {
    const scale = before.width / page.width
    return [
      (((x - page.width / 2) * scale) / after.width + 0.5) * wholePage,
      (((y - page.height / 2) * scale) / after.height + 0.5) * wholePage,
    ]
  }
  for (const [i, text] of printed.paragraphs.entries()) {
    if (printed.drawn.some((one) => one.paragraph === i && one.page > 1)) continue
    // OCR may misread a character, so the paragraph is known by its beginning.
    const paragraph = report.articles
      .flatMap((article) => article.paragraphs)
      .find((one) => bare(one.text).startsWith(bare(text).slice(0, 8)) && Math.abs(one.text.length - text.length) < 6)
    const framed = paragraph && frameQuote(quoting(report, paragraph, 1), read)
    if (framed) measured.push(measure(framed, printed.drawn, (one) => one.paragraph === i, place))
  }
  assert.ok(measured.length >= 4, `${measured.length} quotes were found again`)
  assertFramed(context, measured)
})
