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
  querySelectorAll(selector: string): Iterable<HtmlNode>
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

export function isBlock(node: HtmlNode): boolean {
  return node.nodeType === 1 && blocks.has(node.localName)
}

/** Tells whether a node is visible, as far as its own markup tells. Words that are struck out count as invisible. */
export function isShown(node: HtmlNode): boolean {
  if (node.nodeType === 3) return true
  if (node.nodeType !== 1 || neverShown.has(node.localName)) return false
  if (node.getAttribute('hidden') !== null || node.getAttribute('aria-hidden') === 'true') return false
  if (/^(?:s|strike|del)$/u.test(node.localName)) return false
  const style = node.getAttribute('style') ?? ''
  return !/display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[\w-]*\s*:[^;]*line-through/iu.test(style)
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
