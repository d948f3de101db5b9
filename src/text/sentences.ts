import { type Range, trimmed } from './range.ts'

const closers = '[”’"\'」』)）\\]】》〉]*'
/** The marks that end a sentence. A Western full stop behind a list's number is none. */
const mark = `(?:[。！？!?]+|…+|(?<=[\\p{L}\\p{N})%])(?<!(?:^|[\\s。！？!?…])\\d{1,2})\\.)`
const sentenceEnd = new RegExp(`${mark}(?<=\\.)${closers}(?=\\s|$)|${mark}(?<!\\.)${closers}`, 'gu')
const clauseEnd = new RegExp(`[;；]${closers}|(?<!\\d)[,，]|[,，](?!\\d)`, 'gu')

/** True where `text` ends as a sentence does: with a full stop, question or exclamation mark or ellipsis, quotes and brackets aside. */
export function endsSentence(text: string): boolean {
  return new RegExp(`${mark}${closers}$`, 'u').test(text.trimEnd())
}

/**
 * The sentences of `text`, in order, without the white space around them. Chinese and Western full stops,
 * question and exclamation marks and ellipses end a sentence, together with the quotes and brackets that close
 * after them; what follows the last of them is a sentence too.
 */
export function sentences(text: string): Range[] {
  return split(text, [0, text.length], sentenceEnd)
}

/** The clauses of `text` inside `range`: runs that end at a semicolon or a comma that is not inside a number. */
export function clauses(text: string, range: Range): Range[] {
  return split(text, range, clauseEnd)
}

function split(text: string, range: Range, boundary: RegExp): Range[] {
  const found: Range[] = []
  let start = range[0]
  const push = (end: number) => {
    const piece = trimmed(text, [start, end])
    if (piece[0] < piece[1]) found.push(piece)
    start = end
  }
  for (const match of text.slice(range[0], range[1]).matchAll(boundary)) push(range[0] + match.index + match[0].length)
  push(range[1])
  return found
}
