import { QuestionError } from '../../errors.ts'
import { figuresIn, ordinalsIn, placesIn, shortYearsIn, titlesIn, yearsIn } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { segments, terms, words } from '../../text/words.ts'
import { asksWriters, type Kind, kindOf, listSizeOf, unitOf } from './answerType.ts'
import { contentOf, withoutExclusions, withoutNoise } from './content.ts'
import { type Stage, stageAsked } from './plans.ts'
import { takeTags, yearsTagged } from './tags.ts'
import { asksVerdict } from './verdicts.ts'

/** A question as asked, perhaps following up on another. */
export interface Question {
  readonly text: string
  readonly previous?: string
  /** Narrow it as tags in its text do, and can be any name. */
  readonly tags?: readonly string[]
}

/** Longer questions are refused: the model reads no more, and an answer found for a part would mislead. */
export const maxQuestionCharacters = 500

/** The words of a question, cleaned and normalised. */
export interface QuestionInput {
  /** What the model reads: for a follow-up the question before it, a space, and the question. */
  readonly text: string
  /** The same as it was typed: names in Latin letters are told by their capitals. */
  readonly typed: string
  /** Where the question itself starts in it. */
  readonly from: number
  /** What the question says it does not want, which the text lacks; empty for most. */
  readonly excluded: string
  /** What narrows it to some of the reports, without `#`. */
  readonly tags: readonly string[]
}

/**
 * Cleans and normalises a question. One that is not complete by itself is read together with the question before it, whose
 * tags it keeps unless it has tags of its own; a follow-up of nothing but tags asks the same of other reports.
 * @throws QuestionError when it is empty, holds no words, or is too long.
 */
export function questionInput({ text, previous, tags: chosen = [] }: Question): QuestionInput {
  const own = takeTags(text)
  const earlier = takeTags(previous ?? '')
  const tags = [...new Set([...(own.tags.length > 0 ? own.tags : earlier.tags), ...chosen])]
  const isRepeat = own.tags.length > 0 && clean(own.text) === '' && clean(earlier.text) !== ''
  const asked = clean(isRepeat ? earlier.text : own.text)
  const size = [...asked].length
  if (!/[\p{L}\p{N}]/u.test(asked) && own.tags.length > 0) {
    throw new QuestionError({
      zh: '只有标签,没有问题。请在标签后面写上想问的内容,例如:#2020 安置房交付了多少套?',
      en: 'There are only tags and no question. Write what you want to know behind them, for example: #2020 安置房交付了多少套?',
    })
  }
  if (asked === '') {
    throw new QuestionError({
      zh: '问题是空的。请写下想问的内容,例如:安置房交付了多少套?',
      en: 'The question is empty. Write what you want to know, for example: 安置房交付了多少套?',
    })
  }
  if (!/[\p{L}\p{N}]/u.test(asked)) {
    throw new QuestionError({
      zh: '问题里没有文字。请用文字提问,例如:安置房交付了多少套?',
      en: 'The question holds no words. Ask in words, for example: 安置房交付了多少套?',
    })
  }
  if (size > maxQuestionCharacters) {
    throw new QuestionError({
      zh: `问题太长:最多 ${maxQuestionCharacters} 个字,实际 ${size} 个。请缩短后再问。`,
      en: `The question is too long: at most ${maxQuestionCharacters} characters, found ${size}. Shorten it and ask again.`,
    })
  }
  const { text: current, excluded } = withoutExclusions(comparable(asked))
  const before = isRepeat ? '' : withoutExclusions(comparable(clean(earlier.text))).text
  if (before === '' || isComplete(current)) return { text: current, typed: asked, from: 0, excluded, tags }
  const typed = `${clean(earlier.text)} ${asked}`
  return { text: `${before} ${current}`, typed, from: before.length + 1, excluded, tags }
}

/** Words that point back to what was said. */
const pointsBack =
  /^(?:那|还|又|再|也|其中|另外|然后|而)|[它他她]|(?<!因)此|[这那](?!样)|呢[?？!]?$|^(?:and|what about|how about)|\b(?:it|they|he|she|that|those|them|there)\b/iu
/** Content words of two characters or more from which on a question names its subject itself. */
const completeWords = 4

/** Whether a question can be understood without the one before it. */
function isComplete(text: string): boolean {
  if (pointsBack.test(text)) return false
  const named = segments(contentOf(text)).filter(({ term }) => /[\p{L}\p{N}]{2}/u.test(term))
  return named.length >= completeWords
}

/** What a question asks for, read off its words. */
export interface ReadQuestion {
  /** English when it is read by way of a translation. */
  readonly language: 'zh' | 'en'
  readonly kind: Kind
  readonly unit: string | null
  /** Whether it asks for what is planned or for what came of it; null where it does not say. */
  readonly stage: Stage | null
  readonly asksWriters: boolean
  /** The question is answered by yes or no. */
  readonly asksVerdict: boolean
  /** The titles named by a question for a person. */
  readonly titles: ReadonlySet<string>
  readonly years: ReadonlySet<number>
  readonly figures: ReadonlySet<string>
  readonly ordinals: ReadonlySet<string>
  readonly places: ReadonlySet<string>
  /** Terms of what the question says it does not want, less those of what it wants. */
  readonly excluded: ReadonlySet<string>
  /** Words that the question puts in quotation marks. */
  readonly quoted: readonly string[]
  /** How many things a question for a list speaks of, or null. */
  readonly listSize: number | null
  /** What the word index is asked for: the content terms, or all where there are none. */
  readonly terms: readonly string[]
  /** Content terms with their weight: inverse document frequency, the highest for terms that occur nowhere. */
  readonly content: ReadonlyMap<string, number>
  readonly contentWeight: number
  /** The share of the content's weight whose terms satisfy `holds`; 0 where there is no content. */
  coverage(holds: (term: string) => boolean): number
  /** The content words, each with its place among the model's tokens. */
  readonly contentWords: readonly ContentWord[]
  /** How much each of the model's tokens counts in late interaction: 1, or less in the question before a follow-up. */
  readonly tokenShares: Float32Array
  /** The same times the rarity of its word; 0 for tokens without content. */
  readonly tokenWeights: Float32Array
}

export interface ContentWord {
  /** As the question words it. */
  readonly word: string
  /** What stands in the reports for it: for a Chinese question the word itself, for others its translations. */
  readonly forms: readonly string[]
  /** Whether it is told to be a name, without which a passage does not answer. */
  readonly isName: boolean
  readonly tokens: Range
  readonly weight: number
}

/** What the words of the question before a follow-up count beside its own. */
export const previousShare = 0.5

/** The years that a question asks about: those it names, or else those of its tags. */
export function yearsAsked({ text, from, tags }: Pick<QuestionInput, 'text' | 'from' | 'tags'>): Set<number> {
  const current = text.slice(from)
  const asking = /[0-9]{4}|[0-9]{2}年/u.test(current) ? current : text
  // `2016年以来` names where a time begins, not the year asked for.
  const named = yearsIn(asking.replace(/[0-9]{4}年?(?:以来|起|至今|之后|以后|以前|之前)/gu, ' '))
  const found = named.size > 0 ? named : shortYearsIn(asking)
  // A report of the year tagged speaks of other years too.
  return found.size > 0 ? found : yearsTagged(tags)
}

/**
 * @param input as made by `questionInput`
 * @param tokenStarts where the model's tokens start in it
 * @param weight the inverse document frequency of a term, 0 for one that occurs nowhere
 * @param unknownWeight what such a term counts
 * @param knownPlaces places of the reports, without their rank
 */
export function readQuestion(
  { text, from, excluded = '', tags = [] }: Pick<QuestionInput, 'text' | 'from'> & Partial<QuestionInput>,
  tokenStarts: Uint32Array,
  weight: (term: string) => number,
  unknownWeight: number,
  knownPlaces: Iterable<string> = [],
): ReadQuestion {
  const current = text.slice(from)
  const shareAt = (position: number) => (position < from ? previousShare : 1)
  const content = new Map<string, number>()
  const weights = new Float32Array(text.length + 1)
  const located = terms(contentOf(text))
  for (const { term, range } of located) {
    const value = (weight(term) || unknownWeight) * shareAt(range[0])
    content.set(term, Math.max(value, content.get(term) ?? 0))
    for (let i = range[0]; i < range[1]; i++) weights[i] = Math.max(weights[i]!, value)
  }
  let contentWeight = 0
  for (const value of content.values()) contentWeight += value
  const asking = kindOf(current) === 'other' ? text : current
  return {
    language: 'zh',
    kind: kindOf(asking),
    unit: unitOf(asking),
    stage: stageAsked(text),
    asksWriters: asksWriters(current),
    asksVerdict: asksVerdict(current),
    titles: kindOf(asking) === 'person' ? titlesIn(asking) : new Set(),
    years: yearsAsked({ text, from, tags }),
    figures: figuresIn(current),
    ordinals: ordinalsIn(current),
    places: placesIn(text, knownPlaces),
    excluded: new Set(terms(contentOf(excluded)).flatMap(({ term }) => (content.has(term) ? [] : [term]))),
    quoted: [...text.matchAll(/["「『]([^"」』]{1,12})["」』]/gu)].map(([, word]) => word!),
    listSize: kindOf(asking) === 'list' ? listSizeOf(asking) : null,
    terms: located.length > 0 ? located.map(({ term }) => term) : words(text),
    content,
    contentWeight,
    coverage(holds) {
      if (contentWeight === 0) return 0
      let covered = 0
      for (const [term, value] of content) if (holds(term)) covered += value
      return covered / contentWeight
    },
    contentWords: segments(contentOf(current))
      .filter(({ term }) => /[\p{L}\p{N}]/u.test(term))
      .map(({ term, range }) => {
        const within = (start: number) => start >= from + range[0] && start < from + range[1]
        const first = tokenStarts.findIndex(within)
        const tokens: Range = first < 0 ? [0, 0] : [first, tokenStarts.findLastIndex(within) + 1]
        return { word: term, forms: [term], isName: false, tokens, weight: weight(term) || unknownWeight }
      }),
    tokenShares: Float32Array.from(tokenStarts, shareAt),
    tokenWeights: Float32Array.from(tokenStarts, (start) => weights[start]!),
  }
}

/** Folding can put white space in front: a lone combining mark becomes a space that carries it. */
function comparable(cleaned: string): string {
  return normalize(withoutNoise(cleaned)).text.trim()
}

function clean(text: string): string {
  return text
    .replace(/[\p{Cf}\p{Co}\p{Cn}]+/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}
