import { attributeOf, childOf, elementsOf, type XmlElement } from './wordXml.ts'

/** The settings that a style of OpenDocument gives; settings that it leaves to the style below are undefined. */
export interface OpenStyle {
  readonly isHidden?: boolean
  readonly isStruck?: boolean
  readonly height?: 'raised' | 'lowered' | 'plain'
  /** The size of words in points. */
  readonly size?: number
  /** The level of a heading that the style, or one that it is made from, sets; that of a title is 1, that of a subtitle 2. */
  readonly level?: number
  /** True for the style of a slide that a presentation leaves out. */
  readonly isHiddenPage?: boolean
}

/** The styles of a document by their families and names, as `styleKey` puts them together. */
export type OpenStyles = ReadonlyMap<string, OpenStyle>

const maxStyleDepth = 16
const none: OpenStyle = {}

/** Reads the styles of a document's parts, which have those of later parts in front. */
export function readOpenStyles(parts: readonly XmlElement[]): OpenStyles {
  const containers = ['office:styles', 'office:automatic-styles']
  const elements = parts.flatMap((part) => containers.flatMap((name) => elementsOf(part, name)))
  const styles = new Map(
    elements.flatMap((container) =>
      elementsOf(container, 'style:style').map((style) => [
        styleKey(attributeOf(style, 'style:family'), attributeOf(style, 'style:name')),
        style,
      ]),
    ),
  )
  const settingOf = (key: string, depth: number): OpenStyle => {
    const style = styles.get(key)
    if (style === undefined || depth > maxStyleDepth) return none
    const family = attributeOf(style, 'style:family')
    const parent = attributeOf(style, 'parent-style-name')
    return { ...(parent && settingOf(styleKey(family, parent), depth + 1)), ...settingIn(style) }
  }
  return new Map([...styles.keys()].map((key) => [key, settingOf(key, 0)]))
}

/** The key of a style, as styles of several families may share a name. */
export function styleKey(family: string | undefined, name: string | undefined): string {
  return `${family ?? ''} ${name ?? ''}`
}

function settingIn(style: XmlElement): OpenStyle {
  const text = childOf(style, 'style:text-properties')
  const display = attributeOf(text, 'text:display')
  const line = attributeOf(text, 'text-line-through-style') ?? attributeOf(text, 'text-line-through-type')
  const position = attributeOf(text, 'text-position')
  const size = /^([\d.]+)pt$/u.exec(attributeOf(text, 'font-size') ?? '')?.[1]
  const name = attributeOf(style, 'style:display-name') ?? attributeOf(style, 'style:name') ?? ''
  const level = Number(attributeOf(style, 'default-outline-level') ?? 0) || levelNamed(name)
  const page = attributeOf(childOf(style, 'style:drawing-page-properties'), 'visibility')
  return {
    ...(display !== undefined && { isHidden: display === 'none' }),
    ...(line !== undefined && { isStruck: line !== 'none' }),
    ...(position !== undefined && { height: heightOf(position) }),
    ...(size !== undefined && { size: Number(size) }),
    ...(level > 0 && { level }),
    ...(page !== undefined && { isHiddenPage: page === 'hidden' }),
  }
}

/** The level that a style's name tells, as programs that convert other formats do not always state it; 0 where it tells none. */
function levelNamed(name: string): number {
  if (/^(?:title|标题)$/iu.test(name)) return 1
  if (/^(?:subtitle|副标题)$/iu.test(name)) return 2
  return Number(/^(?:heading|标题)(?:\s|_20_)*([1-9])$/iu.exec(name)?.[1] ?? 0)
}

/** The height in words or as a share of the words' size (`super 58%`, `-33% 58%`). */
function heightOf(position: string): 'raised' | 'lowered' | 'plain' {
  const [height = ''] = position.trim().split(/\s+/u)
  const share = Number.parseFloat(height)
  if (height === 'super' || share > 0) return 'raised'
  return height === 'sub' || share < 0 ? 'lowered' : 'plain'
}
