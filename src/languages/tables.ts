import { type CedictEntry, keysOf } from './cedict.ts'
import { packStrings, type StringTable } from './stringTable.ts'

/** CC-CEDICT turned round, in flat arrays that a thread can hand over. */
export interface Tables {
  readonly words: StringTable
  /** Per word its definitions, parted by `\n`. */
  readonly glosses: StringTable
  readonly keys: StringTable
  /** The translations of key `i` are `targets[offsets[i] … offsets[i + 1])`, best first, as places in `words`. */
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  /** Weight × 255 of each. */
  readonly weights: Uint8Array
}

/** Of a word that stands in very many phrases, the best ones are enough. */
const mostTargets = 40

interface Target {
  readonly word: number
  readonly weight: number
}

/** Turns dictionary entries round: words with their definitions, and for each English phrase the words that say it. */
export function tablesOf(entries: readonly CedictEntry[]): Tables {
  const byWord = new Map<string, CedictEntry[]>()
  for (const entry of entries) {
    const own = byWord.get(entry.simplified)
    if (own) own.push(entry)
    else byWord.set(entry.simplified, [entry])
  }
  const words = [...byWord.keys()].sort()
  const commonness = commonnessOf(words)
  const targets = new Map<string, Target[]>()
  const glosses = words.map((word, place) => {
    const own = byWord.get(word)!
    const best = new Map<string, number>()
    for (const entry of own)
      for (const { key, weight } of keysOf(entry)) best.set(key, Math.max(weight, best.get(key) ?? 0))
    for (const [key, weight] of best) {
      const list = targets.get(key)
      const target = { word: place, weight: weight * commonness[place]! }
      if (list) list.push(target)
      else targets.set(key, [target])
    }
    // Names (`Wang`, a surname) after what the word means.
    const isName = ({ pinyin }: CedictEntry) => /^[A-Z]/u.test(pinyin)
    return [...own.filter((entry) => !isName(entry)), ...own.filter(isName)]
      .map(({ english }) => english.join('\n'))
      .join('\n')
  })
  const keys = [...targets.keys()].sort()
  const offsets = new Uint32Array(keys.length + 1)
  const flat: Target[] = []
  for (const [i, key] of keys.entries()) {
    const list = targets.get(key)!
    if (list.length > 1) list.sort((a, b) => b.weight - a.weight)
    for (let at = 0; at < Math.min(list.length, mostTargets); at++) flat.push(list[at]!)
    offsets[i + 1] = flat.length
  }
  return {
    words: packStrings(words),
    glosses: packStrings(glosses),
    keys: packStrings(keys),
    offsets,
    targets: Uint32Array.from(flat, ({ word }) => word),
    weights: Uint8Array.from(flat, ({ weight }) => Math.max(1, Math.round(weight * 255))),
  }
}

/**
 * How common each word is, 0.5 … 1, by how many longer words are made with it: the dictionary tells no frequencies, and
 * `使用` stands in many, `役使` in none.
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
