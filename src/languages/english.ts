import { functionWords } from './englishWords.ts'
import { holdsStem } from './officialTerms.ts'
import { stem } from './stem.ts'
import { isPinyin, isPinyinBegun, plainLetters } from './syllables.ts'

/** Function words of English that are syllables of pinyin as well. */
const ambiguous =
  /^(?:a|an|can|he|she|me|we|you|women|long|to|do|die|men|la|ma|in|no|so|hang|gang|pan|man|fan|she|ping|song|sun|tan|ten|wang|bin|chi|dang|ding|dong)$/u

/**
 * True for a question in English. Chinese may stand in it, as a name in brackets or in quotation marks, but most of
 * it must be Latin words, and one of them a function word of English; a few words without any (`fiscal revenue 2016`)
 * count as English, too, as long as nothing Chinese stands beside them. So does a single word of four letters or more
 * (`unemployment`) that is no pinyin, nor, but for words of official terms, unfinished pinyin, as while people type.
 * @param isKnown true when the reports hold a Latin word as it stands: then it is no English by itself
 */
export function isEnglish(text: string, isKnown: (word: string) => boolean = () => false): boolean {
  const words = text.match(/[\p{Script=Latin}\p{M}]+/gu) ?? []
  const han = [...text.matchAll(/\p{Script=Han}/gu)].length
  if (words.length === 0) return false
  const clear = words.filter((word) => functionWords.has(word.toLowerCase()) && !ambiguous.test(word.toLowerCase()))
  if (words.length === 1 && han === 0 && clear.length === 0) return isWord(words[0]!, text, isKnown)
  if (han === 0) return words.some((word) => word.length > 2) && (clear.length > 0 || words.length > 1)
  // Chinese outside brackets and quotation marks makes a Chinese question with Latin words in it.
  const outside = text.replace(/["“「『(（《][^"”」』)）》]*["”」』)）》]/gu, ' ')
  const bare = [...outside.matchAll(/\p{Script=Han}/gu)].length
  return clear.length > 0 && words.length >= 3 && bare <= words.length
}

/** True for a lone word that is English, though it may begin with a capital, as phones type it. */
function isWord(word: string, text: string, isKnown: (word: string) => boolean): boolean {
  const isAlone = /^\p{P}*(?=\p{L}{4})\p{Lu}?\p{Ll}+[\p{P}\s]*$/u.test(text.trim())
  if (!isAlone || isKnown(word.toLowerCase()) || isPinyin(plainLetters(word))) return false
  return !isPinyinBegun(word) || holdsStem(stem(word.toLowerCase()))
}
