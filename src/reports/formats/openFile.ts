import type JSZip from 'jszip'
import { ReportError } from '../../errors.ts'
import type { ReadContext } from '../manuscript.ts'
import { decode } from './decode.ts'
import { damaged, locked } from './faults.ts'
import { type OpenStyles, readOpenStyles } from './openStyles.ts'
import { childOf, elementsOf, rootElement, type XmlElement } from './wordXml.ts'
import { refuseEntities, unpackOffice } from './zip.ts'

/** An OpenDocument file. */
export interface OpenFile {
  /** The element of the kind of content (`office:text`, `office:presentation`). */
  readonly content: XmlElement
  readonly styles: OpenStyles
  /** The topmost elements of embedded charts and equations, by the names of their folders. */
  readonly objects: ReadonlyMap<string, XmlElement>
  /** The element that holds the file's properties; null where there is none. */
  readonly properties: XmlElement | null
}

/**
 * Opens an OpenDocument file, a package or one flat XML file.
 * @param kind the name of the element that holds its content
 * @throws ReportError when it is damaged, locked, hostile or beyond the limits
 */
export async function openFile(bytes: Uint8Array, kind: string, context: ReadContext): Promise<OpenFile> {
  const isPackage = bytes[0] === 0x50 && bytes[1] === 0x4b
  const parts = isPackage ? await unpackOffice(bytes, context) : null
  const manifest = (await parts?.file('META-INF/manifest.xml')?.async('string')) ?? ''
  if (/<(?:[\w.-]+:)?encryption-data\b/u.test(manifest)) throw locked(context.file)
  try {
    return parts === null ? flatFile(bytes, kind, context.file) : await packageFile(parts, kind)
  } catch (cause) {
    throw cause instanceof ReportError ? cause : damaged(context.file, cause)
  }
}

async function packageFile(parts: JSZip, kind: string): Promise<OpenFile> {
  const root = async (name: string) => {
    const xml = await parts.file(name)?.async('string')
    return xml === undefined ? null : rootElement(xml)
  }
  const content = await root('content.xml')
  if (content === null) throw new Error('no content')
  const styles = await root('styles.xml')
  const objects = new Map<string, XmlElement>()
  for (const name of Object.keys(parts.files)) {
    const folder = /^([^/]+)\/content\.xml$/u.exec(name)?.[1]
    const object = folder === undefined ? null : await root(name)
    if (object !== null) objects.set(folder!, object)
  }
  const properties = await root('meta.xml')
  return {
    content: bodyIn(content, kind),
    styles: readOpenStyles(styles ? [styles, content] : [content]),
    objects,
    properties,
  }
}

function flatFile(bytes: Uint8Array, kind: string, file: string): OpenFile {
  const { text } = decode(bytes, file)
  refuseEntities(Buffer.from(text), file)
  const root = rootElement(text)
  const properties = childOf(root, 'office:meta') ?? null
  return { content: bodyIn(root, kind), styles: readOpenStyles([root]), objects: new Map(), properties }
}

function bodyIn(root: XmlElement, kind: string): XmlElement {
  const body = elementsOf(root, 'office:body')[0]
  const content = childOf(body, kind)
  if (content === undefined) throw new Error(`no ${kind}`)
  return content
}
