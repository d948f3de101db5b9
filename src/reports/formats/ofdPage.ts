import { areaOf, type OfdBox, type OfdDocument, type OfdFont, type Resources, readResources } from './ofdDocument.ts'
import { cssOf, type DrawParams, namedDrawParams, opacityOf, statedDrawParams } from './ofdDrawParams.ts'
import type { OfdPackage } from './ofdPackage.ts'
import { outlinesOf, type PathStep, stepsOf } from './ofdPath.ts'
import { type OfdRun, runsOf } from './ofdText.ts'
import { attributesOf, childOf, childrenOf, isTrue, nameOf, numbersOf } from './ofdXml.ts'
import { type Drawing, type Matrix, maxRulings, multiply, sidesOf, thinArea } from './pdfDrawing.ts'
import type { Ruling } from './rulings.ts'
import { textOf, type XmlElement } from './wordXml.ts'

/** The runs of a page in one font. */
export interface FontRun extends OfdRun {
  readonly font: OfdFont
  /** The colour as CSS writes it; null where the page does not show it. */
  readonly colour: string | null
  /** The number of shapes below it. */
  readonly above: number
}

/** A picture on a page. Its matrix leads from the square of one unit that it fills, y downward. */
export interface PlacedPicture {
  readonly path: string
  readonly matrix: Matrix
  /** More than 0, to 1. */
  readonly opacity: number
}

/** A path on a page. */
export interface PlacedPath {
  readonly steps: readonly PathStep[]
  readonly matrix: Matrix
  /** The colours as CSS writes them; null where it is not filled, or has no outline. */
  readonly fill: string | null
  readonly stroke: string | null
  readonly lineWidth: number
}

/** The objects of a page with those of its templates. Lengths are in points, and y grows downward. */
export interface OfdPage {
  readonly width: number
  readonly height: number
  readonly runs: readonly FontRun[]
  /** The pictures and paths in the order in which they are drawn. */
  readonly shapes: readonly (PlacedPicture | PlacedPath)[]
  readonly drawing: Drawing
  /** False where the page has more objects than are read. */
  readonly isWhole: boolean
}

const pointsPerMillimetre = 72 / 25.4
const a4: OfdBox = [0, 0, 210, 297]
/** The bounds of one page; a page beyond them is a trap. */
const limits = { runs: 50_000, objects: 200_000, depth: 32, nestedTemplates: 4, templates: 16 } as const
const plainFont: OfdFont = { name: '', isBold: false, holdsSigns: false }

/** The objects that were found so far. */
interface Found {
  readonly runs: FontRun[]
  readonly shapes: (PlacedPicture | PlacedPath)[]
  readonly rulings: Ruling[]
  /** The area that pictures cover. */
  covered: number
  curves: number
  objects: number
  templates: number
}

/** The surroundings of a part's objects: their place, the resources that they may name, and what they take over. */
interface Surroundings {
  readonly resources: Resources
  readonly matrix: Matrix
  /** The ids of the composite objects around them. */
  readonly composites: readonly string[]
  readonly drawParams: DrawParams
  readonly opacity: number
  readonly depth: number
}

/** Reads the page of a part. @throws Error when the part is missing or no XML */
export async function readPage(parts: OfdPackage, document: OfdDocument, path: string): Promise<OfdPage> {
  const root = await parts.xml(path)
  const [, , width, height] = areaOf(childOf(root, 'Area')) ?? document.area ?? a4
  const found: Found = { runs: [], shapes: [], rulings: [], covered: 0, curves: 0, objects: 0, templates: 0 }
  await readContent(parts, document, { root, path, templates: [] }, found)
  const scale = pointsPerMillimetre
  return {
    width: width * scale,
    height: height * scale,
    runs: found.runs,
    shapes: found.shapes,
    drawing: {
      rulings: found.rulings,
      pictured: found.covered / (width * height * scale * scale),
      curves: found.curves,
    },
    isWhole: found.objects <= limits.objects && found.runs.length < limits.runs && found.templates <= limits.templates,
  }
}

/** A page or a template page. */
interface Content {
  readonly root: XmlElement
  readonly path: string
  /** The ids of the templates that it is part of. */
  readonly templates: readonly string[]
}

/** Adds the objects of a page between those of its templates. A template inside itself is left out. */
async function readContent(parts: OfdPackage, document: OfdDocument, content: Content, found: Found): Promise<void> {
  const { root, path } = content
  const isAbove = (template: XmlElement) => attributesOf(template).get('ZOrder') === 'Foreground'
  const templates = childrenOf(root, 'Template')
  const below = templates.filter((one) => !isAbove(one))
  await readTemplates(parts, document, { ...content, named: below }, found)
  const { fonts, pictures, composites, drawParams } = document.resources
  const resources = {
    fonts: new Map(fonts),
    pictures: new Map(pictures),
    composites: new Map(composites),
    drawParams: new Map(drawParams),
  }
  const hasOwn = childOf(root, 'PageRes') !== undefined
  if (hasOwn) await readResources(parts, resources, root, ['PageRes'], path)
  addObjects(found, childOf(root, 'Content'), {
    resources: hasOwn ? resources : document.resources,
    matrix: [pointsPerMillimetre, 0, 0, pointsPerMillimetre, 0, 0],
    composites: [],
    drawParams: {},
    opacity: 1,
    depth: 0,
  })
  await readTemplates(parts, document, { ...content, named: templates.filter(isAbove) }, found)
}

/** Adds the objects of the templates that a page names. */
async function readTemplates(
  parts: OfdPackage,
  document: OfdDocument,
  { named, templates }: Content & { readonly named: readonly XmlElement[] },
  found: Found,
): Promise<void> {
  for (const template of named) {
    const id = attributesOf(template).get('TemplateID') ?? ''
    const own = document.templates.get(id) ?? null
    if (own === null || templates.includes(id) || templates.length >= limits.nestedTemplates) continue
    if (++found.templates > limits.templates) break
    // The words of a page do not depend on a template that is damaged.
    const inner = await parts.shared(own)
    if (inner !== null)
      await readContent(parts, document, { root: inner, path: own, templates: [...templates, id] }, found)
  }
}

function addObjects(found: Found, container: XmlElement | undefined, around: Surroundings): void {
  if (around.depth > limits.depth) return
  for (const object of childrenOf(container)) {
    if (++found.objects > limits.objects || found.runs.length >= limits.runs) return
    const name = nameOf(object)
    const drawParams = { ...around.drawParams, ...namedDrawParams(object, around.resources.drawParams) }
    if (name === 'Layer') addObjects(found, object, { ...around, drawParams, depth: around.depth + 1 })
    else if (/^(?:TextObject|PathObject|ImageObject|CompositeObject|PageBlock)$/u.test(name))
      addObject(found, object, { ...around, drawParams, opacity: around.opacity * opacityOf(object) })
  }
}

function addObject(found: Found, object: XmlElement, around: Surroundings): void {
  const attributes = attributesOf(object)
  const visible = attributes.get('Visible')
  if (visible !== undefined && !isTrue(visible)) return
  const { resources, opacity, depth } = around
  const boundary = numbersOf(attributes.get('Boundary'), 4)
  const ctm = numbersOf(attributes.get('CTM'), 6)
  const moved = multiply(around.matrix, [1, 0, 0, 1, boundary?.[0] ?? 0, boundary?.[1] ?? 0])
  const matrix = ctm ? multiply(moved, ctm) : moved
  const id = attributes.get('ResourceID') ?? ''
  switch (nameOf(object)) {
    case 'TextObject': {
      const font = resources.fonts.get(attributes.get('Font') ?? '') ?? plainFont
      const isBold = font.isBold || Number(attributes.get('Weight')) >= minBoldWeight
      const { fill } = { ...around.drawParams, ...statedDrawParams(object) }
      const colour = isTrue(attributes.get('Fill') ?? 'true') ? cssOf(fill, opacity) : null
      const shared = { font: { ...font, isBold }, colour, above: found.shapes.length }
      for (const run of runsOf(object, matrix)) found.runs.push({ ...run, ...shared })
      return
    }
    case 'PathObject':
      addPath(found, object, { ...around, matrix })
      return
    case 'ImageObject': {
      const square = ctm ? matrix : multiply(moved, [boundary?.[2] ?? 0, 0, 0, boundary?.[3] ?? 0, 0, 0])
      const path = resources.pictures.get(id)
      if (opacity === 0) return
      found.covered += Math.abs(square[0]! * square[3]! - square[1]! * square[2]!)
      if (path !== undefined) found.shapes.push({ path, matrix: square, opacity })
      return
    }
    case 'CompositeObject':
      if (around.composites.includes(id)) return
      addObjects(found, childOf(resources.composites.get(id), 'Content'), {
        ...around,
        matrix,
        composites: [...around.composites, id],
        depth: depth + 1,
      })
      return
    default:
      addObjects(found, object, { ...around, matrix, depth: depth + 1 })
  }
}

/** The weight of letters that are bold; 400 is usual. */
const minBoldWeight = 600

function addPath(found: Found, object: XmlElement, { matrix, drawParams, opacity }: Surroundings): void {
  const attributes = attributesOf(object)
  const isStroked = isTrue(attributes.get('Stroke') ?? 'true')
  const isFilled = isTrue(attributes.get('Fill') ?? 'false')
  const data = childOf(object, 'AbbreviatedData')
  if (data === undefined || !(isStroked || isFilled) || found.shapes.length >= maxRulings) return
  const steps = stepsOf(textOf(data))
  const { fill, stroke, lineWidth = usualLineWidth } = { ...drawParams, ...statedDrawParams(object) }
  found.shapes.push({
    steps,
    matrix,
    fill: isFilled ? cssOf(fill, opacity) : null,
    stroke: isStroked ? cssOf(stroke, opacity) : null,
    lineWidth,
  })
  for (const { points, isCurved, isClosed } of outlinesOf(steps, matrix)) {
    if (isCurved) found.curves += Number(isFilled)
    else if (found.rulings.length < maxRulings)
      for (const ruling of isStroked ? sidesOf(points, isClosed) : thinArea(points)) found.rulings.push(ruling)
  }
}

/** The width of lines that state none, in millimetres. */
const usualLineWidth = 0.353
