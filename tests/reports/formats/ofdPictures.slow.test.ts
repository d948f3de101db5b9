import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { readOfd } from '../../../src/reports/formats/ofd.ts'
import { defaultLimits } from '../../../src/reports/manuscript.ts'
import { distance } from '../../fixtures/accuracy.ts'
import { pictureOf, singleColumn } from '../../fixtures/documents.ts'
import { line, ofdOf, ofdParts, packed, picture, resources } from '../../fixtures/ofd.ts'

// However busy the machine is.
const reading = { file: 'a.ofd', limits: { ...defaultLimits, seconds: 600 } }
/** The pages are low, as OCR takes long. */
const size = [210, 130] as const
const whole = [0, 0, ...size]
const beforeContent = `<ofd:Area><ofd:PhysicalBox>${whole.join(' ')}</ofd:PhysicalBox></ofd:Area>`
const common = '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>'
const media = (...names: readonly string[]) =>
  resources(
    `<ofd:MultiMedias>${names
      .map(
        (name, i) =>
          `<ofd:MultiMedia ID="${i + 20}" Type="Image"><ofd:MediaFile>${name}</ofd:MediaFile></ofd:MultiMedia>`,
      )
      .join('')}</ofd:MultiMedias>`,
  )

const closed = (text: string): string => text.normalize('NFKC').replaceAll(/\s/gu, '')

test('pages that are pictures are read by OCR, and said to be: whole, in turned strips, with printed words', async (context) => {
  const printed = await singleColumn()
  const page = sharp(await pictureOf(printed.bytes, 1))
  const { width } = await page.metadata()
  const height = Math.round((width * size[1]) / size[0])
  const scan = await page.extract({ left: 0, top: 0, width, height }).jpeg().toBuffer()
  const half = Math.floor(height / 2)
  const upper = await sharp(scan).extract({ left: 0, top: 0, width, height: half }).rotate(270).png().toBuffer()
  const lower = await sharp(scan)
    .extract({ left: 0, top: half, width, height: height - half })
    .flip()
    .png()
    .toBuffer()
  const middle = (half / height) * size[1]
  const strips = [
    `<ofd:ImageObject ID="5" ResourceID="21" Boundary="${whole.join(' ')}" CTM="0 ${middle} ${-size[0]} 0 ${size[0]} 0"/>`,
    `<ofd:ImageObject ID="5" ResourceID="22" Boundary="0 ${middle} ${size[0]} ${size[1] - middle}" CTM="${size[0]} 0 0 ${middle - size[1]} 0 ${size[1] - middle}"/>`,
  ]
  const bytes = await ofdOf({
    pages: [picture('20', whole) + line('第 7 号档案', 150, 124), strips.join('')],
    common,
    beforeContent,
    others: {
      'Doc_0/DocumentRes.xml': media('a.jpg', 'b.png', 'c.png'),
      'Doc_0/Res/a.jpg': scan,
      'Doc_0/Res/b.png': upper,
      'Doc_0/Res/c.png': lower,
    },
  })
  const { text, pages, notes } = await readOfd(bytes, reading)
  assert.deepEqual(
    notes.map((note) => note.en),
    ['Page 1–2: a picture, read by OCR; there may be errors.'],
  )
  const expected = closed(printed.paragraphs.filter((_, i) => printed.pageOf[i] === 1).join(''))
  for (const [i, page] of text.split('\f').entries()) {
    const found = closed(page)
    const from = found.indexOf(expected.slice(0, 8))
    const errors = distance(found.slice(from, from + 300), expected.slice(0, 300)) / 300
    context.diagnostic(`page ${i + 1}: ${(errors * 100).toFixed(1)} % errors`)
    assert.ok(from >= 0 && errors <= 0.05, found)
  }
  assert.equal(pages.length, 2)
  assert.ok(text.split('\f')[0]!.includes('第7号档案') || text.split('\f')[0]!.includes('第 7 号档案'), text)
})

test('letters that are painted as outlines are read by OCR', async () => {
  // The outlines of letters: boxes with a curve in each, which spell `LLLL`, many times over.
  const letter = (x: number, y: number) =>
    `<ofd:PathObject ID="4" Boundary="${x} ${y} 5 7" Stroke="false" Fill="true"><ofd:AbbreviatedData>M 0 0 L 1.2 0 L 1.2 5.8 L 4 5.8 Q 4.1 6.4 4 7 L 0 7 C</ofd:AbbreviatedData></ofd:PathObject>`
  const rows = [0, 1, 2, 3, 4, 5].flatMap((row) =>
    Array.from({ length: 20 }, (_, i) => letter(30 + i * 6, 20 + row * 18)),
  )
  const white = `<ofd:PathObject ID="4" Boundary="${whole.join(' ')}" Stroke="false" Fill="true"><ofd:FillColor Value="255 255 255"/><ofd:AbbreviatedData>M 0 0 L 210 0 L 210 130 L 0 130 C</ofd:AbbreviatedData></ofd:PathObject>`
  const { text, notes } = await readOfd(await ofdOf({ pages: [white + rows.join('')], beforeContent }), reading)
  assert.match(text, /L{6}/u)
  assert.match(notes[0]!.en, /^Page 1: a picture/u)
})

test('pictures that are damaged, gigantic or missing are told', { timeout: 120_000 }, async () => {
  const parts = ofdParts({ pages: [0, 1, 2].map((i) => picture(String(20 + i), whole)), common, beforeContent })
  const bytes = await packed({
    ...parts,
    'Doc_0/DocumentRes.xml': media('a.jpg', 'b.svg', 'missing.png'),
    'Doc_0/Res/a.jpg': Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]),
    'Doc_0/Res/b.svg':
      '<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"><rect width="9" height="9"/></svg>',
  })
  const { text, notes } = await readOfd(bytes, reading)
  assert.equal(text.trim(), '')
  assert.match(notes[0]!.en, /^Page 1–3: a picture, or in a font/u)
})
