import type { Bilingual } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import { dateIn } from '../dates.ts'
import type { FormatReader, Metadata } from '../manuscript.ts'
import { type Box, middle, middleX, type Word } from './boxes.ts'
import { damaged } from './faults.ts'
import { layOut, type PageOfWords } from './layout.ts'
import { noResources, type OfdDocument, readDocument } from './ofdDocument.ts'
import { type OfdPackage, openPackage } from './ofdPackage.ts'
import { type FontRun, type OfdPage, readPage } from './ofdPage.ts'
import { childOf, childrenOf } from './ofdXml.ts'
import { type FoundPages, pageNotes } from './pageNotes.ts'
import { isPainted } from './paintedPages.ts'
import { isGarbage, type TextItem, uprightPage } from './pdfWords.ts'
import { textOf, type XmlElement } from './wordXml.ts'
import { ManuscriptWriter } from './writer.ts'

/** A page of one of the documents; its path is null where the page has no part. */
interface PageOfDocument {
  readonly document: OfdDocument
  readonly path: string | null
}

/**
 * Reads OFD documents (GB/T 33190-2016) as their pages show them, with pictures by OCR. Annotations, such as seals, marks and
 * watermarks, are no text of the document, and seals and signatures are not checked.
 */
export const readOfd: FormatReader = async (bytes, reading) => {
  const { file, limits, onPage } = reading
  const parts = await openPackage(bytes, reading)
  const bodies = await bodiesIn(parts, file)
  const all = await pagesIn(parts, bodies)
  const total = Math.min(all.length, limits.pages)
  if (total === 0) throw damaged(file, new Error('no pages'))
  const pages: PageOfWords[] = []
  const found: Required<FoundPages> = { scanned: [], broken: [], crowded: [], unread: [], garbled: [] }
  const done = new Set<string>()
  for (const [i, { document, path }] of all.slice(0, total).entries()) {
    // A part that is several pages would multiply what the archive holds.
    const words =
      path === null || done.has(path) ? null : await wordsOn(parts, document, path, { found, number: i + 1 })
    if (path !== null) done.add(path)
    if (words === null) found.broken.push(i + 1)
    pages.push(words ?? { width: 1, height: 1, words: [] })
    onPage?.(i + 1, total)
  }
  if (found.broken.length === total) throw damaged(file, new Error('every page is broken'))
  const writer = new ManuscriptWriter()
  const laidOut = layOut(pages, writer)
  const { text, lines, pages: starts } = writer
  const notes = [...pageNotes(found, total, all.length), ...signatureNotes(await signaturesIn(parts, bodies))]
  return { text, lines, pages: starts, ...laidOut, stated: statedIn(bodies[0], text, starts[1]), notes }
}

/** The documents that the file's entry lists. @throws ReportError when there is none */
export async function bodiesIn(parts: OfdPackage, file: string): Promise<XmlElement[]> {
  try {
    const bodies = childrenOf(await parts.xml(parts.find('OFD.xml') ?? 'OFD.xml'), 'DocBody')
    if (bodies.length === 0) throw new Error('no document')
    return bodies.slice(0, maxDocuments)
  } catch (cause) {
    throw damaged(file, cause)
  }
}

const maxDocuments = 1000

/** The pages of all documents, in order. */
export async function pagesIn(parts: OfdPackage, bodies: readonly XmlElement[]): Promise<PageOfDocument[]> {
  const all: PageOfDocument[] = []
  const documents = new Set<string | null>()
  for (const body of bodies) {
    const path = parts.find(wordsIn(body, 'DocRoot'))
    // A document that is listed again would multiply what the archive holds.
    if (path === null || !documents.has(path)) all.push(...(await pagesOf(parts, path)))
    documents.add(path)
  }
  return all
}

/** The pages of a document; one that is broken where the document itself is. */
async function pagesOf(parts: OfdPackage, path: string | null): Promise<PageOfDocument[]> {
  const broken: OfdDocument = { path: '', resources: noResources(), templates: new Map(), pages: [null], area: null }
  const document = path === null ? broken : await readDocument(parts, path).catch(() => broken)
  return document.pages.map((path) => ({ document, path }))
}

/** The words of a page; null for a page that is broken. */
async function wordsOn(
  parts: OfdPackage,
  document: OfdDocument,
  path: string,
  { found, number }: { readonly found: Required<FoundPages>; readonly number: number },
): Promise<PageOfWords | null> {
  try {
    const page = await readPage(parts, document, path)
    if (!page.isWhole) found.crowded.push(number)
    const text = page.runs.map((run) => run.text).join('')
    const whole = printedWords(page)
    const isUnknown = isGarbage(text)
    const printed = isUnknown ? { ...whole, words: [] } : whole
    if (isUnknown) found.garbled.push(number)
    if (!isPainted(isUnknown ? '' : text, page.drawing)) return printed
    const { readPaintedPage } = await import('./ofdPicture.ts')
    const scanned = await readPaintedPage(page, parts)
    if (scanned.words.length > 0) found.scanned.push(number)
    else if (!isUnknown) found.unread.push(number)
    return scanned.words.length > 0 ? withPrinted(scanned, printed.words) : printed
  } catch {
    return null
  }
}

/** Sets the words of a page's text objects upright. */
function printedWords({ width, height, runs, drawing }: OfdPage): PageOfWords {
  const fontName = ({ font, isVertical }: FontRun) =>
    `${font.isBold ? 'bold' : 'plain'} ${font.holdsSigns ? 'signs' : 'letters'} ${isVertical ? 'down' : 'across'}`
  const items = runs.map((run): TextItem => {
    const [a, b, c, d, e, f] = run.matrix as [number, number, number, number, number, number]
    return {
      str: run.text,
      width: run.isVertical ? 0 : run.length,
      height: run.isVertical ? run.length : Math.hypot(c, d),
      // Items are placed with y upward.
      transform: [a, -b, c, -d, e, height - f],
      fontName: fontName(run),
    }
  })
  const names = [...new Set(items.map((item) => item.fontName))]
  return uprightPage(items, {
    viewport: { width, height, transform: [1, 0, 0, -1, 0, height] },
    vertical: new Set(names.filter((name) => name.endsWith('down'))),
    bold: new Map(names.map((name) => [name, name.startsWith('bold')])),
    signs: new Set(names.filter((name) => name.includes('signs'))),
    rulings: drawing.rulings,
  })
}

/** A scanned page with the words printed on it, such as its number, apart from those of a text layer over the picture. */
function withPrinted(scanned: PageOfWords, printed: readonly Word[]): PageOfWords {
  const { turn, skew } = scanned.shown ?? { turn: 0, skew: 0 }
  if (turn !== 0 || skew !== 0) return scanned
  const holds = (box: Box, word: Word) =>
    middleX(word) > box.left && middleX(word) < box.right && middle(word) > box.top && middle(word) < box.bottom
  const others = printed.filter((word) => !scanned.words.some((one) => holds(one, word) || holds(word, one)))
  return { ...scanned, words: [...scanned.words, ...others] }
}

/** The words of an element's child; empty where it has none of that name. */
function wordsIn(element: XmlElement | undefined, name: string): string {
  const child = childOf(element, name)
  return child ? textOf(child).trim() : ''
}

/**
 * The file's title if the first page bears it, its author and date if the text does: programs write the names of templates and
 * users there, and the day of a conversion.
 */
function statedIn(body: XmlElement | undefined, text: string, secondPage?: number): Partial<Metadata> {
  const info = childOf(body, 'DocInfo')
  const [title, author] = ['Title', 'Author'].map((name) => wordsIn(info, name).replaceAll(/\s+/gu, ' '))
  const date = dateIn(wordsIn(info, 'CreationDate'))
  const isIn = (words: string, where: string) =>
    bare(words) !== '' && words.length <= maxStatement && bare(where).includes(bare(words))
  const isDated = date !== null && text.split('\n').some((line) => dateIn(line.normalize('NFKC')) === date)
  return {
    ...(isIn(title!, text.slice(0, secondPage)) && { title: title! }),
    ...(isIn(author!, text) && { publisher: author! }),
    ...(isDated && { date }),
  }
}

/** A longer title or author is neither. */
const maxStatement = 200

/** The number of seals and signatures on the documents. */
async function signaturesIn(parts: OfdPackage, bodies: readonly XmlElement[]): Promise<number> {
  let count = 0
  for (const body of bodies) {
    const path = parts.find(wordsIn(body, 'Signatures'))
    const list = path === null ? null : await parts.xml(path).catch(() => null)
    count += childrenOf(list ?? undefined, 'Signature').length
  }
  return count
}

function signatureNotes(count: number): Bilingual[] {
  if (count === 0) return []
  return [
    {
      zh: `文件有 ${count} 个电子签章或数字签名,未作验证。`,
      en: `The file bears ${count} electronic seals or digital signatures; they were not checked.`,
    },
  ]
}
