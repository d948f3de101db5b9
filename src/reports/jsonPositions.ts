/** Positions in a JSON text, which `JSON.parse` does not tell, in UTF-16 code units. */
export interface JsonPositions {
  /** The position where the text stops being JSON; null where all of it is. */
  readonly fault: number | null
  /** The keys of the outermost object, in order; a key may stand there twice. */
  readonly keys: readonly { readonly key: string; readonly at: number }[]
}

const space = /[ \t\n\r]*/y
const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const scalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y
/** No sidecar is deeper, and a bound keeps a hostile one from exhausting the stack. */
const maxDepth = 100

/** Reads a JSON text for the positions of its keys and of its fault (RFC 8259); values nested deeper than `maxDepth` count as a fault. */
export function jsonPositions(text: string): JsonPositions {
  const keys: { key: string; at: number }[] = []
  let at = 0
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found === undefined) throw new Stop()
    at += found.length
    return found
  }
  const next = (character: string): boolean => {
    take(space)
    if (text[at] !== character) return false
    at++
    return true
  }
  const expect = (character: string) => {
    if (!next(character)) throw new Stop()
  }
  const members = (close: string, member: () => void) => {
    if (next(close)) return
    do {
      take(space)
      member()
    } while (next(','))
    expect(close)
  }
  const value = (depth: number) => {
    if (depth > maxDepth) throw new Stop()
    if (next('{')) {
      members('}', () => {
        const place = at
        const key = take(string)
        if (depth === 0) keys.push({ key: JSON.parse(key), at: place })
        expect(':')
        value(depth + 1)
      })
    } else if (next('[')) members(']', () => value(depth + 1))
    else take(text[at] === '"' ? string : scalar)
  }
  try {
    value(0)
    take(space)
    if (at < text.length) throw new Stop()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return { fault: at, keys }
  }
  return { fault: null, keys }
}

class Stop extends Error {}

/** The line and the column of a position, both counted from 1. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split(/\r\n|[\r\n]/u)
  return { line: before.length, column: before.at(-1)!.length + 1 }
}
