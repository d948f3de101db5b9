import type JSZip from 'jszip'
import { type Bilingual, ReportError } from '../../errors.ts'
import { organisation } from '../head/dating.ts'
import type { FormatReader, Metadata } from '../manuscript.ts'
import { opensWith, writeBlocks } from './blocks.ts'
import { decode } from './decode.ts'
import { propertiesIn } from './documentProperties.ts'
import { unreadEquations } from './equations.ts'
import { damaged } from './faults.ts'
import { openSource } from './html.ts'
import type { HtmlNode } from './htmlNode.ts'
import { isoDate } from './htmlProperties.ts'
import { pathFrom } from './relationships.ts'
import { attributeOf, childOf, descendantsOf, elementsOf, rootElement, textOf, type XmlElement } from './wordXml.ts'
import { ManuscriptWriter } from './writer.ts'
import { unpackOffice } from './zip.ts'

const maxTitleCharacters = 200
/** Elements of HTML that have no end tag. XHTML may write any other without content as one tag. */
const voidElement = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/iu
/** The ways in which programs disguise the fonts of a book, which lock no text. */
const fontDisguise = /^http:\/\/(?:www\.idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC)$/u
const contents = /\b(?:toc|landmarks|page-list|loi|lot|doc-toc)\b/u

/** Reads electronic books (EPUB): the documents of the spine in their order, without tables of contents. They have no pages. */
export const readEpub: FormatReader = async (bytes, context) => {
  const { file } = context
  const parts = await unpackOffice(bytes, context, (name) => /\.(?:x?html?|xht|opf)$/iu.test(name))
  await refuseLocked(parts, file)
  const { book, chapters } = await openBook(parts, file)
  const writer = new ManuscriptWriter()
  let unread = 0
  let missing = 0
  for (const [i, path] of chapters.entries()) {
    const content = await parts.file(path)?.async('uint8array')
    if (content === undefined) missing++
    else {
      const { text } = decode(content, file)
      const { body } = openSource(withEndTags(text), file).page
      if (i === 0 && book.title !== undefined && !opensWith(body, book.title))
        writer.line(book.title, { level: 1, continues: false })
      unread += writeBlocks(writer, body, isContents)
    }
    context.onPage?.(i + 1, chapters.length)
  }
  const { text, lines } = writer
  const notes = [...missingChapters(missing), ...unreadEquations(unread)]
  return { text, lines, pages: [], doubtful: [], stated: book, notes }
}

/** @throws ReportError when more than fonts is encrypted */
async function refuseLocked(parts: JSZip, file: string): Promise<void> {
  const root = propertiesIn(await parts.file('META-INF/encryption.xml')?.async('string'))
  const methods = root
    ? descendantsOf(root, 'enc:EncryptedData').map((data) =>
        attributeOf(childOf(data, 'enc:EncryptionMethod'), 'Algorithm'),
      )
    : []
  if (methods.some((method) => !fontDisguise.test(method ?? ''))) throw rightsLocked(file)
}

/** The properties of a book and the paths of its documents in reading order. @throws ReportError when it is damaged */
async function openBook(parts: JSZip, file: string): Promise<{ book: Partial<Metadata>; chapters: string[] }> {
  const root = async (name: string) => {
    const xml = await parts.file(name)?.async('string')
    if (xml === undefined) throw new Error(`no part ${name}`)
    return rootElement(xml)
  }
  try {
    const [rootFile] = descendantsOf(await root('META-INF/container.xml'), 'rootfile')
    const path = pathFrom('', attributeOf(rootFile, 'full-path') ?? '')
    const book = await root(path)
    const metadata = childOf(book, 'opf:metadata')
    return { book: metadata ? statedIn(metadata) : {}, chapters: chaptersOf(book, path) }
  } catch (cause) {
    throw damaged(file, cause)
  }
}

/** The paths of the spine's documents, but not those that are a table of contents. */
function chaptersOf(book: XmlElement, path: string): string[] {
  const items = new Map(
    elementsOf(childOf(book, 'opf:manifest') ?? book, 'opf:item').map((item) => [attributeOf(item, 'id') ?? '', item]),
  )
  const guided = descendantsOf(book, 'opf:reference').filter((one) => attributeOf(one, 'type') === 'toc')
  const left = new Set(guided.map((one) => pathFrom(path, attributeOf(one, 'href') ?? '')))
  const found = elementsOf(childOf(book, 'opf:spine') ?? book, 'opf:itemref').flatMap((reference) => {
    const item = items.get(attributeOf(reference, 'idref') ?? '')
    const isDocument = /html/iu.test(attributeOf(item, 'media-type') ?? '')
    const isNavigation = /(?:^|\s)nav(?:\s|$)/u.test(attributeOf(item, 'properties') ?? '')
    const chapter = isDocument && !isNavigation ? pathFrom(path, attributeOf(item, 'href') ?? '') : ''
    return chapter === '' || left.has(chapter) ? [] : [chapter]
  })
  return [...new Set(found)]
}

/** The statements of a book's metadata. Where no publisher is named, an organisation that wrote it is. */
function statedIn(metadata: XmlElement): Partial<Metadata> {
  const elements = (name: string) => descendantsOf(metadata, name)
  const wordsOf = (name: string) =>
    elements(name)
      .map((element) => textOf(element).replace(/\s+/gu, ' ').trim())
      .find(Boolean)
  const title = wordsOf('dc:title')
  const creator = wordsOf('dc:creator')
  const publisher =
    wordsOf('dc:publisher') ?? (creator !== undefined && organisation.test(creator) ? creator : undefined)
  const dates = elements('dc:date')
  const published = dates.find((date) => attributeOf(date, 'event') === 'publication') ?? dates[0]
  const date = published && isoDate(textOf(published))
  return {
    ...(title !== undefined && title.length <= maxTitleCharacters && { title }),
    ...(publisher !== undefined && publisher.length <= maxTitleCharacters && { publisher }),
    ...(date && { date }),
  }
}

/** XHTML with an end tag for each element that is written as one tag, since HTML takes such a tag for a start tag. */
function withEndTags(source: string): string {
  return source.replace(/<([a-z][\w:.-]*)((?:\s[^<>]*?)?)\/>/giu, (tag, name: string, attributes: string) =>
    voidElement.test(name) ? tag : `<${name}${attributes}></${name}>`,
  )
}

function isContents(element: HtmlNode): boolean {
  const type = element.getAttribute('epub:type') ?? element.getAttribute('role') ?? ''
  return (element.localName === 'nav' && type === '') || contents.test(type)
}

/** The note on documents that the book lists and does not hold; none where it holds all. */
function missingChapters(count: number): Bilingual[] {
  if (count === 0) return []
  return [
    { zh: `有 ${count} 章缺失,未能读取。`, en: `${count} chapters are missing from the file and could not be read.` },
  ]
}

function rightsLocked(file: string): ReportError {
  return new ReportError({
    zh: `${file}:电子书已加密(DRM),无法读取。请换用未加密的版本。`,
    en: `${file}: expected an open book, found an encrypted one (DRM). Replace it by a copy that is not encrypted.`,
  })
}
