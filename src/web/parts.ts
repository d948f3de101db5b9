/** One thing to be shown, and whether a part may begin with it. */
export interface Sized {
  /** About the characters that it takes in a page. */
  readonly size: number
  /** Where an article begins is the best place to begin a part; null where none may begin. */
  readonly breaks: 'article' | 'paragraph' | null
}

/** A first view of so many characters, most of three bytes, stays well below 100 KB when it is compressed. */
export const partCharacters = 20_000

/** Divides items, in order, into parts of about `partCharacters`; one that is larger is a part by itself. */
export function splitIntoParts<T extends Sized>(items: readonly T[], room = partCharacters): T[][] {
  const parts: T[][] = [[]]
  let used = 0
  for (const [i, item] of items.entries()) {
    // What may not be parted from it, up to the next place where a part may begin.
    let needed = item.size
    for (let next = i + 1; items[next]?.breaks === null; next++) needed += items[next]!.size
    const isFull = used + needed > room
    const isGoodPlace = item.breaks === 'article' && used > room * goodShare
    if (used > 0 && item.breaks !== null && (isFull || isGoodPlace)) {
      parts.push([])
      used = 0
    }
    parts.at(-1)!.push(item)
    used += item.size
  }
  return parts
}

/** A part that is so full ends before an article rather than inside it. */
const goodShare = 0.7
