/** An item to be shown, and whether a part may begin with it. */
export interface Sized {
  /** About the number of characters that it takes in a page. */
  readonly size: number
  /** A part begins best where an article does; null where no part may begin. */
  readonly breaks: 'article' | 'paragraph' | null
}

/** A page of this many characters, most of three bytes, stays well below 100 KB when it is compressed. */
export const partCharacters = 20_000

/** Divides items, in order, into parts of at most about `room` characters; a larger item is a part by itself. */
export function splitIntoParts<T extends Sized>(items: readonly T[], room = partCharacters): T[][] {
  const parts: T[][] = [[]]
  let used = 0
  for (const [i, item] of items.entries()) {
    // The item takes along all items up to the next one with which a part may begin.
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

/** A part that is at least so full ends before the next article rather than inside it. */
const goodShare = 0.7
