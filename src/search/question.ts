import { QuestionError } from '../errors.ts'
import { normalize } from '../text/normalize.ts'
import { words } from '../text/words.ts'

/** A question as asked, perhaps following up on another. */
export interface Question {
  readonly text: string
  readonly previous?: string
}

/** A question made ready for search. */
export interface ReadQuestion {
  /** What the model reads. */
  readonly input: string
  /** What the word index is asked for. */
  readonly terms: readonly string[]
}

/** Longer questions are refused: the model reads no more, and an answer found for a part would mislead. */
export const maxQuestionCharacters = 500

/**
 * Makes a question ready for search. Control and invisible characters go; a follow-up is read together with the
 * question before it.
 * @throws QuestionError when it is empty, holds no words, or is too long.
 */
export function readQuestion({ text, previous }: Question): ReadQuestion {
  const asked = clean(text)
  const size = [...asked].length
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
  const whole = previous === undefined || clean(previous) === '' ? asked : `${clean(previous)} ${asked}`
  return { input: normalize(whole).text, terms: words(whole) }
}

function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\s]+/gu, ' ').trim()
}
