import { bare } from '../../text/normalize.ts'
import { organisation } from '../head/dating.ts'
import type { Metadata } from '../manuscript.ts'
import { isoDate } from './htmlProperties.ts'
import { descendantsOf, rootElement, textOf, type XmlElement } from './wordXml.ts'

const maxTitleCharacters = 200

/**
 * The statements of an office file's properties, as far as its text bears them out: programs keep the title and the days of a
 * document that this one was copied from, and the day on which it was converted. The writer is the publisher only where the name
 * is that of an organisation.
 * @param part the part of the properties (`docProps/core.xml`, `meta.xml`) or an element that holds them; null where it is missing
 * @param text the canonical text
 */
export function statedProperties(part: XmlElement | null, text: string): Partial<Metadata> {
  if (part === null) return {}
  const words = bare(text)
  const valuesOf = (...names: string[]) =>
    names.flatMap((name) => descendantsOf(part, name).flatMap((element) => textOf(element).trim() || []))
  const [title] = valuesOf('dc:title')
  const publisher = valuesOf('meta:initial-creator', 'dc:creator').find((name) => organisation.test(name))
  const days = valuesOf('meta:creation-date', 'dc:date', 'dcterms:created', 'dcterms:modified').flatMap(
    (day) => isoDate(day) ?? [],
  )
  const date = days.length === 0 ? '' : days.reduce(sharedDate)
  return {
    ...(title && title.length <= maxTitleCharacters && words.includes(bare(title)) && { title }),
    ...(publisher && { publisher }),
    ...(date !== '' && words.includes(date.slice(0, 4)) && { date }),
  }
}

/** The part that two days in ISO 8601 have in common (`2023-05`); '' where not even the year is the same. */
function sharedDate(one: string, other: string): string {
  const parts = other.split('-')
  const own = one.split('-')
  const differs = own.findIndex((part, i) => part !== parts[i])
  return own.slice(0, differs < 0 ? own.length : differs).join('-')
}

/** The topmost element of a part of properties; null where it is missing or damaged, which costs no words of the text. */
export function propertiesIn(xml: string | undefined): XmlElement | null {
  try {
    return xml === undefined ? null : rootElement(xml)
  } catch {
    return null
  }
}
