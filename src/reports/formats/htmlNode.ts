/** The properties that are used of a DOM's nodes. */
export interface HtmlNode {
  readonly nodeType: number
  readonly localName: string
  readonly nodeValue: string | null
  readonly textContent: string
  readonly childNodes: Iterable<HtmlNode>
  readonly parentElement: HtmlNode | null
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
  querySelectorAll(selector: string): Iterable<HtmlNode>
}

/** A web page as a tree. */
export interface Page {
  readonly root: HtmlNode
  readonly body: HtmlNode
}

const blocks = new Set(
  `address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3
  h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul`.split(
    /\s+/u,
  ),
)
const neverShown = new Set(
  `audio button canvas datalist embed head iframe input link map meta noscript object option script select style svg
  template textarea title video`.split(/\s+/u),
)

/** Tells whether a node is an element that stands on lines of its own. */
export function isBlock(node: HtmlNode): boolean {
  return node.nodeType === 1 && blocks.has(node.localName)
}

/** Tells whether a node is visible, as far as its own markup tells. Words that are struck out count as invisible. */
export function isShown(node: HtmlNode): boolean {
  if (node.nodeType === 3) return true
  return node.nodeType === 1 && mayBeShown(node) && !isHidden(node)
}

/** Tells whether an element is of those whose words a page shows: no script, control or words that are struck out. */
export function mayBeShown(element: HtmlNode): boolean {
  if (neverShown.has(element.localName) || /^(?:s|strike|del)$/u.test(element.localName)) return false
  return !/text-decoration[\w-]*\s*:[^;]*line-through/iu.test(element.getAttribute('style') ?? '')
}

/** Tells whether an element is hidden by its style or an attribute, which a script may take away. */
export function isHidden(element: HtmlNode): boolean {
  if (element.getAttribute('hidden') !== null || element.getAttribute('aria-hidden') === 'true') return true
  return /display\s*:\s*none|visibility\s*:\s*hidden/iu.test(element.getAttribute('style') ?? '')
}

/** Collapses white space as a page shows it. A line end in the source is no blank between Chinese words. */
export function oneLine(words: string): string {
  return words
    .replace(/[\u00ad\u200b\ufeff]/gu, '')
    .replace(
      /(?<=[\p{Script=Han}\p{P}])[ \t]*[\r\n]\s*(?=[\p{Script=Han}])|(?<=\p{Script=Han})[ \t]*[\r\n]\s*(?=[，。、；：！？”）》])/gu,
      '',
    )
    .replace(/[ \t\r\n\f\u00a0]+/gu, ' ')
}
