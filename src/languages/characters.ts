import { commonCharacters } from '../text/commonCharacters.ts'
import { plainLetters } from './syllables.ts'

/** A character that a syllable may stand for. */
export interface Reading {
  readonly character: string
  /** 0 for the usual reading of the character, 1 for its second, and so on. */
  readonly rank: number
}

/** The characters of each syllable of plain letters. */
export type Characters = ReadonlyMap<string, readonly Reading[]>

let loaded: Promise<Characters> | null = null

/** The characters by syllable. The table is made at the first call, in about a quarter of a second. */
export function charactersBySyllable(): Promise<Characters> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Characters> {
  const { pinyin } = await import('pinyin-pro')
  const found = new Map<string, Reading[]>()
  for (const character of commonCharacters()) {
    const readings = pinyin(character, { toneType: 'none', multiple: true, type: 'array' }).map(plainLetters)
    for (const [rank, syllable] of [...new Set(readings)].entries()) {
      const own = found.get(syllable)
      if (own) own.push({ character, rank })
      else found.set(syllable, [{ character, rank }])
    }
  }
  // The usual spelling of 陕西, which sets it apart from 山西.
  found.set('shaan', [{ character: '陕', rank: 0 }])
  return found
}

/** Reads words in Latin letters as names are written (`志强` → `Zhiqiang`). */
export type LatinReader = (word: string) => string

/** Loads the readings of characters. */
export async function latinReader(): Promise<LatinReader> {
  const { pinyin } = await import('pinyin-pro')
  return (word) => {
    const letters = pinyin(word, { toneType: 'none', type: 'array' }).join('')
    return letters.slice(0, 1).toUpperCase() + letters.slice(1)
  }
}
