import { lowerBound } from '../../lowerBound.ts'
import { codePageDecoder } from './codePages.ts'
import type { CompoundStorage } from './compoundStorage.ts'
import { eachProperty, sprm } from './wordSprms.ts'
import { readStyleSheet, type StyleSheet } from './wordStyleSheet.ts'

/** The streams and tables of one document in Word's binary format (97 and later), as [MS-DOC] lays them out. */
export interface WordBinary {
  /** The main text and, behind it, the texts of notes, headers, comments and text boxes. */
  readonly text: string
  /** Finds the piece that holds a character of the text; undefined behind the last one. */
  readonly pieceAt: (at: number) => TextPiece | undefined
  /** The lengths of the stories in `text`, in their order. */
  readonly stories: Readonly<Record<Story, number>>
  readonly styles: StyleSheet
  /** The property runs of paragraphs and of characters, by their places in the stream. */
  readonly paragraphs: readonly PropertyRun[]
  readonly characters: readonly PropertyRun[]
  /** The stream of properties that are too long for their pages. */
  readonly data: Buffer
}

const storyNames = ['main', 'footnotes', 'headers', 'macros', 'comments', 'endnotes', 'textBoxes'] as const
export type Story = (typeof storyNames)[number]

/** A stretch of the stream with the same properties. */
interface PropertyRun {
  readonly from: number
  readonly to: number
  /** The index of a paragraph's style; 0 for runs of characters. */
  readonly style: number
  readonly group: Buffer
}

/** A reason why a document is not read that is no damage. */
type WordRefusal = 'locked' | 'old'

const pageBytes = 512
const wordMark = 0xa5ec
/** The format's version since Word 97. */
const firstVersion = 0xc1
const isEncrypted = 0x0100
const usesFirstTable = 0x0200
/** The offsets of the pairs (place, size) of tables in the file's information block. */
const tables = { styles: 0xa2, characters: 0xfa, paragraphs: 0x102, pieces: 0x1a2 } as const
const firstStoryAt = 0x4c

/**
 * Opens the document that a compound file holds.
 * @param maxCharacters damaged files may state that they hold more
 * @throws Error when the file is damaged
 */
export function openWord(storage: CompoundStorage, maxCharacters: number): WordBinary | WordRefusal {
  const stream = bufferOf(storage.stream('WordDocument'))
  if (stream.length < pageBytes) throw new Error('the main stream is missing')
  const flags = stream.readUInt16LE(0x0a)
  if ((flags & isEncrypted) !== 0) return 'locked'
  if (stream.readUInt16LE(0) !== wordMark || stream.readUInt16LE(2) < firstVersion) return 'old'
  const table = bufferOf(storage.stream((flags & usesFirstTable) !== 0 ? '1Table' : '0Table'))
  const part = (at: number) => {
    const [from, bytes] = [stream.readUInt32LE(at), stream.readUInt32LE(at + 4)]
    if (from + bytes > table.length) throw new Error('a table leads out of its stream')
    return table.subarray(from, from + bytes)
  }
  const pieces = piecesIn(part(tables.pieces), stream, maxCharacters)
  return {
    text: pieces.map(({ text }) => text).join(''),
    pieceAt: (at) => pieces[lowerBound(0, pieces.length, (i) => pieces[i]!.start <= at) - 1],
    stories: Object.fromEntries(
      storyNames.map((name, i) => [name, stream.readUInt32LE(firstStoryAt + 4 * i)]),
    ) as Record<Story, number>,
    styles: readStyleSheet(part(tables.styles)),
    paragraphs: runsIn(part(tables.paragraphs), stream, true),
    characters: runsIn(part(tables.characters), stream, false),
    data: bufferOf(storage.stream('Data')),
  }
}

function bufferOf(bytes: Uint8Array | null): Buffer {
  return bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** A stretch of the text that lies in one place of the stream. */
interface TextPiece {
  readonly text: string
  /** The index of its first character in the text, and the place of it in the stream. */
  readonly start: number
  readonly place: number
  readonly characterBytes: 1 | 2
}

const isCompressed = 0x40000000

function piecesIn(list: Buffer, stream: Buffer, maxCharacters: number): TextPiece[] {
  let at = 0
  while (list[at] === 1) at += 3 + list.readUInt16LE(at + 1)
  if (list[at] !== 2) throw new Error('the list of pieces is missing')
  const body = list.subarray(at + 5, at + 5 + list.readUInt32LE(at + 1))
  const count = Math.floor((body.length - 4) / 12)
  const pieces: TextPiece[] = []
  let characters = 0
  for (let i = 0; i < count; i++) {
    const length = body.readUInt32LE(4 * (i + 1)) - body.readUInt32LE(4 * i)
    const stored = body.readUInt32LE(4 * (count + 1) + 8 * i + 2)
    const isNarrow = (stored & isCompressed) !== 0
    const place = isNarrow ? (stored & ~isCompressed) / 2 : stored
    const characterBytes = isNarrow ? 1 : 2
    const end = place + length * characterBytes
    if (length < 0 || end > stream.length || characters + length > maxCharacters)
      throw new Error('a piece of text leads out of the stream')
    const bytes = stream.subarray(place, end)
    const text = isNarrow ? codePageDecoder(1252).decode(bytes) : bytes.toString('utf16le')
    pieces.push({ text, start: characters, place, characterBytes })
    characters += length
  }
  return pieces
}

/** The property runs that the pages named in a list hold, in the order of their places. */
function runsIn(list: Buffer, stream: Buffer, isParagraphs: boolean): PropertyRun[] {
  const count = Math.max(0, Math.floor((list.length - 4) / 8))
  const runs: PropertyRun[] = []
  // A list may name a page again, which has the same runs.
  const numbers = new Set(
    Array.from({ length: count }, (_, i) => list.readUInt32LE(4 * (count + 1) + 4 * i) & 0x3fffff),
  )
  for (const number of numbers) {
    const page = stream.subarray(number * pageBytes, (number + 1) * pageBytes)
    if (page.length < pageBytes) continue
    const size = page[pageBytes - 1]!
    const entryBytes = isParagraphs ? 13 : 1
    if (4 * (size + 1) + size * entryBytes > pageBytes) continue
    for (let j = 0; j < size; j++) {
      const [from, to] = [page.readUInt32LE(4 * j), page.readUInt32LE(4 * (j + 1))]
      const at = page[4 * (size + 1) + j * entryBytes]! * 2
      const group = at === 0 ? Buffer.alloc(0) : isParagraphs ? paragraphGroup(page, at) : characterGroup(page, at)
      const style = isParagraphs && group.length >= 2 ? group.readUInt16LE(0) : 0
      if (from < to) runs.push({ from, to, style, group: isParagraphs ? group.subarray(2) : group })
    }
  }
  return runs.sort((one, other) => one.from - other.from)
}

/** The group of a paragraph: the index of its style and its properties. Its size counts words. */
function paragraphGroup(page: Buffer, at: number): Buffer {
  const words = page[at]!
  return words === 0 ? page.subarray(at + 2, at + 2 + 2 * (page[at + 1] ?? 0)) : page.subarray(at + 1, at + 2 * words)
}

function characterGroup(page: Buffer, at: number): Buffer {
  return page.subarray(at + 1, at + 1 + page[at]!)
}

/** The index of the run that holds a place; -1 where none does. */
export function runAt(runs: readonly PropertyRun[], place: number): number {
  const at = lowerBound(0, runs.length, (i) => runs[i]!.from <= place) - 1
  return at >= 0 && place < runs[at]!.to ? at : -1
}

/** Calls `take` with each property of a run, those in the stream of long ones included. */
export function eachPropertyOf(
  run: PropertyRun,
  data: Buffer,
  take: (property: number, operand: Buffer) => void,
): void {
  eachProperty(run.group, (property, operand) => {
    if (property !== sprm.dataGroup) {
      take(property, operand)
      return
    }
    const at = operand.readUInt32LE(0)
    if (at + 2 <= data.length) eachProperty(data.subarray(at + 2, at + 2 + data.readUInt16LE(at)), take)
  })
}
