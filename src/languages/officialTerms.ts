import { readFileSync } from 'node:fs'
import { stemsOf, wordsOf } from './cedict.ts'

/** A line: the English phrases for something, and the words of Chinese reports, the most usual first. */
interface Term {
  readonly phrases: readonly string[]
  readonly words: readonly string[]
}

let lines: readonly Term[] | undefined
let all: ReadonlyMap<string, readonly string[]> | undefined
let stems: ReadonlySet<string> | undefined
let english: ReadonlyMap<string, string> | undefined

/** The Chinese words of `officialTerms.txt`, the most usual first, by English keys such as a dictionary has. */
export function officialTerms(): ReadonlyMap<string, readonly string[]> {
  all ??= read()
  return all
}

/** True for a stem that is part of some official term. */
export function holdsStem(stem: string): boolean {
  stems ??= new Set([...officialTerms().keys()].flatMap((key) => key.split(' ')))
  return stems.has(stem)
}

/** The English for each Chinese word that says something most usually, as `officialTerms.txt` has it. */
export function officialEnglish(): ReadonlyMap<string, string> {
  english ??= new Map(
    // The first of several lines counts.
    [...terms()].reverse().map(({ phrases, words }): [string, string] => {
      // `gross domestic product` rather than `gdp`.
      return [words[0]!, phrases.find((phrase) => phrase.length > 3) ?? phrases[0]!]
    }),
  )
  return english
}

function terms(): readonly Term[] {
  lines ??= readFileSync(new URL('./officialTerms.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => {
      const [phrases, words] = line.split('=')
      return { phrases: phrases!.split('|').map((phrase) => phrase.trim()), words: words!.trim().split(' ') }
    })
  return lines
}

function read(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const { phrases, words } of terms()) {
    for (const phrase of phrases) {
      const key = stemsOf(wordsOf(phrase)).join(' ')
      // Phrases that share their stems (`commission`, `commissioning`) share their words.
      found.set(key, [...new Set([...(found.get(key) ?? []), ...words])])
    }
  }
  return found
}
