import { outsideText } from '../../indexes/types.ts'
import { normalize, originOf } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { clauses } from '../../text/sentences.ts'
import { words } from '../../text/words.ts'
import { type AnswerType, holdsAnswerType, pointsIn } from '../question/answerType.ts'
import { holdsQuoted, type ParsedQuestion } from '../question/parsedQuestion.ts'
import { bestSentence } from './bestSentence.ts'
import type { PassageFacts } from './facts.ts'
import type { Similarities } from './lateInteraction.ts'
import { isTableRow } from './visible.ts'

/** Sentences up to this length are marked whole. */
const maxWholeCharacters = 48
/** The least share of the sentence's match with the question that a run of clauses must hold. */
const minMatchedShare = 0.8
/** The answer types for which a run of clauses is enough; the others need the whole sentence. */
const typesInClauses: ReadonlySet<AnswerType> = new Set(['number', 'date', 'person', 'place', 'list'])

/** The marked parts of a passage, as ranges of its text. */
export interface Highlight {
  /** The parts that answer the question, in order. */
  readonly highlights: readonly Range[]
  /** The figures or dates asked for, in order, each inside a highlight. */
  readonly figures: readonly Range[]
}

/**
 * Highlights the part of a passage that answers the question: every item where a list is asked for and laid out as parallel
 * clauses; else the best sentence or, where that is long, the shortest run of its clauses that holds most of the match and
 * the type of answer asked for.
 * @param question the residual of the question, where there is one
 * @param asked the question with its names and years, which tell the cell of a table's row
 */
export function highlightOf(
  question: ParsedQuestion,
  facts: PassageFacts,
  matches: Similarities,
  starts: Uint16Array,
  asked: ParsedQuestion = question,
): Highlight {
  if (asked.asksWriters && facts.writers) return { highlights: [facts.writers], figures: [] }
  const cell = cellOf(asked, facts)
  if (cell) return cell
  const best = bestSentence(question, facts, matches).index
  const items = question.answerType === 'list' ? itemsOf(question, facts, best) : []
  if (items.length > 1) return { highlights: items, figures: [] }
  const span = spanOf(question, facts, best, matches, starts)
  return { highlights: [span], figures: figuresOf(question, facts, span, matches, starts) }
}

/**
 * Highlights the label of a table's row and the one cell that shares most with the question. A row is laid out as its label
 * and a line for each cell with the headings of the cell's column. Null for any other passage, and where no cell stands out.
 */
function cellOf(question: ParsedQuestion, { passage }: PassageFacts): Highlight | null {
  const { text, pieces } = passage
  if (!isTableRow(passage)) return null
  const [label, ...cells] = [...text.matchAll(/[^\n]+/gu)].map(
    ({ 0: line, index }): Range => [index, index + line.length],
  )
  const cellAt = (line: Range) => pieces.findLast(({ at }) => at < line[1])!
  const scored = cells
    // The unit has a line of its own in the passage, and stands above the row in the report.
    .filter((line) => cellAt(line).range[0] >= pieces[0]!.range[0])
    .map((line) => {
      const held = new Set(words(text.slice(...line)))
      return { line, covered: question.coverage((term) => held.has(term)) }
    })
    .sort((a, b) => b.covered - a.covered)
  const [first, second] = scored
  if (!label || !first || first.covered <= (second?.covered ?? 0)) return null
  const { at, range } = cellAt(first.line)
  return { highlights: [label, first.line], figures: [[at, at + range[1] - range[0]]] }
}

/**
 * The items of a list: every clause that holds a word of the question in quotation marks (`哪四个“不动摇”`), or else the
 * parallel clauses that begin with the best sentence.
 */
function itemsOf(question: ParsedQuestion, { passage, sentences }: PassageFacts, best: number): Range[] {
  const { text } = passage
  const named = sentences
    .flatMap(({ range }) => clauses(text, range))
    .filter((range) => holdsQuoted(question, text.slice(...range)))
  if (named.length > 1) return named
  const from = sentences[best]?.range[0]
  return from === undefined ? [] : parallels(text, from, question.listSize)
}

/** The fewest clauses whose like beginnings are no chance. */
const minParallels = 3
const maxPrefixCharacters = 4
const maxNumberCharacters = 4
const ordinal = /^[(（]?(?:第?[一二三四五六七八九十]{1,2}|[0-9]{1,2})(?:[)）、,，:：是要]|[.．](?![0-9]))/u

/**
 * Parallel clauses from `from` on: clauses at the start of a sentence, or behind a semicolon or colon, which are numbered
 * or begin with the same characters (`要强化…;要强化…`).
 * @param size the number of items that the question asks for, or null; as many clauses need share one character only
 */
function parallels(text: string, from: number, size: number | null): Range[] {
  const heads = headsOf(text, from)
  const numbered = heads.filter((head) => ordinal.test(text.slice(...head)))
  if (numbered.length >= minParallels) return numbered
  for (let length = maxPrefixCharacters; length >= 1; length--) {
    const groups = new Map<string, Range[]>()
    for (const head of heads) {
      const prefix = text.slice(head[0], head[0] + length)
      if (prefix.length === length) groups.set(prefix, [...(groups.get(prefix) ?? []), head])
    }
    for (const group of groups.values())
      if (size === null ? length >= 2 && group.length >= minParallels : size >= minParallels && group.length === size)
        return group
  }
  return []
}

/** The first clause of each part between full stops, semicolons, colons and line ends. */
function headsOf(text: string, from: number): Range[] {
  return [...text.slice(from).matchAll(/[^。！？!?;；:：\n]+[。！？!?;；:：]?/gu)].flatMap(
    ({ 0: part, index }): Range[] => {
      const [head, next] = clauses(text, [from + index, from + index + part.length])
      // `第一,…`: the number is set off by a comma.
      return head ? [next && head[1] - head[0] <= maxNumberCharacters ? [head[0], next[1]] : head] : []
    },
  )
}

function spanOf(
  question: ParsedQuestion,
  facts: PassageFacts,
  best: number,
  matches: Similarities,
  starts: Uint16Array,
): Range {
  const text = facts.passage.text
  const sentence = facts.sentences[best]
  if (!sentence) return [0, text.length]
  const [from, to] = sentence.range
  if (to - from <= maxWholeCharacters || !typesInClauses.has(question.answerType)) return sentence.range
  const parts = clauses(text, sentence.range)
  const mass = massOf(parts, question, matches, starts, sentence.tokens)
  const total = mass.reduce((sum, value) => sum + value, 0)
  const holds = (range: Range) =>
    holdsAnswerType(normalize(text.slice(...range)).text, question.answerType, question.unit)
  const mustHold = holds(sentence.range)
  let shortest: Range = sentence.range
  for (let i = 0; i < parts.length; i++) {
    let sum = 0
    for (let j = i; j < parts.length; j++) {
      sum += mass[j]!
      const run: Range = [parts[i]![0], parts[j]![1]]
      if (run[1] - run[0] >= shortest[1] - shortest[0]) break
      if (sum >= minMatchedShare * total && (!mustHold || holds(run))) shortest = run
    }
  }
  return shortest
}

/** The figures or dates asked for in the clause of `span` that matches the question best. */
function figuresOf(
  question: ParsedQuestion,
  { passage, sentences }: PassageFacts,
  span: Range,
  matches: Similarities,
  starts: Uint16Array,
): Range[] {
  if (question.answerType !== 'number' && question.answerType !== 'date') return []
  const holding = clauses(passage.text, span)
    .map((clause) => ({ clause, figures: pointsOf(passage.text, clause, question) }))
    .filter(({ figures }) => figures.length > 0)
  const tokens = sentences.find(({ range }) => range[0] <= span[0] && span[1] <= range[1])?.tokens ?? [0, 0]
  const mass = massOf(
    holding.map(({ clause }) => clause),
    question,
    matches,
    starts,
    tokens,
  )
  return holding[mass.indexOf(Math.max(...mass))]?.figures ?? []
}

function pointsOf(text: string, clause: Range, { answerType, unit }: ParsedQuestion): Range[] {
  const normalized = normalize(text.slice(...clause))
  return pointsIn(normalized.text, answerType, unit).map((range): Range => {
    const [start, end] = originOf(normalized, range)
    return [clause[0] + start, clause[0] + end]
  })
}

/** The weight of the question that each clause matches. Every content token counts in the clause where it is matched best. */
function massOf(
  parts: readonly Range[],
  question: ParsedQuestion,
  { values, questionTokens, passageTokens }: Similarities,
  starts: Uint16Array,
  tokens: Range,
): number[] {
  const mass = parts.map(() => 0)
  for (let q = 0; q < questionTokens; q++) {
    const weight = question.tokenWeights[q] ?? 0
    if (weight === 0) continue
    let best = -1
    let at = -1
    for (let t = tokens[0]; t < tokens[1]; t++) {
      if (starts[t] !== outsideText && values[q * passageTokens + t]! > best) {
        best = values[q * passageTokens + t]!
        at = starts[t]!
      }
    }
    const clause = parts.findIndex(([from, to]) => at >= from && at < to)
    if (clause >= 0) mass[clause]! += weight * best ** 4
  }
  return mass
}
