import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReportError } from '../../../src/errors.ts'
import { readPdf } from '../../../src/reports/formats/pdf.ts'
import { defaultLimits, type Manuscript } from '../../../src/reports/manuscript.ts'
import { restore } from '../../../src/reports/restore.ts'
import { assertPages, errorRate, headlinesOf, paragraphsOf } from '../../fixtures/accuracy.ts'
import { newspaper, pictureOf, pictures, singleColumn, townReport, twoColumns } from '../../fixtures/documents.ts'
import { notEmbedded, pdfOf } from '../../fixtures/handwrittenPdf.ts'

const read = (bytes: Uint8Array, limits = {}): Promise<Manuscript> =>
  readPdf(bytes, { file: 'a.pdf', limits: { ...defaultLimits, ...limits } })

const closed = (text: string) => text.replaceAll(/\s/gu, '')
const withoutSpaces = (texts: readonly string[]) => texts.map(closed)

/** A manuscript, or the fault that people are told; anything else fails the test. */
async function readOrRefuse(bytes: Uint8Array): Promise<Manuscript | ReportError> {
  try {
    return await read(bytes, { seconds: 20 })
  } catch (error) {
    if (error instanceof ReportError) return error
    throw error
  }
}

test('one column over several pages is read to the letter', async (context) => {
  const sample = await singleColumn({ pages: 3 })
  const started = performance.now()
  const manuscript = await read(sample.bytes)
  context.diagnostic(`${Math.round((performance.now() - started) / manuscript.pages.length)} ms a page`)
  assert.equal(errorRate(context, 'PDF, one column', manuscript, sample.paragraphs), 0)
  assert.deepEqual(paragraphsOf(manuscript), withoutSpaces(sample.paragraphs))
  assertPages(manuscript, sample)
  assert.deepEqual(manuscript.notes, [])
})

test('section headings are told by their size, running heads and page numbers by their place', async () => {
  const sample = await singleColumn()
  const manuscript = await read(sample.bytes)
  const { articles, dropped } = restore(manuscript.text, manuscript.lines)
  const sections = new Set(articles[0]!.paragraphs.map((paragraph) => paragraph.sections.map((s) => s.text).join('/')))
  assert.deepEqual([articles[0]!.headline?.text, ...sections], sample.headlines)
  assert.deepEqual(
    dropped.map(({ range, reason }) => `${reason}: ${manuscript.text.slice(...range)}`),
    [
      'header or footer: 西城街道工作报告',
      'page number: — 1 —',
      'header or footer: 西城街道工作报告',
      'page number: — 2 —',
    ],
  )
})

test('two columns under one headline are read one after the other; a hyphen that breaks a word is hidden', async (context) => {
  const sample = await twoColumns()
  const manuscript = await read(sample.bytes)
  assert.equal(errorRate(context, 'PDF, two columns', manuscript, sample.paragraphs), 0)
  assert.deepEqual(paragraphsOf(manuscript), withoutSpaces(sample.paragraphs))
  assert.deepEqual(headlinesOf(manuscript), withoutSpaces(sample.headlines))
  assertPages(manuscript, sample)
  assert.match(manuscript.text, /\p{Ll}-\n\p{Ll}/u, 'the fixture breaks a word')
  const { articles } = restore(manuscript.text, manuscript.lines)
  const text = articles[0]!.paragraphs[4]!.text
  for (const word of ['Innovation Centre', 'Digital Workshop', 'Technology Transfer'])
    assert.ok(text.includes(word), word)
})

test('the stories of a newspaper page stay apart', async (context) => {
  const sample = await newspaper()
  const manuscript = await read(sample.bytes)
  assert.equal(errorRate(context, 'PDF, newspaper', manuscript, sample.paragraphs), 0)
  assert.deepEqual(paragraphsOf(manuscript), withoutSpaces(sample.paragraphs))
  assert.deepEqual(headlinesOf(manuscript), withoutSpaces(sample.headlines))
})

test('fonts that are not embedded are read by their CMaps', async () => {
  const lines = ['青石镇修好了三座百年老桥,石料都是从北山运来的。', '村口种下了一千棵香樟树。']
  for (const encoding of ['UniGB-UCS2-H', 'GBK-EUC-H'] as const) {
    const manuscript = await read(notEmbedded(encoding, lines))
    assert.deepEqual(manuscript.text.split('\n'), lines, encoding)
  }
})

test('pages that are pictures are read by OCR, and said to be', async (context) => {
  // Enough for a second page, as OCR takes long.
  const printed = await twoColumns(townReport.slice(0, 9))
  const scans = await Promise.all([1, 2].map((page) => pictureOf(printed.bytes, page)))
  const done: number[] = []
  const started = performance.now()
  const manuscript = await readPdf(await pictures(scans), {
    file: 'a.pdf',
    // However busy the machine is.
    limits: { ...defaultLimits, seconds: 600 },
    onPage: (page) => done.push(page),
  })
  context.diagnostic(`${((performance.now() - started) / 2000).toFixed(1)} s a scanned page`)
  assert.ok(errorRate(context, 'PDF, scanned in two columns', manuscript, printed.paragraphs) <= 0.03)
  assert.equal(manuscript.pages.length, 2)
  assert.deepEqual(done, [1, 2])
  assert.match(manuscript.notes[0]!.en, /^Page 1–2: a picture/u)
})

test('the title among the properties counts only when the first page bears it', async () => {
  const { stated } = await read((await singleColumn()).bytes)
  assert.deepEqual(stated, {})
  const page = notEmbedded('GBK-EUC-H', ['Yearly Report', 'All went well in the town.'])
  const titled = new TextDecoder('latin1')
    .decode(page)
    .replace('/Root 1 0 R', '/Root 1 0 R /Info << /Title (Yearly Report) /CreationDate (D:20200101) >>')
  assert.deepEqual((await read(new TextEncoder().encode(titled))).stated, { title: 'Yearly Report' })
})

test('a longer document than allowed is read as far as allowed', async () => {
  const manuscript = await read((await singleColumn({ pages: 3 })).bytes, { pages: 2 })
  assert.equal(manuscript.pages.length, 2)
  assert.match(manuscript.notes[0]!.en, /only the first 2/u)
})

test('a locked PDF is refused with what to do', async () => {
  const { bytes } = await singleColumn({ user: 'secret' })
  await assert.rejects(read(bytes), (error) => error instanceof ReportError && /password/u.test(error.text.en))
})

test('what is no PDF is refused', async () => {
  for (const text of ['', 'hello', '%PDF-1.7\n', '%PDF-1.7\n%%EOF']) {
    await assert.rejects(read(new TextEncoder().encode(text)), ReportError, text)
  }
})

test('a page tree that claims 100,000 pages, or bites its tail, ends soon', { timeout: 60_000 }, async () => {
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'
  const trees = [
    ['<< /Type /Pages /Kids [3 0 R] /Count 100000 >>', page],
    ['<< /Type /Pages /Kids [3 0 R 2 0 R 2 0 R] /Count 100000 >>', page],
    ['<< /Type /Pages /Kids [3 0 R] /Count 9 >>', '<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 9 >>'],
    ['<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] >>'],
  ]
  for (const tree of trees) await readOrRefuse(pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', ...tree]))
})

test('a picture that claims to be gigantic costs nothing', { timeout: 60_000 }, async () => {
  const draw = 'q 595 0 0 842 0 0 cm /I Do Q'
  const bytes = pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>',
    `<< /Length ${draw.length} >>\nstream\n${draw}\nendstream`,
    '<< /Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Length 3 >>\nstream\nabc\nendstream',
  ])
  const before = process.memoryUsage().rss
  await readOrRefuse(bytes)
  assert.ok(process.memoryUsage().rss - before < 1_000_000_000)
})

test('a file cut off, or with random bytes changed, is read or refused', async (context) => {
  const { bytes } = await twoColumns()
  let seed = 20_231_219
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const outcomes = { read: 0, refused: 0 }
  const tryOne = async (damaged: Uint8Array) => {
    const outcome = await readOrRefuse(damaged)
    if (outcome instanceof ReportError) outcomes.refused++
    else outcomes.read++
  }
  for (const share of [0.1, 0.5, 0.9]) await tryOne(bytes.slice(0, Math.floor(bytes.length * share)))
  for (let i = 0; i < 12; i++) {
    const damaged = bytes.slice()
    for (let j = 0; j < 50; j++) damaged[random(damaged.length)] = random(256)
    await tryOne(damaged)
  }
  context.diagnostic(`damaged files: ${outcomes.read} read, ${outcomes.refused} refused`)
  assert.equal(outcomes.read + outcomes.refused, 15)
})
