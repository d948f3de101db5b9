import { normalize } from '../../text/normalize.ts'

/** Questions that are answered by yes or no, and sentences that say no. The words are a closed class of either language. */

const verdict =
  /[吗么]\s*[?？]?\s*$|是否|是不是|有没有|能不能|会不会|要不要|可不可以|允不允许|对不对|有无|^(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|must)\b/iu

/** True for a question, Chinese or English, that is answered by yes or no. */
export function asksVerdict(question: string): boolean {
  return verdict.test(normalize(question).text)
}

const negation = /不|未|没|无(?!锡|线|人机)|非(?!洲|遗|公)|禁|停[止用产办发]|取消|免[除收征]|废[止除]/u

/** True for a normalised sentence that denies something or ends it. */
export function negates(sentence: string): boolean {
  return negation.test(sentence)
}
