import { type CedictEntry, keysOf } from './cedict.ts'
import { packStrings, type StringTable } from './stringTable.ts'

/** CC-CEDICT turned round, in flat arrays that a thread can hand over. */
export interface Tables {
  readonly words: StringTable
  /** The definitions of each word, parted by `\n`. */
  readonly glosses: StringTable
  readonly keys: StringTable
  /** The translations of key `i` are `targets[offsets[i] … offsets[i + 1])`, best first; see `unpackTarget`. */
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
}

/** A translation as one number: the place of the word in the table of words, and its weight in 255 steps. */
function packTarget(word: number, weight: number): number {
  return word * 256 + Math.max(1, Math.round(weight * 255))
}

/** The parts of a packed translation: the number of a word, and its weight in steps of 1/255, above 0, at most 1. */
export function unpackTarget(target: number): { word: number; weight: number } {
  return { word: target >>> 8, weight: (target & 255) / 255 }
}

/** The best translations are enough for a key that has very many. */
const mostTargets = 40

/** Turns dictionary entries round: words with their definitions, and for each English phrase the words that say it. */
export function tablesOf(entries: Iterable<CedictEntry>): Tables {
  const byWord = new Map<string, CedictEntry[]>()
  for (const { simplified, pinyin, english } of entries) {
    const entry = { simplified, pinyin, english }
    const own = byWord.get(simplified)
    if (own) own.push(entry)
    else byWord.set(simplified, [entry])
  }
  const words = [...byWord.keys()].sort()
  const commonness = commonnessOf(words)
  const lists = new Map<string, number[]>()
  const glosses: string[] = []
  for (const [place, word] of words.entries()) {
    const own = byWord.get(word)!
    for (const [key, weight] of bestKeys(own)) {
      const target = packTarget(place, weight * commonness[place]!)
      const list = lists.get(key)
      if (list) list.push(target)
      else lists.set(key, [target])
    }
    glosses.push(glossesOf(own))
    byWord.delete(word)
  }
  const keys = [...lists.keys()].sort()
  const offsets = new Uint32Array(keys.length + 1)
  const targets: number[] = []
  for (const [i, key] of keys.entries()) {
    const list = lists.get(key)!
    if (list.length > 1) list.sort((a, b) => (b & 255) - (a & 255))
    for (let at = 0; at < Math.min(list.length, mostTargets); at++) targets.push(list[at]!)
    offsets[i + 1] = targets.length
  }
  return {
    words: packStrings(words),
    glosses: packStrings(glosses),
    keys: packStrings(keys),
    offsets,
    targets: Uint32Array.from(targets),
  }
}

function bestKeys(entries: readonly CedictEntry[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>()
  for (const entry of entries)
    for (const { key, weight } of keysOf(entry)) best.set(key, Math.max(weight, best.get(key) ?? 0))
  return best
}

/** Names (`Wang`, a surname) stand after what the word means. */
function glossesOf(entries: readonly CedictEntry[]): string {
  const isName = ({ pinyin }: CedictEntry) => /^[A-Z]/u.test(pinyin)
  const ordered = [...entries.filter((entry) => !isName(entry)), ...entries.filter(isName)]
  return ordered.map(({ english }) => english.join('\n')).join('\n')
}

/**
 * The commonness of each word, 0.5 … 1, by the number of longer words made with it: the dictionary tells no
 * frequencies, and `使用` stands in many, `役使` in none.
 */
function commonnessOf(words: readonly string[]): Float64Array {
  const places = new Map(words.map((word, i) => [word, i]))
  const counts = new Uint32Array(words.length)
  for (const word of words) {
    for (let from = 0; from < word.length; from++) {
      for (let to = from + 2; to <= Math.min(word.length, from + 4); to++) {
        const place = to - from < word.length ? places.get(word.slice(from, to)) : undefined
        if (place !== undefined) counts[place]!++
      }
    }
  }
  return Float64Array.from(counts, (count) => 0.5 + 0.5 * Math.min(1, Math.log2(1 + count) / 5))
}
