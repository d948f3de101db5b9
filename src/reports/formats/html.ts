import { parseHTML } from 'linkedom'
import { type Bilingual, ReportError } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import { type FormatReader, type Manuscript, maxTextCharacters } from '../manuscript.ts'
import { opensWith, shownWords, writeBlocks } from './blocks.ts'
import { decode } from './decode.ts'
import { unreadEquations } from './equations.ts'
import { type HtmlNode, isShown, type Page } from './htmlNode.ts'
import { readProperties } from './htmlProperties.ts'
import { leftOutNotes, revealBody } from './leftOut.ts'
import { findMain, isInPageFrame } from './mainText.ts'
import { wechatProperties } from './wechat.ts'
import { ManuscriptWriter } from './writer.ts'

/** Real pages have fewer than a hundred elements inside one another, and far deeper trees take minutes. */
const maxDepth = 256
/** The number of tags and character references, each of which costs the parser a node. */
const maxMarks = 300_000

/** Reads a web page: its main text without navigation. Scripts do not run and nothing is fetched. */
export const readHtml: FormatReader = async (bytes, { file, charset }) => {
  const { text, notes } = decode(bytes, file, statedEncoding(bytes) ?? charset)
  return readSource(text, file, notes)
}

/**
 * Reads the source of a web page.
 * @param notes the notes on its encoding
 * @throws ReportError when the page is too large or too deep to be read
 */
export function readSource(text: string, file: string, notes: readonly Bilingual[] = []): Manuscript {
  const { page, source } = openSource(text, file)
  revealBody(page)
  const writer = new ManuscriptWriter()
  const properties = { ...readProperties(page.root), ...wechatProperties(page.root) }
  const main = findMain(page, () => revealBody(parsePage(source)))
  const headline = headlineOf(page.root, properties.title)
  if (headline !== undefined && !opensWith(main.element, headline))
    writer.line(headline, { level: 1, continues: false })
  const unread = writeBlocks(writer, main.element, main.isLeftOut)
  return {
    text: writer.text,
    lines: writer.lines,
    pages: [],
    doubtful: [],
    stated: properties,
    notes: [...notes, ...unreadEquations(unread), ...leftOutNotes(page.body, main)],
  }
}

/** Opens a page, with notes on its encoding. @throws ReportError when it is too large or too deep to be read */
export function openPage(bytes: Uint8Array, file: string) {
  const { text, notes } = decode(bytes, file, statedEncoding(bytes))
  return { ...openSource(text, file), notes }
}

/** Opens the source of a page. @throws ReportError when it is too large or too deep to be read */
export function openSource(text: string, file: string) {
  // The parser takes long over a `<` that opens nothing.
  const source = text.replace(/<(?![a-z/!?])/giu, '&lt;')
  if (source.length > maxTextCharacters || isFlood(source) || depthOf(source) > maxDepth) throw beyondReason(file)
  return { page: parsePage(source), source }
}

/** Parses HTML into a tree, which is used for the words of a document only. */
export function parsePage(source: string): Page {
  const whole = /<body[\s>]/iu.test(source) ? source : `<html><body>${source}</body></html>`
  const { document } = parseHTML(/<html[\s>]/iu.test(whole) ? whole : `<html>${whole}</html>`)
  // The library's types are a browser's where those are known, as in the browser's tests.
  const tree = document as unknown as { readonly documentElement: HtmlNode; readonly body: HtmlNode | null }
  return { root: tree.documentElement, body: tree.body ?? tree.documentElement }
}

/** The encoding that the page names; undefined where it names none. */
export function statedEncoding(bytes: Uint8Array): string | undefined {
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

function beyondReason(file: string): ReportError {
  return new ReportError({
    zh: `${file}:网页过大或标签嵌套过深,无法读取。请另存为 .txt 或 .docx。`,
    en: `${file}: expected an ordinary web page, found one too large or nested too deep. Save it as .txt or .docx.`,
  })
}
