import { organisation } from '../head/dating.ts'
import type { Metadata } from '../manuscript.ts'
import { borneOut } from './fileStatements.ts'
import { isoDate } from './htmlProperties.ts'
import { descendantsOf, rootElement, textOf, type XmlElement } from './wordXml.ts'

/**
 * The statements of a package's properties, as far as the text bears them out. Of those who wrote it an organisation counts.
 * @param part the part of the properties (`docProps/core.xml`, `meta.xml`) or an element that holds them; null where it is missing
 * @param text the canonical text
 */
export function statedProperties(part: XmlElement | null, text: string): Partial<Metadata> {
  if (part === null) return {}
  const valuesOf = (...names: string[]) =>
    names.flatMap((name) => descendantsOf(part, name).map((element) => textOf(element).trim()))
  return borneOut(
    {
      title: valuesOf('dc:title')[0] ?? '',
      author: valuesOf('meta:initial-creator', 'dc:creator').find((name) => organisation.test(name)) ?? '',
      days: valuesOf('meta:creation-date', 'dc:date', 'dcterms:created', 'dcterms:modified').flatMap(
        (day) => isoDate(day) ?? [],
      ),
    },
    text,
  )
}

/** The topmost element of a part of properties; null where it is missing or damaged, which costs no words of the text. */
export function propertiesIn(xml: string | undefined): XmlElement | null {
  try {
    return xml === undefined ? null : rootElement(xml)
  } catch {
    return null
  }
}
