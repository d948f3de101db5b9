import { QuestionError } from '../../errors.ts'
import { normalize } from '../../text/normalize.ts'
import { segments } from '../../text/words.ts'
import { contentOf, withoutExclusions, withoutNoise } from './content.ts'
import { takeTags } from './tags.ts'

/** A question as asked, perhaps following up on another. */
export interface Question {
  readonly text: string
  readonly previous?: string
  /** Further tags, which narrow the question as those in its text do and may be any name. */
  readonly tags?: readonly string[]
}

/** Longer questions are refused: the model reads no more, and an answer found for a part would mislead. */
export const maxQuestionCharacters = 500

/** A question cleaned and normalised, which is what the model reads. */
export interface QuestionInput {
  /** For a follow-up the question before it, a space, and the question. */
  readonly text: string
  /** The same text as it was typed, since capitals tell names in Latin letters from words. */
  readonly typed: string
  /** The position in `text` at which the question itself starts. */
  readonly from: number
  /** The things that the question says it does not want, left out of `text`; empty for most questions. */
  readonly excluded: string
  /** The tags that narrow the question to some of the reports, without `#`. */
  readonly tags: readonly string[]
}

/**
 * Cleans and normalises a question. A question that is not complete by itself is joined to the question before it, whose
 * tags it keeps unless it has tags of its own; a follow-up of nothing but tags asks the same of other reports.
 * @throws QuestionError when the question is empty, holds no words, or is too long
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

/** Words that point back to the question before. */
const pointsBack =
  /^(?:那|还|又|再|也|其中|另外|然后|而)|[它他她]|(?<!因)此|[这那](?!样)|呢[?？!]?$|^(?:and|what about|how about)|\b(?:it|they|he|she|that|those|them|there)\b/iu
/** A question with this many content words of two characters or more names its subject itself. */
const minCompleteWords = 4

/** True where a question can be understood without the one before it. */
function isComplete(text: string): boolean {
  if (pointsBack.test(text)) return false
  const named = segments(contentOf(text)).filter(({ term }) => /[\p{L}\p{N}]{2}/u.test(term))
  return named.length >= minCompleteWords
}

/** Trims after folding, which turns a lone combining mark into a space that carries it. */
function comparable(cleaned: string): string {
  return normalize(withoutNoise(cleaned)).text.trim()
}

function clean(text: string): string {
  return text
    .replace(/[\p{Cf}\p{Co}\p{Cn}]+/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}
