import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import JSZip from 'jszip'
import sharp from 'sharp'
import { ReportError } from '../../src/errors.ts'
import { listReports, lookThrough } from '../../src/reports/folder.ts'
import { formatOf } from '../../src/reports/formats/detection.ts'
import { type Format, formatNames, recordOf } from '../../src/reports/formats/formats.ts'
import { defaultLimits } from '../../src/reports/manuscript.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import { type ReadingProcess, startReadingProcess } from '../../src/reports/readingProcess.ts'
import type { Report } from '../../src/reports/types.ts'
import { pictureOf, pictures, singleColumn, twoColumns } from '../fixtures/documents.ts'
import { pdfOf } from '../fixtures/handwrittenPdf.ts'
import { message, outlook, webArchive } from '../fixtures/mail.ts'
import { column, ofdOf } from '../fixtures/ofd.ts'
import { csv, encode, knownText, utf16, webPage, wordDocument, workbook } from '../fixtures/office.ts'

/** Files that are damaged or mean harm, through the process that reads them for real. */

/**
 * The number of mutations of a fixture: a thousand under `HOSTILE=full`. A usual run tries fewer, and fewest where text is
 * recognized in pictures. Some mutations of a PDF or a BIFF workbook take the whole limit of time, so these get few as well.
 */
function mutationsOf(name: string): number {
  if (process.env.HOSTILE === 'full') return 1000
  if (isScanned(name)) return 2
  return /pdf|xls$/u.test(name) ? 10 : 24
}

const isScanned = (name: string) => /scan|png|jpg/u.test(name)

/** The time is enough for OCR on a machine that runs all tests at once; no file here but a damaged one needs it. None is large. */
const limits = { ...defaultLimits, seconds: 180, bytes: 4 * 1024 * 1024 }
let folder: string
let reader: ReadingProcess
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wenju-hostile-'))
  reader = startReadingProcess(limits)
})
after(async () => {
  reader.close()
  await rm(folder, { recursive: true })
})

/** Reads bytes under a name as the folder would: a report, or a fault of one line that names the file in both languages. */
async function outcome(name: string, bytes: Uint8Array): Promise<Report | ReportError> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  const hashes = { sha256: '', contentSha256: createHash('sha256').update(bytes).digest('hex') }
  try {
    const format = formatOf(name, bytes)
    const report = await reader.read({ path, file: name, id: name, bytes: bytes.length, ...hashes, format, stated: {} })
    passagesOf(report)
    return report
  } catch (error) {
    if (!(error instanceof ReportError)) throw new Error(`${name}: not a fault for people`, { cause: error })
    for (const text of Object.values(error.text)) {
      assert.ok(text.includes(name), text)
      assert.doesNotMatch(text, /[\r\n]/u)
    }
    return error
  }
}

async function refused(name: string, bytes: Uint8Array): Promise<string> {
  const found = await outcome(name, bytes)
  assert.ok(found instanceof ReportError, `${name} was read`)
  return found.text.en
}

/** Numbers that come again with every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A copy with bytes changed, stretches taken out, doubled or moved. */
function mutated(whole: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = Buffer.from(whole)
  const at = random(bytes.length)
  const length = random(Math.min(400, bytes.length - at)) + 1
  const stretch = bytes.subarray(at, at + length)
  switch (random(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    case 1:
      return Buffer.concat([bytes.subarray(0, at), stretch, stretch, bytes.subarray(at + length)])
    case 2: {
      bytes.copyWithin(random(bytes.length), at, at + length)
      return bytes
    }
    default:
      for (let n = 1 + random(8); n > 0; n--) bytes[random(bytes.length)] = random(256)
      return bytes
  }
}

const pictureDpi = 100
const picture = async () => {
  const page = await pictureOf((await singleColumn()).bytes, 1, pictureDpi)
  return sharp(page).extract({ left: 90, top: 90, width: 640, height: 80 }).png().toBuffer()
}
const corpusFile = (name: string) => readFile(new URL(`../fixtures/corpus/packages/${name}`, import.meta.url))
const makes: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  'utf8.txt': () => Buffer.from(knownText),
  'gb.txt': () => encode(knownText, 'gb18030'),
  'utf16.txt': () => utf16(`\ufeff${knownText}`, 'le'),
  'a.md': () => Buffer.from(`# ${knownText}\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n`),
  'a.html': () => Buffer.from(webPage()),
  'a.mht': () => webArchive('gbk'),
  'a.eml': () => message('gbk'),
  'a.msg': () => outlook('gbk'),
  'a.docx': wordDocument,
  'a.doc': () => corpusFile('../minutes.doc'),
  'a.rtf': () => corpusFile('../minutes.rtf'),
  'a.ofd': () => ofdOf({ pages: [column(knownText.split('\n')).content] }),
  'a.pptx': () => corpusFile('slides-tables.pptx'),
  'a.odp': () => corpusFile('slides-tables.odp'),
  'a.odt': () => corpusFile('text-tables.odt'),
  'a.epub': () => corpusFile('book-yearbook.epub'),
  'a.xlsx': () => workbook(),
  'a.xls': () => workbook('biff8'),
  'a.ods': () => workbook('ods'),
  'a.csv': () => Buffer.from(csv),
  'one.pdf': async () => (await singleColumn()).bytes,
  'two.pdf': async () => (await twoColumns()).bytes,
  'a.png': picture,
  'scan.pdf': async () => pictures([await fixture('a.png')], pictureDpi),
  'a.jpg': async () =>
    sharp(await fixture('a.png'))
      .jpeg()
      .toBuffer(),
}

const made = new Map<string, Uint8Array>()

/** A fixture, made once. */
async function fixture(name: string): Promise<Uint8Array> {
  const bytes = made.get(name) ?? (await makes[name]!())
  made.set(name, bytes)
  return bytes
}

for (const name of Object.keys(makes)) {
  test(`${name}: cut off and mutated`, { timeout: 24 * 3600 * 1000 }, async (context) => {
    const whole = await fixture(name)
    assert.ok(!((await outcome(name, whole)) instanceof ReportError), 'whole, it is read')
    for (const share of [0, 0.5, 0.9]) await outcome(name, whole.subarray(0, whole.length * share))
    const random = randomFrom(20261122)
    const mutations = mutationsOf(name)
    let [read, slowest, broken] = [0, 0, 0]
    for (let tried = 1; tried <= mutations; tried++) {
      const bytes = mutated(whole, random)
      const started = performance.now()
      const found = await outcome(name, bytes)
      slowest = Math.max(slowest, performance.now() - started)
      if (!(found instanceof ReportError)) read++
      else if (/broke the reading process|MAX_READ/u.test(found.text.en)) {
        broken++
        context.diagnostic(`mutation ${tried}: ${found.text.en} ${found.cause ?? ''}`)
      }
    }
    context.diagnostic(
      `${name}: ${mutations} mutations, ${read} read, ${mutations - read} refused (${broken} by ending the process), slowest ${(slowest / 1000).toFixed(1)} s`,
    )
  })
}

function formatUnder(name: string, bytes: Uint8Array): Format | null {
  try {
    return formatOf(name, bytes)
  } catch {
    return null
  }
}

/** The extensions of all formats, with their dots. */
const extensions = formatNames.flatMap((format) => Object.keys(recordOf(format).mimeTypes))

test('every file under the name of every other', async () => {
  for (const name of Object.keys(makes)) {
    const whole = await fixture(name)
    // Under most names the bytes tell the format; read alike, it comes out alike. Scans were read under their own names above.
    const readAs = new Set<Format | null>(isScanned(name) ? [formatUnder(name, whole)] : [])
    for (const extension of extensions) {
      const other = `as-${name}${extension}`
      const format = formatUnder(other, whole)
      if (format === null || !readAs.has(format)) await outcome(other, whole)
      if (format !== null) readAs.add(format)
    }
  }
})

test('empty files', async () => {
  for (const extension of extensions) await refused(`empty${extension}`, new Uint8Array())
})

async function changed(office: Uint8Array, part: string, content: string | Uint8Array): Promise<Uint8Array> {
  const zip = await JSZip.loadAsync(office)
  zip.file(part, content)
  return zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' })
}

test('bombs: what unpacks to far more, entities that unfold', async () => {
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
  const xml = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">${laughs}]><a>&l9;</a>`
  const zeros = new Uint8Array(limits.bytes + 1024 * 1024)
  for (const [name, office, part] of [
    ['a.docx', await wordDocument(), 'word/document.xml'],
    ['a.xlsx', workbook(), 'xl/worksheets/sheet1.xml'],
    ['a.pptx', await corpusFile('slides-tables.pptx'), 'ppt/slides/slide2.xml'],
    ['a.odt', await corpusFile('text-tables.odt'), 'content.xml'],
    ['a.epub', await corpusFile('book-yearbook.epub'), 'OEBPS/sections/section0001.xhtml'],
  ] as const) {
    assert.match(await refused(name, await changed(office, part, xml)), /entity declarations/u)
    assert.match(await refused(name, await changed(office, part, zeros)), /unpacks to more/u)
  }
})

test('names in a ZIP that lead out of it are names only', async () => {
  const outside = await changed(await wordDocument(), '../../escaped.xml', '<a/>')
  assert.ok(!((await outcome('a.docx', outside)) instanceof ReportError))
  for (const from of [folder, process.cwd(), tmpdir()])
    assert.ok(!existsSync(join(from, '../../escaped.xml')) && !existsSync(join(from, 'escaped.xml')))
})

test('a page tree of 100,000 pages ends within the limits', async () => {
  const kids = (at: number) => Array.from({ length: 100 }, () => `${at} 0 R`).join(' ')
  const tree = (levels: readonly number[]) =>
    levels.map((at, i) => `<< /Type /Pages /Kids [${kids(at)}] /Count ${100 ** (levels.length - i)} >>`)
  const pages = ['<< /Type /Catalog /Pages 2 0 R >>', ...tree([3, 4, 5]), '<< /Type /Page /MediaBox [0 0 595 842] >>']
  await outcome('tree.pdf', pdfOf(pages))
})

test('a PDF under a password is refused with what to do', async () => {
  assert.match(await refused('locked.pdf', (await singleColumn({ user: 'secret' })).bytes), /password/u)
})

test('scripts in a page are no text and never run', async () => {
  const script = 'globalThis.ran = 1; document.body.append("脚本写的"); require("fs").writeFileSync("ran", "")'
  const page = webPage().replace('</body>', `<script>${script}</script><img src=x onerror="${script}"></body>`)
  const report = await outcome('script.html', Buffer.from(page))
  assert.ok(!(report instanceof ReportError))
  assert.doesNotMatch(report.text, /脚本|globalThis|writeFileSync/u)
})

test('long lines of one sign are read within the limit of time', async (context) => {
  for (const unit of ['a', '(', '下转', '(下转', ' ', '\u3000', '1', '|', '#', '*', '**a', '# a\n', '上接第一版\n']) {
    for (const name of ['long.txt', 'long.html']) {
      const started = performance.now()
      const found = await outcome(name, Buffer.from(unit.repeat(200_000 / unit.length)))
      const seconds = (performance.now() - started) / 1000
      if (seconds > 2) context.diagnostic(`${JSON.stringify(unit)} in ${name}: ${seconds.toFixed(1)} s`)
      if (found instanceof ReportError)
        assert.doesNotMatch(found.text.en, /MAX_READ/u, `${JSON.stringify(unit)} in ${name}`)
    }
  }
})

async function ownFolder(context: TestContext): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'wenju-things-'))
  context.after(() => rm(own, { recursive: true }))
  await writeFile(join(own, 'good.txt'), knownText)
  return own
}

test('what is no file holds nothing up', { skip: process.platform === 'win32', timeout: 120_000 }, async (context) => {
  const own = await ownFolder(context)
  execFileSync('mkfifo', [join(own, 'pipe.txt'), join(own, 'pipe')])
  const server = createServer().listen(join(own, 'socket.txt'))
  context.after(() => server.close())
  await mkdir(join(own, 'folder.pdf'))
  await symlink(join(own, 'pipe'), join(own, 'linked-pipe.txt'))
  await symlink('/dev/zero', join(own, 'zero.txt'))
  await symlink(join(own, 'nowhere'), join(own, 'gone.txt'))
  await symlink('/dev/zero', join(own, 'good.txt.meta.json'))
  const first = await lookThrough(own)
  assert.deepEqual(
    first.files.map(({ file }) => file),
    [],
  )
  assert.deepEqual([...first.faults.keys()].sort(), ['gone.txt', 'good.txt', 'linked-pipe.txt', 'zero.txt'])
  for (const fault of first.faults.values())
    for (const text of Object.values(fault.text)) assert.doesNotMatch(text, /\n/u)
  await rm(join(own, 'good.txt.meta.json'))
  const { files, faults } = await listReports(own)
  assert.deepEqual(
    files.map(({ file }) => file),
    ['good.txt'],
  )
  assert.match(faults.get('zero.txt')!.text.en, /a pipe, a device or a socket/u)
})
