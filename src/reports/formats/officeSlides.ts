import type { ReadContext } from '../manuscript.ts'
import type { Box } from './boxes.ts'
import { graphicBlocks } from './drawingGraphics.ts'
import { drawingTable, paragraphsIn, type SlideTally, shownChildren, sizeOf, titleMarkup } from './drawingText.ts'
import type { OfficeParts } from './officeParts.ts'
import type { Relationship } from './relationships.ts'
import { inReadingOrder } from './shapeOrder.ts'
import { emptySlide, largestSize, type Slide, type SlideBlock, type SlideShape } from './slides.ts'
import { attributeOf, childOf, elementsOf, type XmlElement } from './wordXml.ts'

/** The placeholders whose words belong to the slide's frame. */
const furniture = /^(?:sldNum|dt|ftr|hdr|sldImg)$/u
const maxGroupDepth = 32

/**
 * Reads the slides of an Office presentation in their order. Those beyond the limit are empty; those that are damaged or missing are
 * empty, too, and their numbers in the tally.
 * @throws Error where no slide is whole
 */
export async function readOfficeSlides(
  parts: OfficeParts,
  { limits, onPage }: ReadContext,
  tally: SlideTally,
): Promise<Slide[]> {
  const main = [...(await parts.relationships('')).values()].find(({ type }) => type === 'officeDocument')
  const name = main?.path ?? 'ppt/presentation.xml'
  const presentation = await parts.root(name)
  if (presentation === null) throw new Error('no presentation')
  const relationships = await parts.relationships(name)
  const layouts = new Layouts(parts)
  const ids = elementsOf(childOf(presentation, 'p:sldIdLst') ?? presentation, 'p:sldId')
  const total = Math.min(ids.length, limits.pages)
  const slides: Slide[] = []
  for (const id of ids.slice(0, total)) {
    const path = relationships.get(attributeOf(id, 'r:id') ?? '')?.path ?? ''
    const slide = await readSlide(path, parts, layouts, tally).catch(() => null)
    slides.push(slide ?? emptySlide)
    if (slide === null) tally.damaged.push(slides.length)
    onPage?.(slides.length, total)
  }
  if (total > 0 && tally.damaged.length === total) throw new Error('no whole slide')
  return ids.map((_, i) => slides[i] ?? emptySlide)
}

/** The layout of a slide: what it is for, and the places of its placeholders. */
interface Layout {
  readonly isSectionHead: boolean
  /** The places by the placeholders' numbers and types. */
  readonly boxes: ReadonlyMap<string, Box>
}

const noLayout: Layout = { isSectionHead: false, boxes: new Map() }

/** Reads the slide of a part; null where there is no such part. @throws Error where a part of it is damaged */
async function readSlide(path: string, parts: OfficeParts, layouts: Layouts, tally: SlideTally): Promise<Slide | null> {
  const root = await parts.rootOnce(path)
  if (root === null) return null
  const relationships = await parts.relationships(path)
  const linked = (type: string) => [...relationships.values()].find((one) => one.type === type)?.path
  const layout = await layouts.at(linked('slideLayout'))
  const notesPath = linked('notesSlide')
  const notes = notesPath === undefined ? null : await parts.rootOnce(notesPath)
  const context: SlideContext = { parts, relationships, layout, tally, titles: [] }
  const shapes = await shapesIn(shapeTree(root), context, 0)
  return {
    isHidden: /^(?:0|false)$/u.test(attributeOf(root, 'show') ?? ''),
    isSectionHead: layout.isSectionHead,
    title: context.titles.join('\n'),
    shapes,
    notes: notes === null ? [] : notesIn(shapeTree(notes), tally),
  }
}

interface SlideContext {
  readonly parts: OfficeParts
  readonly relationships: ReadonlyMap<string, Relationship>
  readonly layout: Layout
  readonly tally: SlideTally
  /** The words of the titles found so far. */
  readonly titles: string[]
}

function shapeTree(root: XmlElement): XmlElement | undefined {
  return childOf(childOf(root, 'p:cSld'), 'p:spTree')
}

async function shapesIn(tree: XmlElement | undefined, context: SlideContext, depth: number): Promise<SlideShape[]> {
  const shapes: SlideShape[] = []
  for (const element of tree && depth <= maxGroupDepth ? shownChildren(tree) : []) {
    const shape = isHidden(element) ? null : await shapeIn(element, context, depth)
    if (shape !== null && shape.blocks.length > 0) shapes.push(shape)
  }
  return shapes
}

async function shapeIn(element: XmlElement, context: SlideContext, depth: number): Promise<SlideShape | null> {
  const { layout, tally } = context
  switch (element.name) {
    case 'p:sp': {
      const body = childOf(element, 'p:txBody')
      const placeholder = placeholderOf(element)
      const type = attributeOf(placeholder, 'type') ?? ''
      if (furniture.test(type)) return null
      if (/^(?:title|ctrTitle)$/u.test(type)) {
        const title = titleMarkup(body, tally)
        if (title !== '') context.titles.push(title)
        return null
      }
      const inherited = placeholder && namesOf(placeholder).flatMap((name) => layout.boxes.get(name) ?? [])[0]
      const box = boxIn(childOf(childOf(element, 'p:spPr'), 'a:xfrm')) ?? inherited ?? null
      return { box, blocks: paragraphsIn(body, tally), size: sizeOf(body) }
    }
    case 'p:grpSp': {
      const box = boxIn(childOf(childOf(element, 'p:grpSpPr'), 'a:xfrm'))
      const inner = inReadingOrder(await shapesIn(element, context, depth + 1))
      return { box, blocks: inner.flatMap(({ blocks }) => blocks), size: largestSize(inner) }
    }
    case 'p:graphicFrame':
      return { box: boxIn(childOf(element, 'p:xfrm')), blocks: await frameBlocks(element, context), size: 0 }
    default:
      return null
  }
}

/** The words of a frame: a table, a diagram or a chart. */
async function frameBlocks(frame: XmlElement, { parts, relationships, tally }: SlideContext): Promise<SlideBlock[]> {
  const data = childOf(childOf(frame, 'a:graphic'), 'a:graphicData')
  const table = childOf(data, 'a:tbl')
  if (table) return [{ kind: 'table', markup: drawingTable(table, tally) }]
  const [graphic] = data ? shownChildren(data) : []
  const id = attributeOf(graphic, 'r:dm') ?? attributeOf(graphic, 'r:id') ?? ''
  const root = await parts.rootOnce(relationships.get(id)?.path ?? '')
  return root === null ? [] : graphicBlocks(root, tally)
}

function notesIn(tree: XmlElement | undefined, tally: SlideTally): SlideBlock[] {
  const shapes = tree ? elementsOf(tree, 'p:sp') : []
  return shapes
    .filter((shape) => attributeOf(placeholderOf(shape), 'type') === 'body')
    .flatMap((shape) => paragraphsIn(childOf(shape, 'p:txBody'), tally))
}

/** The layouts of a presentation, each of which is read once, as are their masters. */
class Layouts {
  readonly #parts: OfficeParts
  readonly #layouts = new Map<string, Promise<Layout>>()
  readonly #masters = new Map<string, Promise<XmlElement | null>>()

  constructor(parts: OfficeParts) {
    this.#parts = parts
  }

  /** The layout of a part; one that says nothing for undefined. @throws Error where the part is damaged */
  async at(path: string | undefined): Promise<Layout> {
    if (path === undefined) return noLayout
    const layout = this.#layouts.get(path) ?? this.#read(path)
    this.#layouts.set(path, layout)
    return layout
  }

  /** Reads a layout, and the places that its placeholders inherit from the master. */
  async #read(path: string): Promise<Layout> {
    const root = await this.#parts.root(path)
    if (root === null) return noLayout
    const linked = [...(await this.#parts.relationships(path)).values()]
    const masterPath = linked.find(({ type }) => type === 'slideMaster')?.path ?? ''
    const read = this.#masters.get(masterPath) ?? this.#parts.root(masterPath)
    this.#masters.set(masterPath, read)
    const master = await read
    const boxes = new Map<string, Box>()
    const ofMaster = master ? placesIn(master) : []
    for (const { placeholder, box } of placesIn(root)) {
      const type = typeOf(placeholder)
      const own = box ?? ofMaster.find((one) => typeOf(one.placeholder) === type)?.box
      if (own) for (const name of namesOf(placeholder)) if (!boxes.has(name)) boxes.set(name, own)
    }
    return { isSectionHead: attributeOf(root, 'type') === 'secHead', boxes }
  }
}

function placesIn(root: XmlElement): { readonly placeholder: XmlElement; readonly box: Box | null }[] {
  const tree = shapeTree(root)
  return (tree ? elementsOf(tree, 'p:sp') : []).flatMap((shape) => {
    const placeholder = placeholderOf(shape)
    return placeholder ? [{ placeholder, box: boxIn(childOf(childOf(shape, 'p:spPr'), 'a:xfrm')) }] : []
  })
}

function placeholderOf(shape: XmlElement): XmlElement | undefined {
  return childOf(childOf(childOf(shape, 'p:nvSpPr'), 'p:nvPr'), 'p:ph')
}

/** The names under which a placeholder's place is looked for, the more precise first. */
function namesOf(placeholder: XmlElement): string[] {
  return [`number ${attributeOf(placeholder, 'idx') ?? '0'}`, `type ${typeOf(placeholder)}`]
}

/** The type of a placeholder; a master has places of few types only. */
function typeOf(placeholder: XmlElement): string {
  const type = attributeOf(placeholder, 'type') ?? 'body'
  return type === 'ctrTitle' ? 'title' : /^(?:obj|subTitle|tbl|chart|dgm)$/u.test(type) ? 'body' : type
}

function isHidden(element: XmlElement): boolean {
  const properties = elementsOf(element)[0]
  return /^(?:1|true)$/u.test(attributeOf(childOf(properties, 'p:cNvPr'), 'hidden') ?? '')
}

/** The place that a transform states; null where it states none. */
function boxIn(transform: XmlElement | undefined): Box | null {
  const [offset, extent] = [childOf(transform, 'a:off'), childOf(transform, 'a:ext')]
  const [left, top] = [Number(attributeOf(offset, 'x')), Number(attributeOf(offset, 'y'))]
  const [width, height] = [Number(attributeOf(extent, 'cx')), Number(attributeOf(extent, 'cy'))]
  if (![left, top, width, height].every(Number.isFinite)) return null
  return { left, top, right: left + width, bottom: top + height }
}
