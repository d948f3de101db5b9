import type { ReadContext } from '../manuscript.ts'
import { type Box, boxAround } from './boxes.ts'
import type { OpenFile } from './openFile.ts'
import { type OpenBlock, OpenMarkup } from './openMarkup.ts'
import { styleKey } from './openStyles.ts'
import { inReadingOrder } from './shapeOrder.ts'
import { emptySlide, largestSize, type Slide, type SlideShape } from './slides.ts'
import { attributeOf, childOf, elementsOf, type XmlElement } from './wordXml.ts'

const furniture = /^(?:page-number|date-time|footer|header|page)$/u
/** The lengths of units in millimetres. */
const units: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, px: 25.4 / 96 }

/**
 * Reads the slides of an OpenDocument presentation in their order; those beyond the limit are empty.
 * @throws Error where there is too much in them
 */
export function readOpenSlides({ content, styles, objects }: OpenFile, { limits, onPage }: ReadContext): Slide[] {
  const reader = new OpenMarkup(styles, objects)
  const pages = elementsOf(content, 'draw:page')
  return pages.map((page, i) => {
    if (i >= limits.pages) return emptySlide
    onPage?.(i + 1, Math.min(pages.length, limits.pages))
    const titles: string[] = []
    const shapes = shapesIn(page, reader, titles)
    const notes = childOf(page, 'presentation:notes')
    return {
      isHidden: styles.get(styleKey('drawing-page', attributeOf(page, 'draw:style-name')))?.isHiddenPage ?? false,
      isSectionHead: false,
      title: titles.join('\n'),
      shapes,
      notes: notes ? notesIn(notes, reader) : [],
    }
  })
}

function shapesIn(parent: XmlElement, reader: OpenMarkup, titles: string[]): SlideShape[] {
  return elementsOf(parent).flatMap((element): SlideShape[] => {
    const kind = attributeOf(element, 'presentation:class') ?? ''
    if (!element.name.startsWith('draw:') || isPlaceholder(element) || furniture.test(kind)) return []
    if (kind === 'title') {
      const title = reader.title(element)
      if (title !== '') titles.push(title)
      return []
    }
    if (element.name === 'draw:g') {
      const inner = inReadingOrder(shapesIn(element, reader, titles))
      if (inner.length === 0) return []
      const size = largestSize(inner)
      return [{ box: around(inner), blocks: inner.flatMap(({ blocks }) => blocks), size }]
    }
    const blocks = reader.blocks(element)
    return blocks.length === 0 ? [] : [{ box: boxOf(element), blocks, size: reader.sizeIn(element) }]
  })
}

function notesIn(notes: XmlElement, reader: OpenMarkup): OpenBlock[] {
  const frames = elementsOf(notes).filter((frame) => attributeOf(frame, 'presentation:class') === 'notes')
  return frames.filter((frame) => !isPlaceholder(frame)).flatMap((frame) => reader.blocks(frame))
}

/** Tells whether a frame shows words that ask for content. */
function isPlaceholder(frame: XmlElement): boolean {
  return attributeOf(frame, 'presentation:placeholder') === 'true'
}

/** The place of a shape, which a turned one states in its transform and a line by its ends; null where none is stated. */
function boxOf(shape: XmlElement): Box | null {
  const value = (name: string) => lengthOf(attributeOf(shape, name))
  const moved = /translate\s*\(\s*(\S+?)[\s,]+([^\s)]+)\s*\)/u.exec(attributeOf(shape, 'transform') ?? '')
  const left = value('svg:x') ?? lengthOf(moved?.[1]) ?? value('svg:x1')
  const top = value('svg:y') ?? lengthOf(moved?.[2]) ?? value('svg:y1')
  if (left === null || top === null) return null
  return { left, top, right: left + (value('svg:width') ?? 0), bottom: top + (value('svg:height') ?? 0) }
}

/** A length in millimetres; null where it is none. */
function lengthOf(stated: string | undefined): number | null {
  const [, figure, unit] = /^(-?[\d.]+)([a-z]{2})$/u.exec(stated ?? '') ?? []
  const length = Number(figure) * (units[unit ?? ''] ?? Number.NaN)
  return Number.isFinite(length) ? length : null
}

/** The place of a group, which its shapes make up. */
function around(shapes: readonly SlideShape[]): Box | null {
  const boxes = shapes.flatMap(({ box }) => box ?? [])
  return boxes.length === 0 ? null : boxAround(boxes)
}
