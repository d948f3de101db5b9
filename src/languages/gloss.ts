import { normalize, originOf } from '../text/normalize.ts'
import { segments, type Term } from '../text/words.ts'
import { type LatinReader, latinReader } from './characters.ts'
import { nameIn } from './chineseNames.ts'
import { type Dictionary, loadDictionary } from './dictionary.ts'
import { officialEnglish } from './officialTerms.ts'
import { ordinalIn } from './ordinals.ts'

/**
 * A text word by word: no translation, but enough to see what a quote speaks of. The meaning in English is empty for
 * figures and Latin letters.
 */
export type Gloss = readonly { readonly word: string; readonly meaning: string }[]

type Glosses = Pick<Dictionary, 'glosses'>

/**
 * Returns a function that glosses a text with the official terms and CC-CEDICT. The first call loads the dictionary,
 * and the readings of characters for names that it lacks.
 */
export async function loadGlosser(): Promise<(text: string) => Gloss> {
  const [dictionary, latin] = await Promise.all([loadDictionary(), latinReader()])
  const glosses = (word: string): readonly string[] => {
    const own = dictionary.glosses(word)
    const official = word.length > 1 ? officialEnglish().get(word) : undefined
    // The dictionary writes proper names as they are written.
    return official === undefined || /^\p{Lu}/u.test(own[0] ?? '') ? own : [official, ...own]
  }
  return (text) => glossOf(text, { glosses }, latin)
}

/** Particles without a meaning of their own, and words that only link: a gloss is read faster without them. */
const skipped = new Set('的了着过地得之所等而也则'.split(''))
/** Words of the dictionary may be longer than the segmenter's. */
const mostSegments = 4

/**
 * Words that the dictionary lacks are left out, but for names.
 * @param latin the reading of a word in Latin letters, for a name that the dictionary lacks
 */
export function glossOf(text: string, dictionary: Glosses, latin: LatinReader): Gloss {
  const normalized = normalize(text)
  const parts = segments(normalized.text)
  const found: Gloss[number][] = []
  let end = -1
  for (let at = 0; at < parts.length; ) {
    const { words, taken } = wordsAt(parts, at, dictionary, latin)
    for (const { term, range, meaning = meaningOf(dictionary.glosses(term)) } of words) {
      if (!/[\p{L}\p{N}]/u.test(term) || skipped.has(term)) continue
      const word = text.slice(...originOf(normalized, range))
      const before = range[0] === end ? found.at(-1) : undefined
      end = range[1]
      const unit = /[0-9/每]$/u.test(normalized.text.slice(0, range[0])) ? unitOf(dictionary.glosses(term)) : undefined
      if (!/\p{Script=Han}/u.test(term)) found.push({ word, meaning: '' })
      else if (unit !== undefined) found.push({ word, meaning: unit })
      else if (before && isMeasure(term, before.word, dictionary))
        found[found.length - 1] = { word: before.word + word, meaning: '' }
      else if (meaning !== '') found.push({ word, meaning })
    }
    at += taken
  }
  return found
}

/** True for a measure word behind a figure (`4124套`), which says nothing that English has a word for. */
function isMeasure(term: string, before: string, { glosses }: Glosses): boolean {
  return /[0-9]$/u.test(before) && glosses(term).some((definition) => definition.startsWith('classifier for'))
}

/** The sense of a word as a unit (`毫克/升`), where it has one. */
function unitOf(definitions: readonly string[]): string | undefined {
  return definitions.find((definition) => /^(?:liter|meter|gram|ton|degree)$/u.test(definition))
}

/** A word, with its meaning where that is not for the dictionary to say. */
type Told = Term & { readonly meaning?: string }
type Reading = { readonly words: readonly Told[]; readonly taken: number }

/**
 * The longest word of the dictionary that begins with a segment, else an ordinal or a name, else the segment, cut into
 * words where it is none.
 */
function wordsAt(parts: readonly Term[], at: number, dictionary: Glosses, latin: LatinReader): Reading {
  const isHan = ({ term }: Term) => /^\p{Script=Han}+$/u.test(term)
  for (let taken = Math.min(mostSegments, parts.length - at); taken >= 1; taken--) {
    const run = parts.slice(at, at + taken)
    const term = run.map((part) => part.term).join('')
    if (taken === 1) {
      const told = ordinalIn(parts, at) ?? nameAt(parts, at, dictionary, latin)
      if (told) {
        const own = parts.slice(at, at + told.taken)
        const whole = joined(own, own.map((part) => part.term).join(''))
        return { words: [{ ...whole, meaning: told.meaning }], taken: told.taken }
      }
    }
    if (run.every(isHan) && meaningOf(dictionary.glosses(term)) !== '') return { words: [joined(run, term)], taken }
  }
  const part = parts[at]!
  return { words: isHan(part) ? cut(part, dictionary) : [part], taken: 1 }
}

function nameAt(parts: readonly Term[], at: number, dictionary: Glosses, latin: LatinReader) {
  const isKnown = (word: string) => meaningOf(dictionary.glosses(word)) !== ''
  if ([...parts[at]!.term].length > 1 && isKnown(parts[at]!.term)) return null
  const name = nameIn(parts, at, isKnown, latin)
  return name && { meaning: name.latin, taken: name.taken }
}

function joined(run: readonly Term[], term: string): Term {
  return { term, range: [run[0]!.range[0], run.at(-1)!.range[1]] }
}

/** The parts of a word that the dictionary lacks, where it has both; else the whole word. */
function cut(part: Term, dictionary: Glosses): readonly Term[] {
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

const maxMeaningCharacters = 32

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
      /^(?:CL:|surname |variant of|old variant|see |used in|also written|(?:Taiwan|Tw|also) pr\.|abbr\. |bound form)/iu.test(
        plain,
      )
    )
      continue
    if (plain.length <= maxMeaningCharacters) return plain
    const end = plain.lastIndexOf(' ', maxMeaningCharacters)
    return `${plain.slice(0, end > 0 ? end : maxMeaningCharacters)}…`
  }
  return ''
}
