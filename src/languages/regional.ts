import hongKongPhrases from 'opencc-js/dict/HKPhrasesRev'
import taiwanPhrases from 'opencc-js/dict/TWPhrasesRev'
import { normalize } from '../text/normalize.ts'

/** Words that Taiwan, Hong Kong and the mainland have of their own for one thing, by OpenCC's tables (`計程車`, `出租车`). */

/** Normalised words with what they are called elsewhere, those of one word together. */
type Regional = ReadonlyMap<string, readonly string[]>

let made: { readonly words: Regional; readonly longest: number } | null = null

/** Made at the first call, in some milliseconds. */
function regional() {
  if (made) return made
  const words = new Map<string, string[]>()
  for (const entry of `${taiwanPhrases}|${hongKongPhrases}`.split('|')) {
    const [one, other] = entry.split(' ').map((word) => normalize(word).text) as [string, string]
    // A word that is another one's beginning elsewhere would be taken for it.
    if (one === other || one.length < 2 || other.length < 2) continue
    words.set(one, [...(words.get(one) ?? []), other])
    words.set(other, [...(words.get(other) ?? []), one])
  }
  made = { words, longest: Math.max(...[...words.keys()].map(({ length }) => length)) }
  return made
}

/**
 * A normalised text in which words that no report holds are replaced by what the same thing is called elsewhere, where
 * the reports hold that.
 * @param occurs true when the reports hold a word
 */
export function inWordsOf(text: string, occurs: (word: string) => boolean): string {
  const { words, longest } = regional()
  let replaced = ''
  for (let at = 0; at < text.length; ) {
    const [word, other] = wordAt(text, at)
    replaced += other ?? word
    at += word.length
  }
  return replaced

  function wordAt(text: string, at: number): [string, string | undefined] {
    for (let length = Math.min(longest, text.length - at); length >= 2; length--) {
      const word = text.slice(at, at + length)
      const others = words.get(word)
      if (others) return [word, occurs(word) ? undefined : others.find(occurs)]
    }
    return [text[at]!, undefined]
  }
}
