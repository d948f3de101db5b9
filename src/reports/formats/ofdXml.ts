import { unescaped, type XmlElement } from './wordXml.ts'

/**
 * XML as OFD files have it. Elements are known by their names without prefix, since programs declare OFD's namespace in several
 * ways.
 */

/** No page is as large; larger numbers are faults or traps. */
const maxNumber = 1e6

/** An element's name without prefix. */
export function nameOf({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1)
}

/** An element's child elements, all or those of one name. */
export function childrenOf(element: XmlElement | undefined, name?: string): XmlElement[] {
  return (element?.children ?? []).filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || nameOf(child) === name),
  )
}

/** The first child of that name; undefined where there is none. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return childrenOf(element, name)[0]
}

/** An element's attributes by their names without prefix. */
export function attributesOf({ open }: XmlElement): ReadonlyMap<string, string> {
  const found = open.matchAll(/\s(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu)
  return new Map(Array.from(found, ([, name, double, single]) => [name!, unescaped(double ?? single ?? '')]))
}

/** A number that is finite and not huge; null for anything else. */
export function numberOf(text: string | undefined): number | null {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Math.abs(number) <= maxNumber ? number : null
}

/** As many numbers as are wanted, parted by blanks; null where there are fewer, or one is no number. */
export function numbersOf(text: string | undefined, count: number): number[] | null {
  const numbers = (text ?? '')
    .trim()
    .split(/[\s,]+/u)
    .slice(0, count)
    .map(numberOf)
  return numbers.length === count && numbers.every((one) => one !== null) ? numbers : null
}

/** Tells whether an attribute says yes. */
export function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1'
}
