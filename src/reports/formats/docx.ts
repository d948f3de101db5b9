import type JSZip from 'jszip'
import mammoth from 'mammoth'
import type { Bilingual } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import type { FormatReader, Metadata, ReadContext } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { unreadEquations } from './equations.ts'
import { damaged } from './faults.ts'
import { openPage, parsePage } from './html.ts'
import type { HtmlNode } from './htmlNode.ts'
import { relationshipsName, relationshipsOf } from './relationships.ts'
import { chunkMarks, readablePart, readStyles, type Styles } from './wordRuns.ts'
import { ManuscriptWriter } from './writer.ts'
import { unpackOffice } from './zip.ts'

const styles = [
  ...['Title', '标题'].map((style) => `p[style-name='${style}'] => h1:fresh`),
  ...['Subtitle', '副标题'].map((style) => `p[style-name='${style}'] => h2:fresh`),
  ...[1, 2, 3, 4, 5, 6].map((level) => `p[style-name='标题 ${level}'] => h${level}:fresh`),
  // A table of contents only repeats the headings.
  ...[1, 2, 3, 4, 5].map((level) => `p[style-name='toc ${level}'] => !`),
]
/** Embedded documents inside one another are read to this depth. */
const maxChunkDepth = 2
/** This many embedded documents of one file are read. */
const maxChunks = 32

/** Reads Word documents as they stand after all tracked changes. They have no pages, as Word does not store them. */
export const readDocx: FormatReader = async (bytes, reading) => {
  const tally = { unread: 0, chunks: 0, unreadChunks: 0 }
  const { body, parts } = await openDocument(bytes, { ...reading, tally, depth: 0 })
  const writer = new ManuscriptWriter()
  const unread = tally.unread + writeBlocks(writer, body, isNoteMark)
  const { text, lines } = writer
  const core = (await parts.file('docProps/core.xml')?.async('string')) ?? ''
  const notes = [...unreadEquations(unread), ...unreadChunks(tally.unreadChunks)]
  return { text, lines, pages: [], doubtful: [], stated: statedIn(core, text), notes }
}

/** Counts that are made while a file is read. */
interface Tally {
  /** Equations that could not be read. */
  unread: number
  /** Embedded documents. */
  chunks: number
  /** Embedded documents that could not be read. */
  unreadChunks: number
}

/** The context of one document of a file. */
interface DocumentContext extends ReadContext {
  readonly tally: Tally
  /** The number of documents around this one. */
  readonly depth: number
}

/** Opens a document as a tree of HTML, with the documents that are embedded in it at their places. */
async function openDocument(
  bytes: Uint8Array,
  context: DocumentContext,
): Promise<{ readonly body: HtmlNode; readonly parts: JSZip }> {
  const parts = await unpackOffice(bytes, context, isChunk)
  try {
    const chunks = await prepare(parts, context.tally)
    const buffer = await parts.generateAsync({ type: 'nodebuffer' })
    const noPicture = mammoth.images.imgElement(async () => ({ src: '' }))
    const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: styles, convertImage: noPicture })
    const { body } = parsePage(value)
    if (chunks.length > 0) await embed(body, parts, chunks, context)
    return { body, parts }
  } catch (cause) {
    throw damaged(context.file, cause)
  }
}

/** Rewrites the parts that hold text. @returns the names of the embedded documents, by the numbers at their places */
async function prepare(parts: JSZip, tally: Tally): Promise<string[]> {
  const read = async (name: string) => (await parts.file(name)?.async('string'))?.replace(/^\ufeff/u, '')
  const chunks: string[] = []
  let known: Styles = new Map()
  for (const name of Object.keys(parts.files).filter((name) => /^word\/styles\d*\.xml$/iu.test(name)))
    known = readStyles((await read(name)) ?? '')
  for (const name of Object.keys(parts.files)) {
    if (!/^word\/(?:document\d*|footnotes\d*|endnotes\d*)\.xml$/iu.test(name)) continue
    const { xml, unread, chunks: ids } = readablePart((await read(name)) ?? '', known)
    parts.file(name, xml)
    tally.unread += unread
    if (ids.length === 0) continue
    const targets = relationshipsOf(name, (await read(relationshipsName(name))) ?? '')
    chunks.push(...ids.map((id) => targets.get(id)?.path ?? ''))
  }
  return chunks
}

/** Puts embedded documents (`altChunk`) at their places, and counts those that cannot be read. */
async function embed(body: HtmlNode, parts: JSZip, chunks: readonly string[], context: DocumentContext): Promise<void> {
  const { tally, depth } = context
  const [open, close] = chunkMarks
  const mark = new RegExp(`^${open}(\\d{1,6})${close}$`, 'u')
  for (const place of [...body.querySelectorAll('p')]) {
    const found = mark.exec(place.textContent.trim())
    if (found === null) continue
    const name = chunks[Number(found[1])] ?? ''
    const content = await parts.file(name)?.async('uint8array')
    const isBeyond = content === undefined || ++tally.chunks > maxChunks || depth >= maxChunkDepth
    const inner = isBeyond ? null : await chunkBody(name, content, context)
    if (inner === null) tally.unreadChunks++
    // `HtmlNode` has no method to replace an element, as all other code only reads the tree.
    const element = place as unknown as { replaceWith(...nodes: HtmlNode[]): void }
    element.replaceWith(...(inner?.childNodes ?? []))
  }
}

async function chunkBody(name: string, bytes: Uint8Array, context: DocumentContext): Promise<HtmlNode | null> {
  try {
    if (/\.docx$/iu.test(name)) return (await openDocument(bytes, { ...context, depth: context.depth + 1 })).body
    return /\.x?html?$/iu.test(name) ? openPage(bytes, context.file).page.body : null
  } catch {
    // The rest of the document is read, and a note names the number of such chunks.
    return null
  }
}

function isChunk(name: string): boolean {
  return /\.(?:x?html?|docx)$/iu.test(name)
}

/** The note on embedded documents that could not be read; none where all could be. */
function unreadChunks(count: number): Bilingual[] {
  const note = {
    zh: `有 ${count} 处嵌入的文档无法读取,其内容不在文中。`,
    en: `${count} embedded documents could not be read; what they say is not in the text.`,
  }
  return count === 0 ? [] : [note]
}

/** Tells whether an element is the number of a footnote or the arrow back from it. */
function isNoteMark(element: HtmlNode): boolean {
  return element.localName === 'a' && /^#(?:foot|end)note-/u.test(element.getAttribute('href') ?? '')
}

/** The title of the file's properties, if the text holds it: it may be that of a document that was copied. */
function statedIn(core: string, text: string): Partial<Metadata> {
  const stated = /<dc:title>([^<]*)<\/dc:title>/u.exec(core)?.[1] ?? ''
  const title = (parsePage(stated).body.textContent ?? '').trim()
  return title !== '' && title.length <= 200 && bare(text).includes(bare(title)) ? { title } : {}
}
