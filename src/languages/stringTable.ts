import { lowerBound } from '../lowerBound.ts'

/** Many strings in few bytes: as UTF-8, in the order that `<` gives, found by halves. */
export interface StringTable {
  readonly bytes: Uint8Array
  /** String `i` is `bytes[starts[i] … starts[i + 1])`. */
  readonly starts: Uint32Array
}

/** @param sorted in the order of `<`, each once */
export function packStrings(sorted: readonly string[]): StringTable {
  const bytes = Buffer.from(sorted.join(''))
  const starts = new Uint32Array(sorted.length + 1)
  for (const [i, string] of sorted.entries()) starts[i + 1] = starts[i]! + Buffer.byteLength(string)
  return { bytes: new Uint8Array(bytes), starts }
}

/**
 * The string in a place of the table.
 * @param i its place among the sorted strings, from 0 to below their number; not checked
 */
export function stringAt({ bytes, starts }: StringTable, i: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + starts[i]!, starts[i + 1]! - starts[i]!).toString()
}

/** The place of a string, −1 if it has none. */
export function placeOfString(table: StringTable, string: string): number {
  const size = table.starts.length - 1
  const place = lowerBound(0, size, (i) => stringAt(table, i) < string)
  return place < size && stringAt(table, place) === string ? place : -1
}
