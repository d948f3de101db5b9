import { stemsOf } from './cedict.ts'
import type { Dictionary, Translation } from './dictionary.ts'
import { droppedInPhrases, functionWords, genericWords, numberWords } from './englishWords.ts'
import { type Figure, figuresOf } from './figures.ts'
import { officialTerms } from './officialTerms.ts'
import { root, stem } from './stem.ts'

/** A concept of an English question, with the words that Chinese reports may have for it. */
export interface Concept {
  /** The words of the question. */
  readonly source: string
  /** The range of these words in the question, half-open. */
  readonly range: readonly [number, number]
  readonly kind: 'word' | 'name' | 'quoted' | Figure['kind']
  /** Words that occur in the reports, best first; none where nothing is known. The weights are above 0, at most 1. */
  readonly alternatives: readonly Translation[]
  /** The weight of the concept beside the others, 0 … 1: less for words that stand in any question. */
  readonly share: number
}

/** The vocabulary of the reports, as far as translating needs it. */
export interface Vocabulary {
  /** The number of passages that hold a string, by the rarest of its pairs; 0 for one that cannot occur. */
  frequency(text: string): number
  /** Chinese words of the reports that a name may stand for, best first, the weights above 0, at most 1. */
  names(name: string): readonly Translation[]
}

const mostAlternatives = 8
const genericShare = 0.3
/** A lone character says little: it stands in many words. */
const loneWeight = 0.5

interface Token {
  readonly text: string
  readonly lower: string
  readonly start: number
  readonly end: number
  /** True when something other than a space or hyphen stands before it. */
  readonly isParted: boolean
}

/** Reads an English question as concepts, in its order. */
export function conceptsOf(text: string, dictionary: Dictionary, vocabulary: Vocabulary): Concept[] {
  const plain = text.replace(/\b(?:[A-Z]\.){2,}/gu, (letters) => letters.replaceAll('.', '').padEnd(letters.length))
  const found: Concept[] = []
  const add = (range: readonly [number, number], concept: Omit<Concept, 'source' | 'range'>) =>
    found.push({ ...concept, range, source: plain.slice(...range) })
  const taken: [number, number][] = []
  const occurring = (alternatives: readonly Translation[]) => {
    const best = new Map<string, number>()
    for (const { word, weight } of alternatives) {
      const lone = [...word].length === 1 ? loneWeight : 1
      if (vocabulary.frequency(word) > 0) best.set(word, Math.max(weight * lone, best.get(word) ?? 0))
    }
    return [...best]
      .map(([word, weight]) => ({ word, weight }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, mostAlternatives)
  }
  for (const { 0: han, index } of plain.matchAll(/[\p{Script=Han}0-9]*\p{Script=Han}[\p{Script=Han}0-9]*/gu)) {
    taken.push([index, index + han.length])
    const alternatives = vocabulary.frequency(han) > 0 ? [{ word: han, weight: 1 }] : []
    add([index, index + han.length], { kind: 'quoted', alternatives, share: 1 })
  }
  const isFree = (start: number, end: number) => taken.every(([from, to]) => end <= from || start >= to)
  const all = tokensOf(plain)
  const figures = figuresOf(plain).filter(({ range }) => isFree(...range))
  for (const { kind, range, forms } of withoutThoseOfTerms(figures, all, occurring)) {
    taken.push([range[0], range[1]])
    if (forms.length === 0) continue
    // A form is told by the characters that no other form shares; what index terms it has need not occur as such.
    const alternatives = forms.map((word, i) => ({ word, weight: 1 / (1 + 0.05 * i) }))
    add(range, { kind, alternatives, share: 1 })
  }
  const tokens = all
    .filter(({ start, end }) => isFree(start, end))
    .map((token, i, all) => ({ ...token, isParted: token.isParted || !isFree(all[i - 1]?.end ?? 0, token.start) }))
  for (let i = 0; i < tokens.length; ) {
    const phrase = phraseAt(tokens, i, dictionary, occurring) ?? nameAt(tokens, i, dictionary, vocabulary, occurring)
    if (phrase) {
      const { length, concept } = phrase
      add([tokens[i]!.start, tokens[i + length - 1]!.end], concept)
      i += length
    } else i++
  }
  return found.sort((a, b) => a.range[0] - b.range[0])
}

function tokensOf(text: string): Token[] {
  let end = 0
  return [...text.matchAll(/[\p{Script=Latin}\p{M}\d]+/gu)].flatMap(({ 0: word, index }): Token[] => {
    const between = text.slice(end, index)
    // `'s` and the like.
    if (/[’']$/u.test(between) && /^(?:s|t|re|ve|ll|d|m)$/iu.test(word)) return []
    const lower = word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    const token = {
      text: word,
      lower: word === 'US' ? 'usa' : lower,
      start: index,
      end: index + word.length,
      // `PM2.5` is one word.
      isParted: !/^(?:[’']s?)?[\s-]*$/u.test(between) && !(between === '.' && /^\d/u.test(word)),
    }
    end = token.end
    return [token]
  })
}

type Found = { readonly length: number; readonly concept: Omit<Concept, 'source' | 'range'> }
type Occurring = (alternatives: readonly Translation[]) => Translation[]

const longestPhrase = 7

const isCapital = ({ text }: Token) => /^\p{Lu}/u.test(text)

/** The keys of the phrases of two or more words from `i` on, the longest first. */
function* phrasesAt(tokens: readonly Token[], i: number): Generator<{ length: number; key: string }> {
  for (let length = Math.min(longestPhrase, tokens.length - i); length > 1; length--) {
    const window = tokens.slice(i, i + length)
    if (window.slice(1).some(({ isParted }) => isParted) || droppedInPhrases.has(window.at(-1)!.lower)) continue
    const stems = stemsOf(window.map(({ lower }) => lower))
    if (stems.length >= 2 && stems.length <= 5) yield { length, key: stems.join(' ') }
  }
}

/** The figures that are no part of a longer official term (`first secretary`, `the past three years`). */
function withoutThoseOfTerms(figures: readonly Figure[], tokens: readonly Token[], occurring: Occurring): Figure[] {
  let left = [...figures]
  for (const [i, { start, lower }] of tokens.entries()) {
    if (droppedInPhrases.has(lower)) continue
    for (const { length, key } of phrasesAt(tokens, i)) {
      const { end } = tokens[i + length - 1]!
      const touched = left.filter(({ range }) => range[0] < end && range[1] > start)
      const isLonger = touched.every(({ kind, range: [from, to] }) => {
        // An ordinal becomes a term by the word that it counts (`19th national congress`), so it need not be longer.
        return start <= from && to <= end && (kind === 'ordinal' || end - start > to - from)
      })
      if (touched.length === 0 || !isLonger || occurring(officialWords(key)).length === 0) continue
      left = left.filter((figure) => !touched.includes(figure))
      break
    }
  }
  return left
}

/** The longest phrase of two or more words from `i` on that has a translation which occurs. */
function phraseAt(tokens: readonly Token[], i: number, dictionary: Dictionary, occurring: Occurring): Found | null {
  // Only official terms begin with a function word: `above designated size`, `this year`.
  const first = tokens[i]!.lower
  if (droppedInPhrases.has(first)) return null
  const wordsOf = functionWords.has(first) ? officialWords : (key: string) => known(key, dictionary)
  for (const { length, key } of phrasesAt(tokens, i)) {
    const alternatives = occurring(wordsOf(key))
    if (alternatives.some(({ word }) => [...word].length > 1)) {
      const window = tokens.slice(i, i + length)
      const isGeneric = window.every(({ lower }) => genericWords.has(stem(lower)) || functionWords.has(lower))
      return { length, concept: { kind: 'word', alternatives, share: isGeneric ? genericShare : 1 } }
    }
  }
  return null
}

/** The official words for a key, the most usual first. */
function officialWords(key: string): Translation[] {
  return (officialTerms().get(key) ?? []).map((word, i) => ({ word, weight: 1 / (1 + 0.1 * i) }))
}

/** Terms of official use come before the dictionary's words. */
function known(key: string, dictionary: Dictionary): Translation[] {
  const terms = officialWords(key)
  const words = dictionary.translations(key)
  const most = words[0]?.weight ?? 1
  return [
    ...terms,
    ...words.map(({ word, weight }) => ({ word, weight: (terms.length > 0 ? 0.6 : 1) * (weight / most) })),
  ]
}

const longestName = 3

/** A name of up to three words in Latin letters, or else a single word. */
function nameAt(
  tokens: readonly Token[],
  i: number,
  dictionary: Dictionary,
  vocabulary: Vocabulary,
  occurring: Occurring,
): Found | null {
  const token = tokens[i]!
  const { lower } = token
  if (functionWords.has(lower) || numberWords.has(lower)) return null
  const exact = known(stem(lower), dictionary).filter(({ word }) => [...word].length > 1)
  const words = occurring(wordTranslations(lower, dictionary))
  const isName = isCapital(token) && i > 0
  if ((isName || words.length === 0) && !/\d/u.test(lower)) {
    for (let length = Math.min(longestName, tokens.length - i); length > 0; length--) {
      const window = tokens.slice(i, i + length)
      if (window.slice(1).some((one) => one.isParted || !isCapital(one) || functionWords.has(one.lower))) continue
      const readings = vocabulary
        .names(window.map(({ text }) => text).join(' '))
        .filter(({ word }) => length > 1 || agrees(word, exact))
      if (readings.length === 0) continue
      const last = tokens[i + length]
      const kinds = last && !last.isParted && !functionWords.has(last.lower) ? known(stem(last.lower), dictionary) : []
      // The name and the kind of a place (`Changdang Lake`) are one word where the reports write them together.
      const joined = readings.flatMap(({ word, weight }) =>
        kinds.slice(0, mostKinds).map((kind) => ({ word: word + kind.word, weight: weight * kind.weight })),
      )
      const alternatives = occurring([...joined, ...readings, ...(length === 1 ? words : [])])
      if (alternatives.length > 0) return { length, concept: { kind: 'name', alternatives, share: 1 } }
    }
  }
  const isGeneric = genericWords.has(lower) || genericWords.has(stem(lower))
  const itself = vocabulary.frequency(lower) > 0 && !isGeneric ? [{ word: lower, weight: 1 }] : []
  const isPlace = isName && isPlaceName(exact.length > 0 ? exact : words, dictionary)
  // Words of other things that hold the name of a place are no translation of a place that no report names.
  const own = isPlace ? words.filter(({ word }) => agrees(word, exact)) : words
  const alternatives = occurring([...itself, ...own])
  if (alternatives.length === 0 && lower.length < 2) return null
  return {
    length: 1,
    concept: { kind: isPlace ? 'name' : 'word', alternatives, share: isGeneric ? genericShare : 1 },
  }
}

/** The kind of a place, as `湖` behind the name of a lake, is tried in this many ways. */
const mostKinds = 12

/** A name that the dictionary knows is not read as other words that sound alike (`Chengdu`, not `程度`). */
function agrees(reading: string, exact: readonly Translation[]): boolean {
  return exact.length === 0 || exact.some(({ word }) => word.startsWith(reading) || reading.startsWith(word))
}

/** True when the best of some translations is a place by its definition. */
function isPlaceName([best]: readonly Translation[], dictionary: Dictionary): boolean {
  if (!best) return false
  const place =
    /^[A-Z].*\b(?:city|district|county|prefecture|province|municipality|town|township|village|island|river|lake|capital)\b/u
  return dictionary.glosses(best.word).some((gloss) => place.test(gloss))
}

/** A word's translations, or else those of its family, or of phrases that hold it. */
function wordTranslations(lower: string, dictionary: Dictionary): Translation[] {
  const exact = known(stem(lower), dictionary)
  const others = [...dictionary.translations(`~${root(lower)}`), ...dictionary.translations(`?${stem(lower)}`)]
  return [...exact, ...others.map(({ word, weight }) => ({ word, weight: weight * (exact.length > 0 ? 0.5 : 1) }))]
}
