import { isBoldName, isSignsName } from './fontNames.ts'
import { type NamedDrawParams, statedDrawParams } from './ofdDrawParams.ts'
import type { OfdPackage } from './ofdPackage.ts'
import { attributesOf, childOf, childrenOf, isTrue, numbersOf } from './ofdXml.ts'
import { textOf, type XmlElement } from './wordXml.ts'

/** A box on a page: the place of its upper left corner and its size, in millimetres. */
export type OfdBox = readonly [x: number, y: number, width: number, height: number]

export interface OfdFont {
  /** Its name, empty for none. */
  readonly name: string
  readonly isBold: boolean
  /** True where its letters are bullets, boxes and arrows. */
  readonly holdsSigns: boolean
}

/** The resources that pages name by their ids. */
export interface Resources {
  readonly fonts: Map<string, OfdFont>
  /** The paths of pictures. */
  readonly pictures: Map<string, string>
  /** The graphics that composite objects show. */
  readonly composites: Map<string, XmlElement>
  readonly drawParams: Map<string, NamedDrawParams>
}

/** Resources of which none is known yet. */
export function noResources(): Resources {
  return { fonts: new Map(), pictures: new Map(), composites: new Map(), drawParams: new Map() }
}

/** One of the documents in a file. */
export interface OfdDocument {
  /** The path of its main part. */
  readonly path: string
  readonly resources: Resources
  /** The paths of the template pages by their ids; null for one without a part. */
  readonly templates: ReadonlyMap<string, string | null>
  /** The paths of its pages in order; null for a page without a part. */
  readonly pages: readonly (string | null)[]
  /** The size of pages that state none; null where the document states none either. */
  readonly area: OfdBox | null
}

/** Reads a document's main part and its resources. @throws Error when the main part is missing or no XML */
export async function readDocument(parts: OfdPackage, path: string): Promise<OfdDocument> {
  const root = await parts.xml(path)
  const common = childOf(root, 'CommonData')
  const resources = noResources()
  await readResources(parts, resources, common, ['PublicRes', 'DocumentRes'], path)
  const pathOf = (element: XmlElement) => parts.find(attributesOf(element).get('BaseLoc') ?? '', path)
  return {
    path,
    resources,
    templates: new Map(
      childrenOf(common, 'TemplatePage').map((page) => [attributesOf(page).get('ID') ?? '', pathOf(page)]),
    ),
    pages: childrenOf(childOf(root, 'Pages'), 'Page').map(pathOf),
    area: areaOf(childOf(common, 'PageArea')),
  }
}

/** The physical box of a page area; null where it has none, or one that no page has. */
export function areaOf(area: XmlElement | undefined): OfdBox | null {
  const stated = childOf(area, 'PhysicalBox')
  const box = numbersOf(stated && textOf(stated), 4)
  const [, , width = 0, height = 0] = box ?? []
  return width >= pageLimits.min && height >= pageLimits.min && width <= pageLimits.max && height <= pageLimits.max
    ? (box as unknown as OfdBox)
    : null
}

/** The sizes that a page may have, in millimetres. */
const pageLimits = { min: 5, max: 5000 } as const

/**
 * Adds the resources of the parts that an element names. Those of a damaged part are missing, which the words do not depend upon.
 * @param names the names of the elements that hold the locations
 * @param from the path of the part that the element is in
 */
export async function readResources(
  parts: OfdPackage,
  into: Resources,
  element: XmlElement | undefined,
  names: readonly string[],
  from: string,
): Promise<void> {
  const found = names.flatMap((name) => childrenOf(element, name)).map((stated) => parts.find(textOf(stated), from))
  for (const path of new Set(found)) {
    const root = path === null ? null : await parts.shared(path)
    if (path !== null && root !== null) addResources(parts, into, root, path)
  }
}

function addResources(parts: OfdPackage, into: Resources, root: XmlElement, path: string): void {
  const base = attributesOf(root).get('BaseLoc') ?? ''
  const all = (list: string, name: string) => childrenOf(root, list).flatMap((one) => childrenOf(one, name))
  for (const font of all('Fonts', 'Font')) {
    const attributes = attributesOf(font)
    const own = attributes.get('FontName') ?? ''
    const name = `${own} ${attributes.get('FamilyName') ?? ''}`
    into.fonts.set(attributes.get('ID') ?? '', {
      name: own,
      isBold: isTrue(attributes.get('Bold')) || isBoldName(name),
      holdsSigns: isSignsName(name),
    })
  }
  for (const media of all('MultiMedias', 'MultiMedia')) {
    const file = childOf(media, 'MediaFile')
    const location = file ? textOf(file).trim() : ''
    const found = parts.find(`${base}/${location}`, path) ?? parts.find(location, path)
    if (location !== '' && found !== null) into.pictures.set(attributesOf(media).get('ID') ?? '', found)
  }
  for (const unit of all('CompositeGraphicUnits', 'CompositeGraphicUnit'))
    into.composites.set(attributesOf(unit).get('ID') ?? '', unit)
  for (const params of all('DrawParams', 'DrawParam')) {
    const attributes = attributesOf(params)
    into.drawParams.set(attributes.get('ID') ?? '', {
      own: statedDrawParams(params),
      relative: attributes.get('Relative'),
    })
  }
}
