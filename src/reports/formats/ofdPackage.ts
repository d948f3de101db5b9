import { textOfBytes } from '../../text/encoding.ts'
import type { ReadContext } from '../manuscript.ts'
import { locked } from './faults.ts'
import { rootElement, type XmlElement } from './wordXml.ts'
import { partReader, unpackOffice } from './zip.ts'
import { zipEntries } from './zipDirectory.ts'

/** The parts of an OFD file. Programs write their paths in any case, with `\` or `/`, from the root or from where they stand. */
export interface OfdPackage {
  /**
   * The path of the part that a location leads to; null where there is none.
   * @param from the path of the part that names it
   */
  find(location: string, from?: string): string | null
  /** The topmost element of a part. @throws Error when it is missing or no XML */
  xml(path: string): Promise<XmlElement>
  /** The topmost element of a part that several others share, which is read once; null when it is missing or no XML. */
  shared(path: string): Promise<XmlElement | null>
  /** The bytes of a part that is not XML. @throws ReportError when it is damaged or beyond the limits */
  bytes(path: string): Promise<Uint8Array>
}

/** Opens the archive. @throws ReportError when it is encrypted, damaged or beyond the limits */
export async function openPackage(bytes: Uint8Array, reading: ReadContext): Promise<OfdPackage> {
  // The names in the archive by their paths in lower case.
  const names = new Map<string, string>()
  for (const { name } of zipEntries(bytes)) names.set(pathOf(name).toLowerCase(), name)
  // The part that GM/T 0099 lists the encrypted parts in.
  if (names.has('encryptions.xml')) throw locked(reading.file)
  const unpacked = await unpackOffice(bytes, reading)
  // The library lists names without dots and slashes in front.
  for (const name of Object.keys(unpacked.files)) names.set(pathOf(name).toLowerCase(), name)
  const bytesOf = partReader(bytes, reading)
  const xml = async (path: string) => {
    const part = await unpacked.file(names.get(path) ?? '')?.async('uint8array')
    if (part === undefined) throw new Error(`no part ${path}`)
    return rootElement(textOfBytes(part))
  }
  const shared = new Map<string, Promise<XmlElement | null>>()
  return {
    xml,
    shared(path) {
      const root = shared.get(path) ?? xml(path).catch(() => null)
      shared.set(path, root)
      return root
    },
    find(location, from = '') {
      const [own, whole] = [pathOf(`${from}/../${location}`), pathOf(location)]
      // Some programs write a path from the root without its slash.
      const paths = /^[\\/]/u.test(location) ? [whole] : [own, whole]
      return paths.map((path) => path.toLowerCase()).find((path) => names.has(path)) ?? null
    },
    bytes: (path) => bytesOf(names.get(path) ?? ''),
  }
}

/** A path from the root without empty steps, `.` and `..`; a path that leads out of the archive stays in it. */
function pathOf(location: string): string {
  const steps: string[] = []
  for (const step of location.trim().split(/[\\/]+/u)) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}
