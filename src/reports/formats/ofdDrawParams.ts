import { attributesOf, childOf, childrenOf, nameOf, numberOf, numbersOf } from './ofdXml.ts'
import type { XmlElement } from './wordXml.ts'

/** A colour: red, green and blue as CSS parts them, and its opacity, 0 to 1. */
interface Colour {
  readonly rgb: string
  readonly opacity: number
}

/** The settings by which an object is drawn, those that are stated. A colour is null where it cannot be told, as of a pattern. */
export interface DrawParams {
  readonly fill?: Colour | null
  readonly stroke?: Colour | null
  /** In units of the object. */
  readonly lineWidth?: number
}

/** Settings among the resources, with the id of those that they build upon. */
export interface NamedDrawParams {
  readonly own: DrawParams
  readonly relative: string | undefined
}

/** Settings that build upon more others are a trap. */
const maxRelatives = 8
const opaque = 255

/** The settings that an object, or one of the resources, states itself. */
export function statedDrawParams(element: XmlElement): DrawParams {
  const [fill, stroke] = [childOf(element, 'FillColor'), childOf(element, 'StrokeColor')]
  const lineWidth = numberOf(attributesOf(element).get('LineWidth'))
  return {
    ...(fill && { fill: colourOf(fill) }),
    ...(stroke && { stroke: colourOf(stroke) }),
    ...(lineWidth !== null && { lineWidth }),
  }
}

/** The settings that an element names, with those that they build upon; none where it names none. */
export function namedDrawParams(element: XmlElement, known: ReadonlyMap<string, NamedDrawParams>): DrawParams {
  let all: DrawParams = {}
  let id = attributesOf(element).get('DrawParam')
  for (let i = 0; i <= maxRelatives && id !== undefined; i++) {
    const named = known.get(id)
    all = { ...named?.own, ...all }
    id = named?.relative
  }
  return all
}

/** An element's own opacity, 0 to 1. */
export function opacityOf(element: XmlElement): number {
  const alpha = numberOf(attributesOf(element).get('Alpha')) ?? opaque
  return Math.min(1, Math.max(0, alpha / opaque))
}

/** A colour as CSS writes it, black for one that is not stated; null where nothing is seen of it. @param opacity of its object */
export function cssOf(colour: Colour | null | undefined, opacity: number): string | null {
  if (colour === null) return null
  const { rgb, opacity: own } = colour ?? black
  const product = own * opacity
  if (product === 0) return null
  return product === 1 ? `rgb(${rgb})` : `rgb(${rgb},${product.toFixed(3)})`
}

const black: Colour = { rgb: '0,0,0', opacity: 1 }

/** A colour by its value, or a shading by its first colour; black without both, and null where it cannot be told. */
function colourOf(element: XmlElement): Colour | null {
  const opacity = opacityOf(element)
  const stated = statedValue(element)
  if (stated) return colourFrom(stated, opacity)
  const [pattern] = childrenOf(element)
  if (pattern === undefined && !attributesOf(element).has('Index')) return { ...black, opacity }
  const shading = childrenOf(element).find((one) => nameOf(one).endsWith('Shd'))
  const first = childrenOf(shading).flatMap((part) => childrenOf(part, 'Color'))[0]
  return first ? colourFrom(statedValue(first), opacity * opacityOf(first)) : null
}

const statedValue = (colour: XmlElement): string => attributesOf(colour).get('Value')?.trim() ?? ''

/** A colour from one number of grey, three of RGB or four of CMYK, 0 to 255 or `#00` to `#FF`; null from anything else. */
function colourFrom(value: string, opacity: number): Colour | null {
  const decimal = value.replaceAll(/#([\da-f]{1,2})\b/giu, (_, hex) => String(Number.parseInt(hex, 16)))
  const cmyk = numbersOf(decimal, 4)
  const [grey] = numbersOf(decimal, 1) ?? []
  if (grey === undefined) return null
  const rgb = cmyk
    ? cmyk.slice(0, 3).map((ink) => 255 - Math.min(255, ink + cmyk[3]!))
    : (numbersOf(decimal, 3) ?? [grey, grey, grey])
  return { rgb: rgb.map((one) => Math.round(one)).join(','), opacity }
}
