import { readFileSync } from 'node:fs'
import { stemsOf, wordsOf } from './cedict.ts'

let all: ReadonlyMap<string, readonly string[]> | undefined

/** What `officialTerms.txt` says: for each English key, as a dictionary keys its phrases, the Chinese words, the most usual first. */
export function officialTerms(): ReadonlyMap<string, readonly string[]> {
  all ??= new Map(
    readFileSync(new URL('./officialTerms.txt', import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .flatMap((line) => {
        const [english, chinese] = line.split('=')
        const words = chinese!.trim().split(' ')
        return english!.split('|').map((phrase): [string, string[]] => [stemsOf(wordsOf(phrase)).join(' '), words])
      }),
  )
  return all
}
