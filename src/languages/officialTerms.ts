import { readFileSync } from 'node:fs'
import { stemsOf, wordsOf } from './cedict.ts'

let all: ReadonlyMap<string, readonly string[]> | undefined

/** What `officialTerms.txt` says: for each English key, as a dictionary keys its phrases, the Chinese words, the most usual first. */
export function officialTerms(): ReadonlyMap<string, readonly string[]> {
  all ??= read()
  return all
}

function read(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  const text = readFileSync(new URL('./officialTerms.txt', import.meta.url), 'utf8')
  for (const line of text.split('\n').filter((one) => one.includes('='))) {
    const [english, chinese] = line.split('=')
    const words = chinese!.trim().split(' ')
    for (const phrase of english!.split('|')) {
      const key = stemsOf(wordsOf(phrase)).join(' ')
      // Phrases that share their stems (`commission`, `commissioning`) share their words.
      found.set(key, [...new Set([...(found.get(key) ?? []), ...words])])
    }
  }
  return found
}
