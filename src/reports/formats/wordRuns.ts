import { equationSign, isEquationEditor } from './equations.ts'
import { linearEquation } from './wordEquations.ts'
import {
  attributeOf,
  childOf,
  elementsOf,
  escaped,
  parseXml,
  topElement,
  writeXml,
  type XmlElement,
  type XmlNode,
} from './wordXml.ts'

/** The setting that a style or a run gives its words; properties that it does not set are undefined. */
interface Setting {
  readonly isHidden?: boolean
  readonly isStruck?: boolean
  readonly isDoublyStruck?: boolean
  readonly height?: 'superscript' | 'subscript' | 'baseline'
}

/** The settings of a document's styles by their ids. */
export type Styles = ReadonlyMap<string, Setting>

const maxStyleDepth = 16

/** The marks around an embedded document's number at its place are noncharacters, which no text may hold. */
export const chunkMarks = ['\ufdd5', '\ufdd6'] as const

/** A part of a Word document that the library for Word reads without loss. */
interface ReadablePart {
  readonly xml: string
  /** The number of equations that could not be read, in whose place a sign stands. */
  readonly unread: number
  /** The relationship ids of embedded documents (`altChunk`), by the numbers at their places. */
  readonly chunks: readonly string[]
}

/** Reads the settings in a document's part of styles. @throws Error where it is not well-formed */
export function readStyles(xml: string): Styles {
  const root = topElement(parseXml(xml).nodes)
  const styles = new Map(
    (root ? elementsOf(root, 'w:style') : []).map((style) => [attributeOf(style, 'styleId') ?? '', style]),
  )
  const settingOf = (id: string, depth: number): Setting => {
    const style = styles.get(id)
    if (style === undefined || depth > maxStyleDepth) return {}
    const below = attributeOf(childOf(style, 'w:basedOn'), 'val')
    return { ...(below !== undefined && settingOf(below, depth + 1)), ...settingIn(childOf(style, 'w:rPr')) }
  }
  return new Map([...styles.keys()].map((id) => [id, settingOf(id, 0)]))
}

/**
 * Rewrites a part of a Word document so that the library loses and misreads nothing: hidden and struck-out words are
 * removed, each run states the height of raised words, equations become linear text, and the places of embedded
 * documents are marked.
 * @throws Error where the part is not well-formed or nested too deep
 */
export function readablePart(xml: string, styles: Styles): ReadablePart {
  const { nodes } = parseXml(xml)
  const chunks: string[] = []
  let unread = 0
  const equation = (element: XmlElement, prefix: string): XmlNode[] => {
    const words = linearEquation(element)
    if (words === null) unread++
    return [equationRun(words ?? equationSign, prefix)]
  }
  const walk = (parent: { children: XmlNode[] }, paragraph: Setting, prefix: string) => {
    parent.children = parent.children.flatMap((node): XmlNode[] => {
      if (typeof node === 'string') return [node]
      const own = prefixIn(node, prefix)
      switch (node.name) {
        case 'm:oMath':
          return equation(node, own)
        case 'm:oMathPara':
          return elementsOf(node, 'm:oMath').flatMap((each) => equation(each, own))
        case 'w:altChunk':
          chunks.push(attributeOf(node, 'id') ?? '')
          return [textElement('p', chunkMarks.join(String(chunks.length - 1)), own)]
        case 'w:tr':
          if (isOn(childOf(childOf(node, 'w:trPr'), 'w:hidden'))) return []
          break
        case 'w:object':
          if (!isEquationObject(node)) break
          unread++
          return [textElement('t', equationSign, own)]
        case 'w:r':
          setRun(node, paragraph, styles, own)
          break
      }
      const isParagraph = node.name === 'w:p'
      walk(node, isParagraph ? styleIn(childOf(node, 'w:pPr'), 'w:pStyle', styles) : paragraph, own)
      return [node]
    })
  }
  walk({ children: nodes }, {}, 'w:')
  const root = topElement(nodes)
  return { xml: root ? writeXml(nodes) : xml, unread, chunks }
}

/** Removes the words of a run that does not show them, and states the height that its style gives it. */
function setRun(run: XmlElement, paragraph: Setting, styles: Styles, prefix: string): void {
  const properties = childOf(run, 'w:rPr')
  const setting = { ...paragraph, ...styleIn(properties, 'w:rStyle', styles), ...settingIn(properties) }
  if (setting.isHidden || setting.isStruck || setting.isDoublyStruck) {
    // The marks of a field are kept, so that its end stays in balance with its start.
    run.children = run.children.filter(
      (child) => typeof child !== 'string' && /^w:(?:rPr|fldChar|instrText)$/u.test(child.name),
    )
  }
  const height = setting.height ?? 'baseline'
  if (height === 'baseline') return
  const stated = emptyElement(`<${prefix}vertAlign ${prefix}val="${height}"/>`, 'w:vertAlign')
  const others = properties?.children.filter((child) => typeof child === 'string' || child.name !== 'w:vertAlign') ?? []
  const rewritten: XmlElement = {
    name: 'w:rPr',
    open: `<${prefix}rPr>`,
    close: `</${prefix}rPr>`,
    children: [...others, stated],
  }
  run.children = [rewritten, ...run.children.filter((child) => child !== properties)]
}

function styleIn(properties: XmlElement | undefined, name: string, styles: Styles): Setting {
  return styles.get(attributeOf(childOf(properties, name), 'val') ?? '') ?? {}
}

function settingIn(properties: XmlElement | undefined): Setting {
  if (properties === undefined) return {}
  const toggle = (name: string) => {
    const found = childOf(properties, name)
    return found && isOn(found)
  }
  const [isHidden, isStruck, isDoublyStruck] = ['w:vanish', 'w:strike', 'w:dstrike'].map(toggle)
  const height = heightIn(properties)
  return {
    ...(isHidden !== undefined && { isHidden }),
    ...(isStruck !== undefined && { isStruck }),
    ...(isDoublyStruck !== undefined && { isDoublyStruck }),
    ...(height !== undefined && { height }),
  }
}

/** The height at which words are set, stated as such or as a shift in half points. */
function heightIn(properties: XmlElement): Setting['height'] {
  const aligned = attributeOf(childOf(properties, 'w:vertAlign'), 'val')
  if (aligned === 'superscript' || aligned === 'subscript') return aligned
  const position = Number(attributeOf(childOf(properties, 'w:position'), 'val') ?? 0)
  if (Math.abs(position) >= minPosition) return position > 0 ? 'superscript' : 'subscript'
  return aligned === undefined ? undefined : 'baseline'
}

/** A shift by fewer half points is an adjustment that nobody sees. */
const minPosition = 4

function isOn(toggle: XmlElement | undefined): boolean {
  return toggle !== undefined && !/^(?:0|false|off|none)$/u.test(attributeOf(toggle, 'val') ?? '')
}

/** Tells whether an embedded object is an equation of an equation editor. */
function isEquationObject(object: XmlElement): boolean {
  return elementsOf(object).some(
    (child) => child.name === 'o:OLEObject' && isEquationEditor(attributeOf(child, 'ProgID') ?? ''),
  )
}

/** The prefix, with its colon, that the file uses for Word's own namespace; else that of the element above. */
function prefixIn({ name, open }: XmlElement, above: string): string {
  return name.startsWith('w:') ? (/^<([\w.-]+:)/u.exec(open)?.[1] ?? '') : above
}

function emptyElement(open: string, name: string): XmlElement {
  return { name, open, close: '', children: [] }
}

/** An element with one text: the text itself, a run, or a paragraph. */
function textElement(name: 'p' | 'r' | 't', words: string, prefix: string, properties = ''): XmlElement {
  const text = `<${prefix}t xml:space="preserve">${escaped(words)}</${prefix}t>`
  const run = name === 't' ? text : `<${prefix}r>${properties}${text}</${prefix}r>`
  const xml = name === 'p' ? `<${prefix}p>${run}</${prefix}p>` : run
  return { name: `w:${name}`, open: xml, close: '', children: [] }
}

/** The run of an equation's words between empty raised runs, which part its figures from those beside it. */
function equationRun(words: string, prefix: string): XmlElement {
  const raised = `<${prefix}rPr><${prefix}vertAlign ${prefix}val="superscript"/></${prefix}rPr>`
  const edge = textElement('r', '\u200b', prefix, raised)
  return { ...edge, open: edge.open + textElement('r', words, prefix).open + edge.open }
}
