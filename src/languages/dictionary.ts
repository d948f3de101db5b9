import { startThread } from '../threads/thread.ts'
import { placeOfString, stringAt } from './stringTable.ts'
import { type Tables, unpackTarget } from './tables.ts'

/** A Chinese word for something, with how well it says it: above 0, at most 1. */
export interface Translation {
  readonly word: string
  readonly weight: number
}

/** CC-CEDICT (CC BY-SA 4.0), both ways. Chinese words are Simplified. */
export interface Dictionary {
  /** Chinese words for a key as `keysOf` makes them, best first. */
  translations(key: string): readonly Translation[]
  /** The definitions of a word, in the dictionary's order, those of names last; none for a word it lacks. */
  glosses(word: string): readonly string[]
}

/** @returns a dictionary over its tables */
export function dictionaryOf({ words, glosses, keys, offsets, targets }: Tables): Dictionary {
  return {
    translations(key) {
      const place = placeOfString(keys, key)
      if (place < 0) return []
      const found: Translation[] = []
      for (let at = offsets[place]!; at < offsets[place + 1]!; at++) {
        const { word, weight } = unpackTarget(targets[at]!)
        found.push({ word: stringAt(words, word), weight })
      }
      return found
    },
    glosses(word) {
      const place = placeOfString(words, word)
      return place < 0 ? [] : stringAt(glosses, place).split('\n')
    },
  }
}

let loading: Promise<Dictionary> | undefined

/** The dictionary, read at the first call, in a thread of its own; one for the process. */
export function loadDictionary(): Promise<Dictionary> {
  loading ??= readTables().then(dictionaryOf)
  loading.catch(() => (loading = undefined))
  return loading
}

function readTables(): Promise<Tables> {
  const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 160 }
  const worker = startThread(new URL('./dictionaryThread.ts', import.meta.url), { resourceLimits })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the dictionary's thread ended with ${code}`)))
  })
}
