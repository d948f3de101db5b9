import type JSZip from 'jszip'
import { type Relationship, relationshipsName, relationshipsOf } from './relationships.ts'
import { rootElement, type XmlElement } from './wordXml.ts'

/** The XML parts of an Office file. */
export interface OfficeParts {
  /** The topmost element of a part; null where there is no such part. @throws Error where the part is not well-formed */
  root(name: string): Promise<XmlElement | null>
  /**
   * The topmost element of a part that belongs to one place; null, too, where it was asked for before, since a part that is shown
   * again and again would multiply what the file holds. @throws Error where the part is not well-formed
   */
  rootOnce(name: string): Promise<XmlElement | null>
  /** The relationships of a part by their ids, and of the package for ''. @throws Error where their part is not well-formed */
  relationships(name: string): Promise<ReadonlyMap<string, Relationship>>
}

/** Opens the parts of an office package, which are read when they are asked for. */
export function officeParts(zip: JSZip): OfficeParts {
  const source = async (name: string) => (await zip.file(name)?.async('string')) ?? null
  const root = async (name: string) => {
    const xml = await source(name)
    return xml === null ? null : rootElement(xml)
  }
  const read = new Set<string>()
  return {
    root,
    async rootOnce(name) {
      if (read.has(name)) return null
      read.add(name)
      return root(name)
    },
    relationships: async (name) => relationshipsOf(name, (await source(relationshipsName(name))) ?? ''),
  }
}
