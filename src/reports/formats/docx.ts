import type JSZip from 'jszip'
import mammoth from 'mammoth'
import type { Bilingual } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import type { FormatReader, Metadata, ReadContext } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { unreadEquations } from './equations.ts'
import { openPage, parsePage } from './html.ts'
import type { HtmlNode } from './htmlNode.ts'
import { chunkMarks, readablePart, readStyles, type Styles } from './wordRuns.ts'
import { attributeOf, elementsOf, parseXml } from './wordXml.ts'
import { ManuscriptWriter } from './writer.ts'
import { damaged, unpackOffice } from './zip.ts'

const styles = [
  ...['Title', '标题'].map((style) => `p[style-name='${style}'] => h1:fresh`),
  ...['Subtitle', '副标题'].map((style) => `p[style-name='${style}'] => h2:fresh`),
  ...[1, 2, 3, 4, 5, 6].map((level) => `p[style-name='标题 ${level}'] => h${level}:fresh`),
  // A table of contents says nothing that the headings do not.
  ...[1, 2, 3, 4, 5].map((level) => `p[style-name='toc ${level}'] => !`),
]
/** Documents inside one another, and all of them in one file. */
const maxChunkDepth = 2
const maxChunks = 32

/** Reads Word documents: the text as it stands after all tracked changes; Word does not keep where pages end. */
export const readDocx: FormatReader = async (bytes, reading) => {
  const tally = { unread: 0, chunks: 0, unreadChunks: 0 }
  const { body, parts } = await openDocument(bytes, reading, tally, 0)
  const writer = new ManuscriptWriter()
  const unread = tally.unread + writeBlocks(writer, body, isNoteMark)
  const { text, lines } = writer
  const core = (await parts.file('docProps/core.xml')?.async('string')) ?? ''
  const notes = [...unreadEquations(unread), ...unreadChunks(tally.unreadChunks)]
  return { text, lines, pages: [], doubtful: [], stated: statedIn(core, text), notes }
}

interface Tally {
  unread: number
  chunks: number
  unreadChunks: number
}

/** A document as a tree of HTML, the documents embedded in it at their places. */
async function openDocument(
  bytes: Uint8Array,
  reading: ReadContext,
  tally: Tally,
  depth: number,
): Promise<{ readonly body: HtmlNode; readonly parts: JSZip }> {
  const parts = await unpackOffice(bytes, reading, isChunk)
  try {
    const chunks = await prepare(parts, tally)
    const buffer = await parts.generateAsync({ type: 'nodebuffer' })
    const noPicture = mammoth.images.imgElement(async () => ({ src: '' }))
    const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: styles, convertImage: noPicture })
    const { body } = parsePage(value)
    if (chunks.length > 0) await embed(body, parts, chunks, reading, tally, depth)
    return { body, parts }
  } catch (cause) {
    throw damaged(reading.file, cause)
  }
}

/** Rewrites the parts that hold text, and returns the names of the embedded documents by the numbers at their places. */
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
    const targets = targetsIn((await read(name.replace(/([^/]+)$/u, '_rels/$1.rels'))) ?? '')
    chunks.push(...ids.map((id) => targets.get(id) ?? ''))
  }
  return chunks
}

/** The parts that relationships of the document lead to, by their ids. */
function targetsIn(relationships: string): ReadonlyMap<string, string> {
  const all = parseXml(relationships).nodes.flatMap((node) => (typeof node === 'string' ? [] : elementsOf(node)))
  return new Map(
    all.map((relationship) => {
      const target = attributeOf(relationship, 'Target') ?? ''
      const path = target.startsWith('/') ? target.slice(1) : new URL(target, 'part:/word/').pathname.slice(1)
      return [attributeOf(relationship, 'Id') ?? '', path]
    }),
  )
}

/** Puts embedded documents (`altChunk`) at their places; what cannot be read is counted. */
async function embed(
  body: HtmlNode,
  parts: JSZip,
  chunks: readonly string[],
  reading: ReadContext,
  tally: Tally,
  depth: number,
): Promise<void> {
  const [open, close] = chunkMarks
  const mark = new RegExp(`^${open}(\\d{1,6})${close}$`, 'u')
  for (const place of [...body.querySelectorAll('p')]) {
    const found = mark.exec(place.textContent.trim())
    if (found === null) continue
    const name = chunks[Number(found[1])] ?? ''
    const content = await parts.file(name)?.async('uint8array')
    const isBeyond = content === undefined || ++tally.chunks > maxChunks || depth >= maxChunkDepth
    const inner = isBeyond ? null : await chunkBody(name, content, reading, tally, depth)
    if (inner === null) tally.unreadChunks++
    // An element of the tree, of which this module otherwise only reads.
    const element = place as unknown as { replaceWith(...nodes: HtmlNode[]): void }
    element.replaceWith(...(inner?.childNodes ?? []))
  }
}

async function chunkBody(
  name: string,
  bytes: Uint8Array,
  reading: ReadContext,
  tally: Tally,
  depth: number,
): Promise<HtmlNode | null> {
  try {
    if (/\.docx$/iu.test(name)) return (await openDocument(bytes, reading, tally, depth + 1)).body
    return /\.x?html?$/iu.test(name) ? openPage(bytes, reading.file).page.body : null
  } catch {
    // The document around it is read on, and a note tells.
    return null
  }
}

function isChunk(name: string): boolean {
  return /\.(?:x?html?|docx)$/iu.test(name)
}

/** The note of embedded documents that could not be read, if there are any. */
function unreadChunks(count: number): Bilingual[] {
  if (count === 0) return []
  return [
    {
      zh: `有 ${count} 处嵌入的文档无法读取,其内容不在文中。`,
      en: `${count} embedded documents could not be read; what they say is not in the text.`,
    },
  ]
}
/** The number of a foot note and the arrow back from it are links that only lead to one another. */
function isNoteMark(element: HtmlNode): boolean {
  return element.localName === 'a' && /^#(?:foot|end)note-/u.test(element.getAttribute('href') ?? '')
}

/** The title among the file's properties; Word keeps that of the document it was once copied from, so the text must hold it. */
function statedIn(core: string, text: string): Partial<Metadata> {
  const stated = /<dc:title>([^<]*)<\/dc:title>/u.exec(core)?.[1] ?? ''
  const title = (parsePage(stated).body.textContent ?? '').trim()
  return title !== '' && title.length <= 200 && bare(text).includes(bare(title)) ? { title } : {}
}
