import type { Passage } from '../../reports/types.ts'
import { overlapAny, type Range } from '../../text/range.ts'
import { holdsQuoted, type ParsedQuestion } from '../question/parsedQuestion.ts'
import { sentenceScores } from './bestSentence.ts'
import type { PassageFacts } from './facts.ts'
import type { Similarities } from './lateInteraction.ts'

/** Texts up to this length are shown whole. */
const maxWholeCharacters = 80
/**
 * The least share of the best marked sentence's score with which another sentence may answer as well, and is shown too. Chosen on
 * the training questions: with 0.75 the answer is inside for 92.3 % of first quotes, with all of the text for 92.9 %, and
 * half of them are shorter than 92 characters.
 */
const minScoreShare = 0.75
/** The beginnings of sentences that cannot be understood without the sentence before them. */
const refersBack = /^(?:其(?![他它余])|该|此|这|上述|前者|后者|两者|二者|为此|对此)/u

/**
 * Chooses the part of a passage that is shown first: its marked sentences, those that may answer as well or hold a word that
 * the question has in quotation marks, and before a sentence that refers back the one that it refers to. Of a table's row it is the label, the marked cells and the unit.
 * @param highlights the marked ranges of the passage's text, in order
 * @returns ranges of the passage's text, in order and apart; all of the text where it is short or nothing is marked
 */
export function visibleRanges(
  question: ParsedQuestion,
  facts: PassageFacts,
  matches: Similarities,
  highlights: readonly Range[],
): Range[] {
  const { passage, sentences } = facts
  const { text } = passage
  if (text.length <= maxWholeCharacters || highlights.length === 0) return [[0, text.length]]
  if (isTableRow(passage)) return visibleLines(passage, highlights)
  const scores = sentenceScores(question, facts, matches).map(({ score }) => score)
  const isMarked = sentences.map(({ range }) => overlapAny([range], highlights))
  const bound = minScoreShare * Math.max(...scores.filter((_, i) => isMarked[i]))
  const isChosen = scores.map(
    (score, i) => isMarked[i]! || score >= bound || holdsQuoted(question, text.slice(...sentences[i]!.range)),
  )
  const isVisible = isChosen.map(
    (is, i) => is || (isChosen[i + 1] === true && refersBack.test(text.slice(...sentences[i + 1]!.range))),
  )
  return joined(
    text,
    sentences.flatMap(({ range }, i) => (isVisible[i] ? [range] : [])),
  )
}

/** Tells whether a passage is a table's row. The headings of its columns stand above it in the report, so its ranges do not ascend. */
export function isTableRow({ pieces }: Passage): boolean {
  return pieces.some(({ range }, i) => i > 0 && range[0] < pieces[i - 1]!.range[0])
}

function visibleLines({ text, pieces }: Passage, highlights: readonly Range[]): Range[] {
  const lines = [...text.matchAll(/[^\n]+/gu)].map(({ 0: line, index }): Range => [index, index + line.length])
  // The unit has a line of its own, whose words stand above the row in the report.
  const isUnit = ([, end]: Range) => pieces.findLast(({ at }) => at < end)!.range[0] < pieces[0]!.range[0]
  return joined(
    text,
    lines.filter((line, i) => i === 0 || overlapAny([line], highlights) || isUnit(line)),
  )
}

/** Joins ranges between which there is nothing but white space. */
function joined(text: string, ranges: readonly Range[]): Range[] {
  const all: Range[] = []
  for (const [start, end] of ranges) {
    const last = all.at(-1)
    if (last && text.slice(last[1], start).trim() === '') all[all.length - 1] = [last[0], end]
    else all.push([start, end])
  }
  return all
}
