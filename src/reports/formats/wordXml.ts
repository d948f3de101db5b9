/** An element of an XML part. Its tags are kept as written, so that unchanged elements are written back unchanged. */
export interface XmlElement {
  /** The name with the prefix that is usual for its namespace: `w:p`, whatever prefix the file has. */
  name: string
  /** The start tag. */
  open: string
  /** The end tag; empty for an element without content. */
  close: string
  children: XmlNode[]
}

/** A string is anything that is no element: text, a comment, an instruction. */
export type XmlNode = XmlElement | string

const maxDepth = 400
const maxElements = 4_000_000

const usualPrefixes = new Map([
  ['http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'w'],
  ['http://purl.oclc.org/ooxml/wordprocessingml/main', 'w'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/math', 'm'],
  ['http://purl.oclc.org/ooxml/officeDocument/math', 'm'],
  ['http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'r'],
  ['http://purl.oclc.org/ooxml/officeDocument/relationships', 'r'],
  ['urn:schemas-microsoft-com:office:office', 'o'],
  ['http://schemas.openxmlformats.org/presentationml/2006/main', 'p'],
  ['http://purl.oclc.org/ooxml/presentationml/main', 'p'],
  ['http://schemas.openxmlformats.org/drawingml/2006/main', 'a'],
  ['http://purl.oclc.org/ooxml/drawingml/main', 'a'],
  ['http://schemas.openxmlformats.org/drawingml/2006/chart', 'c'],
  ['http://purl.oclc.org/ooxml/drawingml/chart', 'c'],
  ['http://schemas.openxmlformats.org/drawingml/2006/diagram', 'dgm'],
  ['http://purl.oclc.org/ooxml/drawingml/diagram', 'dgm'],
  ['http://schemas.openxmlformats.org/markup-compatibility/2006', 'mc'],
  ...openDocumentSpaces('office text table draw style presentation chart manifest meta'),
  ['http://www.w3.org/1998/Math/MathML', 'math'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://www.idpf.org/2007/opf', 'opf'],
  ['http://www.w3.org/2001/04/xmlenc#', 'enc'],
])

/** The namespaces of OpenDocument with these usual prefixes, which their names end in. */
function openDocumentSpaces(prefixes: string): [space: string, prefix: string][] {
  const names: Readonly<Record<string, string>> = { draw: 'drawing' }
  return prefixes.split(' ').map((prefix) => {
    return [`urn:oasis:names:tc:opendocument:xmlns:${names[prefix] ?? prefix}:1.0`, prefix]
  })
}

/** Parses an XML part into its topmost nodes. @throws Error where tags do not close, lie too deep or are too many */
export function parseXml(source: string): {
  readonly nodes: XmlNode[]
  readonly prefixes: ReadonlyMap<string, string>
} {
  const prefixes = prefixesIn(source)
  const nodes: XmlNode[] = []
  const open: XmlElement[] = []
  let into = nodes
  let elements = 0
  let at = 0
  while (at < source.length) {
    const start = source.indexOf('<', at)
    if (start !== at) into.push(source.slice(at, start < 0 ? source.length : start))
    if (start < 0) break
    const end = endOfTag(source, start)
    if (end < 0) throw new Error('a tag without an end')
    const tag = source.slice(start, end)
    at = end
    if (/^<[!?]/u.test(tag)) into.push(tag)
    else if (tag[1] === '/') {
      const closed = open.pop()
      if (closed === undefined) throw new Error('an end tag without a start')
      closed.close = tag
      into = open.at(-1)?.children ?? nodes
    } else {
      const element: XmlElement = {
        name: usualName(/^<([^\s/>]+)/u.exec(tag)?.[1] ?? '', prefixes),
        open: tag,
        close: '',
        children: [],
      }
      into.push(element)
      if (tag.endsWith('/>')) continue
      open.push(element)
      into = element.children
      if (open.length > maxDepth || ++elements > maxElements) throw new Error('too many elements')
    }
  }
  if (open.length > 0) throw new Error('an element without an end')
  return { nodes, prefixes }
}

/** The end of the tag at `start`; -1 where it has none. A quoted value may hold `>`. */
function endOfTag(source: string, start: number): number {
  for (const [mark, end] of [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ] as const) {
    if (!source.startsWith(mark, start)) continue
    const found = source.indexOf(end, start + mark.length)
    return found < 0 ? -1 : found + end.length
  }
  let quote = ''
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at]!
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at + 1
  }
  return -1
}

/** The usual prefix for each prefix that the part declares. */
function prefixesIn(source: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, prefix, , space] of source.matchAll(/\sxmlns(?::([\w.-]+))?=(["'])(.*?)\2/gu)) {
    const usual = usualPrefixes.get(space!)
    if (usual !== undefined) found.set(prefix ?? '', usual)
  }
  return found
}

function usualName(name: string, prefixes: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':')
  const usual = prefixes.get(colon < 0 ? '' : name.slice(0, colon))
  return usual === undefined ? name : `${usual}:${name.slice(colon + 1)}`
}

/** Writes nodes back as XML. */
export function writeXml(nodes: readonly XmlNode[]): string {
  const parts: string[] = []
  const walk = (node: XmlNode) => {
    if (typeof node === 'string') {
      parts.push(node)
      return
    }
    parts.push(node.open)
    for (const child of node.children) walk(child)
    parts.push(node.close)
  }
  for (const node of nodes) walk(node)
  return parts.join('')
}

/** The elements among an element's children, all or those of one name. */
export function elementsOf(element: XmlElement, name?: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name),
  )
}

/** The first child of that name; undefined where there is none. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name)
}

/** The value of an attribute, by its name without prefix; undefined where there is none. */
export function attributeOf(element: XmlElement | undefined, name: string): string | undefined {
  if (element === undefined) return undefined
  const found = new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'u').exec(element.open)
  return found ? unescaped(found[1] ?? found[2] ?? '') : undefined
}

/** The text right inside an element, without the text of its elements. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? charactersOf(child) : '')).join('')
}

/** The characters of a node that is no element; none of a comment or an instruction. */
export function charactersOf(node: string): string {
  return node.startsWith('<![CDATA[') ? node.slice(9, -3) : node.startsWith('<') ? '' : unescaped(node)
}

/** The element among the topmost nodes of a part; undefined where there is none. */
export function topElement(nodes: readonly XmlNode[]): XmlElement | undefined {
  return nodes.find((node): node is XmlElement => typeof node !== 'string')
}

/** The topmost element of an XML part. @throws Error where the part is not well-formed or has none */
export function rootElement(source: string): XmlElement {
  const root = topElement(parseXml(source.replace(/^\ufeff/u, '')).nodes)
  if (root === undefined) throw new Error('a part without an element')
  return root
}

/** All elements of one name inside an element, at any depth, in order; those inside another one of that name left out. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  return elementsOf(element).flatMap((child) => (child.name === name ? [child] : descendantsOf(child, name)))
}

/** Escapes words for XML. */
export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The words that escaped XML stands for. */
export function unescaped(words: string): string {
  return words.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/giu, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
}
