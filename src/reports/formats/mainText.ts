import { Readability } from '@mozilla/readability'
import { bare } from '../../text/normalize.ts'
import { type HtmlNode, isBlock, isShown, type Page } from './htmlNode.ts'
import { wechatBody } from './wechat.ts'

/** A page with more elements is read whole, since finding its main text would take long. */
const maxElements = 60_000
/** A page with more nodes inside one element is read whole, too. */
const maxChildren = 5000
const minMainCharacters = 200
/** The main text is believed if it has at least this share of the words in the page's paragraphs. */
const minMainShare = 0.4
/** A block with a larger share of its words in links leads elsewhere. */
const maxLinkShare = 0.4

/** The main text of a page. */
export interface Main {
  /** The element that is read. */
  readonly element: HtmlNode
  /** Tells whether a shown element inside it is passed over. */
  readonly isLeftOut: (element: HtmlNode) => boolean
}

const stamp = 'data-place'

/**
 * Finds the element that holds the page's main text. Readability finds the main text, but also drops tables and lists that are
 * part of it. So the smallest element that holds all that Readability found is read instead, without blocks that it did not
 * find and that are mostly links or hold no structure.
 * @param parseAgain makes another tree of the same page, which Readability may take apart
 */
export function findMain(page: Page, parseAgain: () => Page): Main {
  const isAround = (element: HtmlNode) => isPageFrame(element) || isLinks(element)
  const article = wechatBody(page.root)
  if (article !== null) return { element: article, isLeftOut: isAround }
  const whole: Main = { element: page.body, isLeftOut: isAround }
  const elements = [...page.root.querySelectorAll('*')]
  const nodes = elements.reduce((most, element) => Math.max(most, [...element.childNodes].length), 0)
  if (elements.length > maxElements || nodes > maxChildren) return whole
  const copy = parseAgain()
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
export function isPageFrame(element: HtmlNode): boolean {
  return (
    /^(?:nav|aside|footer|form)$/u.test(element.localName) ||
    /^(?:navigation|banner|contentinfo|search)$/u.test(element.getAttribute('role') ?? '')
  )
}

/** Tells whether an element, or one around it, is part of the frame of a page. */
export function isInPageFrame(element: HtmlNode): boolean {
  for (let node: HtmlNode | null = element; node !== null; node = node.parentElement) if (isPageFrame(node)) return true
  return false
}

/** Tells whether a block consists mostly of links. */
export function isLinks(element: HtmlNode): boolean {
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
