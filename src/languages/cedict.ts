import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { droppedInPhrases, functionWords } from './englishWords.ts'
import { root, stem } from './stem.ts'

/** An entry of CC-CEDICT. */
export interface CedictEntry {
  readonly simplified: string
  readonly pinyin: string
  readonly english: readonly string[]
}

/**
 * Reads a line as MDBG distributes the dictionary: `Traditional Simplified [pin1 yin1] /definition/definition/`.
 *
 * @returns null for a comment and for an empty line
 * @throws Error for any other line
 */
export function entryOf(line: string): CedictEntry | null {
  const [, simplified, pinyin, english] = /^\S+ (\S+) \[([^\]]*)\] \/(.+)\/\s*$/u.exec(line) ?? []
  if (english !== undefined) return { simplified: simplified!, pinyin: pinyin!, english: english.split('/') }
  if (line.startsWith('#') || line.trim() === '') return null
  throw new Error(`expected a line of CC-CEDICT, found ${JSON.stringify(line)}`)
}

/** An English phrase that an entry translates. */
export interface Key {
  /** Stems parted by spaces; behind `~` the root of a family of words, behind `?` a single word of a longer phrase. */
  readonly key: string
  /** The weight of the entry's word as a translation, above 0, at most 1. */
  readonly weight: number
}

/** Definitions that translate nothing. */
const noTranslation =
  /^(?:(?:old |archaic |erroneous |Japanese )?variant of|see\b|see also|used in|surname|abbr\. (?:for|to|of)|also (?:written|pr\.|called|known)|(?:Taiwan|Tw|also) pr\.|CL:|classifier|\(?(?:bound form|particle|prefix|suffix|onom|interj)|lit\.|fig\.|radical|Kangxi|component|two-character surname|same as|unofficial variant|equivalent)/iu
/** Labels of words that people seldom write today. */
const rare =
  /\([^)]*\b(?:archaic|old|literary|dialect|Tw|Taiwan|slang|coll|vulgar|idiom|proverb|Buddhism|botany|zoology|loanword|derog|neologism|Internet|jocular|euphemism)\b/u
const longestKey = 4
/** Stems of the ranks of places. */
const kindsOfPlace = new Set(['provinc', 'citi', 'counti', 'district', 'prefectur', 'town', 'township', 'municipaliti'])

/** Words of a definition or question, lower case, hyphens and apostrophes resolved. */
export function wordsOf(text: string): string[] {
  // Most text is plain, and folding it all would take half the time.
  const plain = /[^\0-\x7f]/u.test(text) ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text
  const lower = plain.toLowerCase()
  return (/[’']/u.test(lower) ? lower.replace(/[’']s?\b/gu, '') : lower).match(/[a-z0-9]+/gu) ?? []
}

/** The stems of a phrase, without words that make no difference inside it. */
export function stemsOf(words: readonly string[]): string[] {
  return words.filter((word) => !droppedInPhrases.has(word)).map(stem)
}

function withoutBrackets(definition: string): string {
  return definition.replace(/\[[^\]]*\]/gu, ' ').replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/gu, ' ')
}

/** The English phrases under which an entry is found. */
export function keysOf({ simplified, english }: CedictEntry): Key[] {
  if (/[，,]/u.test(simplified) || !/\p{Script=Han}/u.test(simplified)) return []
  const keys = new Map<string, number>()
  const add = (key: string, weight: number) => keys.set(key, Math.max(weight, keys.get(key) ?? 0))
  const length = [...simplified].length
  const bySize = length === 1 ? 0.5 : length <= 4 ? 1 : 0.8
  let rank = 0
  for (const definition of english) {
    if (noTranslation.test(definition)) continue
    const hasBrackets = definition.includes('(')
    const bare = hasBrackets || definition.includes('[') ? withoutBrackets(definition) : definition
    const plain = /abbr\.|CL:|also/u.test(bare) ? bare.replace(/\b(?:abbr\.|CL:|also).*$/u, ' ') : bare
    const weight = (bySize * (hasBrackets && rare.test(definition) ? 0.4 : 1)) / (1 + 0.12 * rank)
    rank++
    for (const [i, sense] of plain.split(/[;/]/u).entries()) {
      // The part behind the comma explains: `Changzhou, prefecture-level city in Jiangsu`.
      const [head = '', ...rest] = sense.split(',')
      const own = (weight * (rest.length > 0 ? 0.9 : 1)) / (1 + 0.1 * i)
      const stems = stemsOf(wordsOf(head.replace(/^\s*to /u, '')))
      if (stems.length === 0) continue
      if (stems.length <= longestKey) add(stems.join(' '), own)
      // People leave out the kind of a place: `Guangdong Province`.
      if (stems.length > 1 && /[省市县区镇乡州]$/u.test(simplified) && kindsOfPlace.has(stems.at(-1)!))
        add(stems.slice(0, -1).join(' '), own)
      // `sulfur dioxide SO2`: the formula is not part of the name.
      if (stems.length > 1 && /^[a-z]+\d/u.test(stems.at(-1)!)) add(stems.slice(0, -1).join(' '), own)
      const named = stems.filter((one) => !functionWords.has(one) && one.length > 2)
      if (stems.length === 1) add(`~${root(stems[0]!)}`, own * 0.7)
      else if (named.length <= longestKey) for (const one of named) add(`?${one}`, (own * 0.5) / named.length)
    }
  }
  return [...keys].map(([key, weight]) => ({ key, weight }))
}

/** CC-CEDICT as MDBG distributes it (CC BY-SA 4.0), packed; `npm run dictionary` writes it. */
export const cedictFile = new URL('./cc-cedict.txt.br', import.meta.url)

/** The entries of the file in its order, line by line: all of them at once would take three times the memory. */
export function* cedictEntries(): Generator<CedictEntry> {
  const text = brotliDecompressSync(readFileSync(cedictFile))
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    const entry = entryOf(text.toString('utf8', start, end))
    if (entry) yield entry
  }
}
