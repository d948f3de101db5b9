import { type Characters, charactersBySyllable } from './characters.ts'
import { cuttings, plainLetters } from './syllables.ts'

/** Chinese words that a stretch of Latin letters may stand for. */
export interface NameReading {
  /** Two characters or more, as the index holds them. */
  readonly text: string
  /** Below 0, the higher the likelier; comparable for one name. */
  readonly score: number
}

/** Reads names in Latin letters as words of the reports. */
export interface PinyinReader {
  /**
   * The words of the reports that a name may stand for, best first: those that occur in more passages, in the usual
   * readings of their characters. Tones, case, missing apostrophes and how syllables are joined do not matter; a surname
   * may come last. None where the letters are no pinyin, are one syllable only, or no report holds such a word.
   */
  readings(name: string, limit?: number): readonly NameReading[]
}

/** What an unusual reading of a character costs, in the units of an inverse document frequency. */
const unusualCost = 2
/** What it costs to read a name with its last word first. */
const turnedCost = 1
/** Longer stretches are no name. */
const maxSyllables = 12
/** Readings kept for each last character while a name is put together. */
const mostPaths = 3
const usualLimit = 3

/**
 * A reader over the words of an index. It goes from letters to characters and asks which pairs of them occur, so it needs
 * no list of the index's words, and costs some hundred look-ups for two syllables.
 * @param weight the inverse document frequency of a pair of characters, 0 for one that occurs nowhere
 */
export async function openPinyin(weight: (pair: string) => number): Promise<PinyinReader> {
  const characters = await charactersBySyllable()
  return {
    readings(name, limit = usualLimit) {
      const words = plainLetters(name)
        .split(' ')
        .filter((word) => word !== '')
      const ways = [...combined(words).map((syllables) => ({ syllables, cost: 0 }))]
      if (words.length > 1)
        ways.push(
          ...combined([words.at(-1)!, ...words.slice(0, -1)]).map((syllables) => ({ syllables, cost: turnedCost })),
        )
      const found = ways
        .flatMap(({ syllables, cost }) => chains(syllables, characters, weight, cost))
        .sort((a, b) => b.score - a.score)
      return found.filter(({ text }, i) => found.findIndex((other) => other.text === text) === i).slice(0, limit)
    },
  }
}

/** The cuttings of several words in a row into one name's syllables. */
function combined(words: readonly string[]): readonly (readonly string[])[] {
  let found: readonly (readonly string[])[] = [[]]
  for (const word of words) {
    const own = cuttings(word)
    found = found.flatMap((before) => own.map((after) => [...before, ...after])).slice(0, mostCombined)
  }
  return found.filter(({ length }) => length > 1 && length <= maxSyllables)
}

const mostCombined = 16

interface Path {
  readonly text: string
  readonly cost: number
}

/** The strings of characters for `syllables` of which every neighbouring pair occurs, the best of each last character. */
function chains(
  syllables: readonly string[],
  characters: Characters,
  weight: (pair: string) => number,
  cost: number,
): readonly NameReading[] {
  let ends = new Map<string, readonly Path[]>(
    (characters.get(syllables[0]!) ?? []).map(({ character, rank }) => [
      character,
      [{ text: character, cost: cost + rank * unusualCost }],
    ]),
  )
  for (const syllable of syllables.slice(1)) {
    const next = new Map<string, readonly Path[]>()
    for (const { character, rank } of characters.get(syllable) ?? []) {
      const paths: Path[] = []
      for (const [before, own] of ends) {
        const cost = weight(before + character)
        if (cost === 0) continue
        for (const path of own) paths.push({ text: path.text + character, cost: path.cost + cost + rank * unusualCost })
      }
      if (paths.length > 0) next.set(character, paths.sort((a, b) => a.cost - b.cost).slice(0, mostPaths))
    }
    ends = next
  }
  return [...ends.values()].flat().map(({ text, cost }) => ({ text, score: -cost }))
}
