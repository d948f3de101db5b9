import { normalize, originOf } from '../text/normalize.ts'
import { segments, type Term } from '../text/words.ts'
import { latinReader } from './characters.ts'
import { type Dictionary, loadDictionary } from './dictionary.ts'

/** A word of a report with what it means in English; the meaning of figures and Latin letters is empty. */
export interface GlossedWord {
  readonly word: string
  readonly meaning: string
}

/** A text word by word: no translation, but enough to see what a quote speaks of. */
export type Gloss = readonly GlossedWord[]

/** Glosses a text with CC-CEDICT. */
export type Glosser = (text: string) => Gloss

/** Loads the dictionary, and the readings of characters for names that it lacks, with the first call. */
export async function loadGlosser(): Promise<Glosser> {
  const [dictionary, latin] = await Promise.all([loadDictionary(), latinReader()])
  return (text) => glossOf(text, dictionary, latin)
}

/** Particles without a meaning of their own, and what only links: a gloss is read faster without them. */
const skipped = new Set('的了着过地得之所等而也则'.split(''))
/** Words of the dictionary may be longer than the segmenter's. */
const mostSegments = 4

/**
 * @param latin the reading of a word in Latin letters, for a name that the dictionary lacks
 */
export function glossOf(text: string, dictionary: Pick<Dictionary, 'glosses'>, latin: (word: string) => string): Gloss {
  const normalized = normalize(text)
  const parts = segments(normalized.text)
  const found: GlossedWord[] = []
  let end = -1
  for (let at = 0; at < parts.length; ) {
    const { words, taken } = wordsAt(parts, at, dictionary)
    for (const { term, range } of words) {
      if (!/[\p{L}\p{N}]/u.test(term) || skipped.has(term)) continue
      const word = text.slice(...originOf(normalized, range))
      const before = range[0] === end ? found.at(-1) : undefined
      end = range[1]
      if (!/\p{Script=Han}/u.test(term)) found.push({ word, meaning: '' })
      else if (before && isMeasure(term, before.word, dictionary))
        found[found.length - 1] = { word: before.word + word, meaning: '' }
      else found.push({ word, meaning: meaningOf(dictionary.glosses(term)) || latin(term) })
    }
    at += taken
  }
  return found
}

/** Whether a word counts what the figure before it tells of (`4124套`): it says nothing that English has a word for. */
function isMeasure(term: string, before: string, dictionary: Pick<Dictionary, 'glosses'>): boolean {
  return (
    /[0-9]$/u.test(before) && dictionary.glosses(term).some((definition) => definition.startsWith('classifier for'))
  )
}

/** The longest word of the dictionary that begins with a segment, else the segment, cut into words where it is none. */
function wordsAt(parts: readonly Term[], at: number, dictionary: Pick<Dictionary, 'glosses'>) {
  const isHan = ({ term }: Term) => /^\p{Script=Han}+$/u.test(term)
  for (let taken = Math.min(mostSegments, parts.length - at); taken >= 1; taken--) {
    const run = parts.slice(at, at + taken)
    const term = run.map((part) => part.term).join('')
    if (run.every(isHan) && meaningOf(dictionary.glosses(term)) !== '') return { words: [joined(run, term)], taken }
  }
  const part = parts[at]!
  return { words: isHan(part) ? cut(part, dictionary) : [part], taken: 1 }
}

function joined(run: readonly Term[], term: string): Term {
  return { term, range: [run[0]!.range[0], run.at(-1)!.range[1]] }
}

/** A word that the dictionary lacks: the words that it begins and ends with, where both are in the dictionary; else whole. */
function cut(part: Term, dictionary: Pick<Dictionary, 'glosses'>): readonly Term[] {
  const { term, range } = part
  for (let length = term.length - 2; length >= 2; length--) {
    const [first, second] = [term.slice(0, length), term.slice(length)]
    if (meaningOf(dictionary.glosses(first)) === '' || meaningOf(dictionary.glosses(second)) === '') continue
    return [
      { term: first, range: [range[0], range[0] + length] },
      { term: second, range: [range[0] + length, range[1]] },
    ]
  }
  return [part]
}

const maxMeaningCharacters = 28

/** The first meaning that says something by itself, short; empty where there is none. */
function meaningOf(definitions: readonly string[]): string {
  for (const definition of definitions) {
    const plain = definition
      .replace(/\([^)]*\)|\[[^\]]*\]/gu, ' ')
      .split(/[;,/]/u)[0]!
      .replace(/\s+/gu, ' ')
      .trim()
    if (
      plain === '' ||
      /^(?:CL:|surname |variant of|old variant|see |used in|also written|abbr\. |bound form)/iu.test(plain)
    )
      continue
    if (plain.length <= maxMeaningCharacters) return plain
    const end = plain.lastIndexOf(' ', maxMeaningCharacters)
    return `${plain.slice(0, end > 0 ? end : maxMeaningCharacters)}…`
  }
  return ''
}
