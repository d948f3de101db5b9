import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { ReportError } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import type { FormatReader } from '../manuscript.ts'
import { shownWords, writeBlocks } from './blocks.ts'
import { decode } from './decode.ts'
import { unreadEquations } from './equations.ts'
import { catalogueIn } from './htmlCatalogue.ts'
import { type HtmlNode, isBlock, isShown } from './htmlNode.ts'
import { readProperties } from './htmlProperties.ts'
import { ManuscriptWriter } from './writer.ts'

const maxCharacters = 20_000_000
/** Real pages have fewer than a hundred elements inside one another, and far deeper trees take minutes. */
const maxDepth = 256
/** The number of tags and character references, each of which costs the parser a node. */
const maxMarks = 300_000
/** A page with more elements is read whole, since finding its main text would take long. */
const maxElements = 60_000
/** A page with more nodes inside one element is read whole, too. */
const maxChildren = 5000
const minMainCharacters = 200
/** The main text is believed if it has at least this share of the words in the page's paragraphs. */
const minMainShare = 0.4
/** A block with a larger share of its words in links leads elsewhere. */
const maxLinkShare = 0.4

/** Reads a web page: its main text without navigation. Scripts do not run and nothing is fetched. */
export const readHtml: FormatReader = async (bytes, { file, charset }) => {
  const { page, source, notes } = openPage(bytes, file, charset)
  const writer = new ManuscriptWriter()
  const properties = { ...readProperties(page.root), ...catalogueIn(page.root) }
  const main = findMain(page, source)
  const headline = headlineOf(page.root, properties.title)
  if (headline !== undefined && !opensWith(main.element, headline))
    writer.line(headline, { level: 1, continues: false })
  const unread = writeBlocks(writer, main.element, main.isLeftOut)
  const { text, lines } = writer
  return {
    text,
    lines,
    pages: [],
    doubtful: [],
    stated: properties,
    notes: [...notes, ...unreadEquations(unread)],
  }
}

/**
 * Opens a page as its tree, its source and the notes on its encoding.
 * @param charset the encoding of a page that names none
 * @throws ReportError when the page is too large or too deep to be read
 */
export function openPage(bytes: Uint8Array, file: string, charset?: string) {
  const { text: decoded, notes } = decode(bytes, file, statedEncoding(bytes) ?? charset)
  // The parser takes long over a `<` that opens nothing.
  const source = decoded.replace(/<(?![a-z/!?])/giu, '&lt;')
  if (source.length > maxCharacters || isFlood(source) || depthOf(source) > maxDepth) throw beyondReason(file)
  return { page: parsePage(source), source, notes }
}

/** Parses HTML into a tree, which is used for the words of a document only. */
export function parsePage(source: string): { readonly root: HtmlNode; readonly body: HtmlNode } {
  const whole = /<body[\s>]/iu.test(source) ? source : `<html><body>${source}</body></html>`
  const { document } = parseHTML(/<html[\s>]/iu.test(whole) ? whole : `<html>${whole}</html>`)
  // The library's types are a browser's where those are known, as in the browser's tests.
  const tree = document as unknown as { readonly documentElement: HtmlNode; readonly body: HtmlNode | null }
  return { root: tree.documentElement, body: tree.body ?? tree.documentElement }
}

/** The encoding that the page names; undefined where it names none. */
function statedEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 4096)).toString('latin1')
  return /<meta[^>]+?charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding=["']([\w-]+)/iu
    .exec(head)
    ?.slice(1)
    .find(Boolean)
}

function isFlood(source: string): boolean {
  let marks = 0
  for (const _ of source.matchAll(/[<&]/gu)) if (++marks > maxMarks) return true
  return false
}

/** The greatest depth of tags inside one another, found without building the tree. */
function depthOf(source: string): number {
  let depth = 0
  let deepest = 0
  // Elements that close by themselves when the next one opens are not counted.
  const implied = /^(?:p|li|dt|dd|tr|td|th|option|br|hr|img|input|meta|link|col|area|base|wbr|source)$/iu
  for (const [tag, slash, name] of source.matchAll(/<(\/?)([a-z][^\s/<>]*)[^<>]*>/giu)) {
    if (implied.test(name!) || tag.endsWith('/>')) continue
    depth = Math.max(0, depth + (slash ? -1 : 1))
    if (depth > deepest) deepest = depth
  }
  return deepest
}

interface Main {
  readonly element: HtmlNode
  readonly isLeftOut: (element: HtmlNode) => boolean
}

const stamp = 'data-place'

/**
 * Finds the element that holds the page's main text. Readability finds the main text, but also drops tables and lists that are
 * part of it. So the smallest element that holds all that Readability found is read instead, without blocks that it did not
 * find and that are mostly links or hold no structure.
 */
function findMain(page: { readonly root: HtmlNode; readonly body: HtmlNode }, source: string): Main {
  const whole: Main = { element: page.body, isLeftOut: (element) => isPageFrame(element) || isLinks(element) }
  const elements = [...page.root.querySelectorAll('*')]
  const nodes = elements.reduce((most, element) => Math.max(most, [...element.childNodes].length), 0)
  if (elements.length > maxElements || nodes > maxChildren) return whole
  const copy = parsePage(source)
  for (const [i, element] of [...copy.root.querySelectorAll('*')].entries()) element.setAttribute(stamp, String(i))
  for (const element of [...copy.root.querySelectorAll('*')]) if (!isShown(element)) remove(element)
  const found = readability(copy.root)
  if (found === null) return whole
  const words = bare(found.textContent)
  const paragraphs = [...page.body.querySelectorAll('p')].filter((p) => !isInPageFrame(p) && !isLinks(p))
  const inParagraphs = paragraphs.reduce((sum, p) => sum + bare(p.textContent).length, 0)
  if (words.length < minMainCharacters || words.length < inParagraphs * minMainShare) return whole
  const kept = new Set<HtmlNode>()
  for (const element of found.querySelectorAll(`[${stamp}]`)) {
    const original = elements[Number(element.getAttribute(stamp))]
    if (original && element.textContent.trim() !== '') kept.add(original)
  }
  const element = commonAncestor([...kept]) ?? page.body
  const above = new Set<HtmlNode>()
  for (let node of kept)
    for (; node !== element && !above.has(node) && node.parentElement; node = node.parentElement) above.add(node)
  const isLeftOut = (other: HtmlNode) => {
    if (other === element || above.has(other) || !isBlock(other)) return false
    const shown = bare(other.textContent)
    if (words.includes(shown)) return false
    return isLinks(other) || isPageFrame(other) || !holdsStructure(other)
  }
  return { element, isLeftOut }
}

function readability(root: HtmlNode): HtmlNode | null {
  const { ownerDocument } = root as unknown as { ownerDocument: ConstructorParameters<typeof Readability>[0] }
  try {
    const options = {
      charThreshold: minMainCharacters,
      disableJSONLD: true,
      serializer: (node: unknown) => node as HtmlNode,
    }
    return new Readability<HtmlNode>(ownerDocument, options).parse()?.content ?? null
  } catch {
    // Readability throws on trees that it does not expect; the page is then read whole.
    return null
  }
}

function remove(element: HtmlNode): void {
  ;(element as unknown as { remove(): void }).remove()
}

function commonAncestor(elements: readonly HtmlNode[]): HtmlNode | null {
  const pathOf = (element: HtmlNode) => {
    const path: HtmlNode[] = []
    for (let node: HtmlNode | null = element; node !== null; node = node.parentElement) path.unshift(node)
    return path
  }
  let common: HtmlNode[] | null = null
  for (const element of elements) {
    const path = pathOf(element)
    if (common === null) common = path
    else {
      const shared: HtmlNode[] = common
      const until = shared.findIndex((node, i) => node !== path[i])
      if (until >= 0) common = shared.slice(0, until)
    }
  }
  const found = common?.at(-1) ?? null
  // A single paragraph has other paragraphs beside it.
  return found && elements.length === 1 ? (found.parentElement ?? found) : found
}

/** Tells whether an element is one of those around a page's text. */
function isPageFrame(element: HtmlNode): boolean {
  return (
    /^(?:nav|aside|footer|form)$/u.test(element.localName) ||
    /^(?:navigation|banner|contentinfo|search)$/u.test(element.getAttribute('role') ?? '')
  )
}

function isInPageFrame(element: HtmlNode): boolean {
  for (let node: HtmlNode | null = element; node !== null; node = node.parentElement) if (isPageFrame(node)) return true
  return false
}

/** Tells whether a block consists mostly of links. */
function isLinks(element: HtmlNode): boolean {
  if (!isBlock(element)) return false
  const links = [...element.querySelectorAll('a[href]')]
  if (links.length === 0) return false
  const linked = links.reduce((sum, link) => sum + bare(link.textContent).length, 0)
  return linked > bare(element.textContent).length * maxLinkShare
}

/** Tells whether a block holds structure that Readability tends to drop though it belongs to the text. */
function holdsStructure(element: HtmlNode): boolean {
  const structure = 'table, ul, ol, dl, h1, h2, h3, h4, h5, h6'
  return (
    structure.split(', ').includes(element.localName) ||
    isInStructure(element) ||
    [...element.querySelectorAll(structure)].length > 0
  )
}

function isInStructure(element: HtmlNode): boolean {
  for (let node = element.parentElement; node !== null; node = node.parentElement)
    if (/^(?:table|ul|ol|dl)$/u.test(node.localName)) return true
  return false
}

/** The headline that the page shows, if it agrees with the stated title, else the stated title. */
function headlineOf(root: HtmlNode, title: string | undefined): string | undefined {
  const [first] = [...root.querySelectorAll('h1')].filter((element) => isShown(element) && !isInPageFrame(element))
  const shown = first ? shownWords(first) : ''
  return title !== undefined &&
    shown.length > 3 &&
    bare(shown).length <= 100 &&
    bare(title).includes(bare(shown).slice(0, 8))
    ? shown
    : title
}

/** Tells whether the text begins with its headline already. */
function opensWith(element: HtmlNode, headline: string): boolean {
  return bare(shownWords(element))
    .slice(0, 200 + headline.length)
    .includes(bare(headline))
}

function beyondReason(file: string): ReportError {
  return new ReportError({
    zh: `${file}:网页过大或标签嵌套过深,无法读取。请另存为 .txt 或 .docx。`,
    en: `${file}: expected an ordinary web page, found one too large or nested too deep. Save it as .txt or .docx.`,
  })
}
