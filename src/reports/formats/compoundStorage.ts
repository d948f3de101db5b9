import type { ReportError } from '../../errors.ts'
import { damaged } from './faults.ts'

/** A storage of an OLE compound file: a folder of streams and of other storages. */
export interface CompoundStorage {
  /** Tells whether there is a stream of this name, without reading it. */
  has(name: string): boolean
  /** The bytes of a stream; null where there is none of this name. @throws ReportError when the file is damaged */
  stream(name: string): Uint8Array | null
  /** The storages inside it, by their names, in the file's order. */
  readonly storages: ReadonlyMap<string, CompoundStorage>
}

/** The numbers above this one mark the end of a chain and sectors outside it. */
const maxSector = 0xfffffffa
const headerFatSectors = 109
const entryBytes = 128
const miniSectorBytes = 64
/** Smaller streams lie in small sectors. The header repeats this number, which the format fixes, and may lie. */
const miniCutoff = 4096
/** No program puts so many storages inside one another. */
const maxDepth = 64

interface Entry {
  readonly name: string
  readonly isStorage: boolean
  readonly left: number
  readonly right: number
  readonly child: number
  readonly start: number
  readonly bytes: number
}

/**
 * Opens a compound file as [MS-CFB] lays it out. Only the streams that are asked for are read.
 * @throws ReportError when the file is damaged
 */
export function openCompound(file: string, content: Uint8Array): CompoundStorage {
  const view = Buffer.from(content.buffer, content.byteOffset, content.length)
  const fault = (): ReportError => damaged(file, new Error('a chain of sectors leads out of the file or in a circle'))
  if (view.length < 512) throw fault()
  const sectorBytes = 1 << (view.readUInt16LE(30) & 15)
  if (sectorBytes !== 512 && sectorBytes !== 4096) throw fault()
  const sectors = Math.floor(view.length / sectorBytes)
  const sector = (number: number): Buffer => {
    const start = (number + 1) * sectorBytes
    if (start >= view.length) throw fault()
    return view.subarray(start, start + sectorBytes)
  }
  const numberAt = (table: readonly Buffer[], index: number): number => {
    const perSector = sectorBytes / 4
    const part = table[Math.floor(index / perSector)]
    const at = (index % perSector) * 4
    if (part === undefined || at + 4 > part.length) throw fault()
    return part.readUInt32LE(at)
  }
  /** The numbers of a chain's sectors, as many as `most` at the most. */
  const chain = (start: number, table: readonly Buffer[], most: number): number[] => {
    const numbers: number[] = []
    for (let number = start; number < maxSector && numbers.length < most; number = numberAt(table, number))
      numbers.push(number)
    return numbers
  }
  const fat = fatSectors(view, sectors, sector).map(sector)
  const miniFat = chain(view.readUInt32LE(60), fat, sectors).map(sector)
  const directory = chain(view.readUInt32LE(48), fat, sectors).map(sector)
  const entries = directory.flatMap((part) =>
    Array.from({ length: Math.floor(part.length / entryBytes) }, (_, i) => entryAt(part.subarray(i * entryBytes))),
  )
  const root = entries[0]
  if (root === undefined) throw fault()
  const large = ({ start, bytes }: Entry) => {
    if (bytes > view.length) throw fault()
    const needed = Math.ceil(bytes / sectorBytes)
    const numbers = chain(start, fat, needed)
    if (numbers.length < needed) throw fault()
    return Buffer.concat(numbers.map(sector)).subarray(0, bytes)
  }
  let miniStream: Buffer | null = null
  const small = ({ start, bytes }: Entry) => {
    miniStream ??= large(root)
    const from = miniStream
    const needed = Math.ceil(bytes / miniSectorBytes)
    const numbers = chain(start, miniFat, needed)
    const parts = numbers.map((number) => from.subarray(number * miniSectorBytes, (number + 1) * miniSectorBytes))
    const stream = Buffer.concat(parts).subarray(0, bytes)
    if (stream.length < bytes) throw fault()
    return stream
  }
  const seen = new Set<number>([0])
  const storageOf = ({ child }: Entry, depth: number): CompoundStorage => {
    if (depth > maxDepth) throw fault()
    const streams = new Map<string, Entry>()
    const storages = new Map<string, CompoundStorage>()
    // An entry that was met before would lead round in circles.
    const ahead = [child]
    for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
      const entry = entries[number]
      if (entry === undefined || seen.has(number)) continue
      seen.add(number)
      ahead.push(entry.right, entry.left)
      if (entry.isStorage) storages.set(entry.name, storageOf(entry, depth + 1))
      else streams.set(entry.name, entry)
    }
    return {
      has: (name) => streams.has(name),
      stream(name) {
        const entry = streams.get(name)
        if (entry === undefined) return null
        return entry.bytes < miniCutoff ? small(entry) : large(entry)
      },
      storages: new Map([...storages].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
  return storageOf(root, 0)
}

/** The numbers of the sectors that hold the table of chains. */
function fatSectors(view: Buffer, sectors: number, sector: (number: number) => Buffer): number[] {
  const numbers: number[] = []
  const take = (number: number) => {
    if (number < maxSector && numbers.length < sectors) numbers.push(number)
  }
  for (let i = 0; i < headerFatSectors; i++) take(view.readUInt32LE(76 + 4 * i))
  let next = view.readUInt32LE(68)
  for (let read = 0; next < maxSector && read < sectors; read++) {
    const part = sector(next)
    for (let at = 0; at + 8 <= part.length; at += 4) take(part.readUInt32LE(at))
    next = part.length < 4 ? maxSector : part.readUInt32LE(part.length - 4)
  }
  return numbers
}

function entryAt(bytes: Buffer): Entry {
  const nameBytes = Math.min(64, bytes.readUInt16LE(64))
  return {
    name: bytes.toString('utf16le', 0, Math.max(0, nameBytes - 2)),
    isStorage: bytes[66] === 1,
    left: bytes.readUInt32LE(68),
    right: bytes.readUInt32LE(72),
    child: bytes.readUInt32LE(76),
    start: bytes.readUInt32LE(116),
    bytes: bytes.readUInt32LE(120),
  }
}
