import { normalize } from '../../text/normalize.ts'

/** Words that ask for a yes or no, and words that deny, are closed classes of both languages. */

const verdict =
  /[吗么]\s*[?？]?\s*$|是否|是不是|有没有|能不能|会不会|要不要|可不可以|允不允许|对不对|有无|^(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|must)\b/iu

/** True where yes or no answers a question, Chinese or English. */
export function asksVerdict(question: string): boolean {
  return verdict.test(normalize(question).text)
}

const negation = /不|未|没|无(?!锡|线|人机)|非(?!洲|遗|公)|禁|停[止用产办发]|取消|免[除收征]|废[止除]/u

/** True where a normalised sentence denies something or says that it ended. */
export function negates(sentence: string): boolean {
  return negation.test(sentence)
}
