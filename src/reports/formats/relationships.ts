import { attributeOf, elementsOf, rootElement } from './wordXml.ts'

/** A relationship from one part of an Office file to another. */
export interface Relationship {
  /** The last word of its type: `slide`, `notesSlide`, `chart`. */
  readonly type: string
  /** The path of the other part in the package. */
  readonly path: string
}

/**
 * Reads the relationships of a part by their ids. Those that lead out of the package are left out.
 * @param part the path of the part that has them; '' for the package itself
 * @param xml the part of its relationships; '' where there is none
 * @throws Error where that part is not well-formed
 */
export function relationshipsOf(part: string, xml: string): ReadonlyMap<string, Relationship> {
  if (xml.trim() === '') return new Map()
  const inside = elementsOf(rootElement(xml)).filter((one) => attributeOf(one, 'TargetMode') !== 'External')
  return new Map(
    inside.map((one) => {
      const type = attributeOf(one, 'Type')?.split('/').at(-1) ?? ''
      return [attributeOf(one, 'Id') ?? '', { type, path: pathFrom(part, attributeOf(one, 'Target') ?? '') }]
    }),
  )
}

/** The name of the part that holds a part's relationships. */
export function relationshipsName(part: string): string {
  return part.replace(/([^/]*)$/u, '_rels/$1.rels')
}

/** The path in a package of what a part names; '' where the name is no path. */
export function pathFrom(part: string, target: string): string {
  try {
    return decodeURIComponent(new URL(target, `part:/${part}`).pathname.slice(1))
  } catch {
    // A path with broken escapes leads nowhere, as a path to a missing part does.
    return ''
  }
}
