import { outsideText } from '../../indexes/types.ts'
import { normalize, originOf } from '../../text/normalize.ts'
import type { Range } from '../../text/range.ts'
import { clauses } from '../../text/sentences.ts'
import { words } from '../../text/words.ts'
import { holdsKind, type Kind, pointsIn } from '../question/answerType.ts'
import type { ReadQuestion } from '../question/question.ts'
import type { PassageFacts } from './facts.ts'
import { bestSentence } from './features.ts'
import type { Similarities } from './lateInteraction.ts'

/** Sentences up to this length are marked whole. */
const wholeCharacters = 48
/** A run of clauses must hold this share of what the sentence matches of the question. */
const matchedShare = 0.8
/** Kinds that a run of clauses can answer; the others need the whole sentence. */
const pointKinds: ReadonlySet<Kind> = new Set(['number', 'date', 'person', 'place', 'list'])

/** What of a passage is marked. */
export interface Highlight {
  /** What answers the question, in order. */
  readonly highlights: readonly Range[]
  /** Inside them the figure or date asked for, in order. */
  readonly figures: readonly Range[]
}

/**
 * What of a passage answers the question: every item where a list is asked for and laid out as parallel clauses;
 * else its best sentence or, where that is long, the shortest run of its clauses that holds most of what matches and
 * the kind of thing asked for.
 * @param question the residual of the question, where there is one
 * @param asked the question with its names and years, which tell the cell of a table's row
 */
export function highlightOf(
  question: ReadQuestion,
  facts: PassageFacts,
  matches: Similarities,
  starts: Uint16Array,
  asked: ReadQuestion = question,
): Highlight {
  if (asked.asksWriters && facts.writers) return { highlights: [facts.writers], figures: [] }
  const cell = cellOf(asked, facts)
  if (cell) return cell
  const best = bestSentence(question, facts, matches).index
  const items = question.kind === 'list' ? itemsOf(question, facts, best) : []
  if (items.length > 1) return { highlights: items, figures: [] }
  const span = spanOf(question, facts, best, matches, starts)
  return { highlights: [span], figures: figuresOf(question, facts, span, matches, starts) }
}

/**
 * Of a table's row, laid out as its label and a line a cell with the headings of the cell's column: the label and the one
 * line that shares most with the question. Null for any other passage, and where no line stands out.
 */
function cellOf(question: ReadQuestion, { passage: { text, pieces } }: PassageFacts): Highlight | null {
  // The headings stand above the row: its ranges do not ascend.
  const isRow = pieces.some(({ range }, i) => i > 0 && range[0] < pieces[i - 1]!.range[0])
  if (!isRow) return null
  const [label, ...cells] = [...text.matchAll(/[^\n]+/gu)].map(
    ({ 0: line, index }): Range => [index, index + line.length],
  )
  const cellAt = (line: Range) => pieces.findLast(({ at }) => at < line[1])!
  const scored = cells
    // The unit stands on a line of its own, and above the row.
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
 * The items of a list: every clause that holds a word put in quotation marks (`哪四个“不动摇”`), or the clauses in
 * parallel that the best sentence leads in.
 */
function itemsOf({ quoted, listSize }: ReadQuestion, { passage, sentences }: PassageFacts, best: number): Range[] {
  const { text } = passage
  const isItem = (range: Range) => quoted.some((word) => normalize(text.slice(...range)).text.includes(word))
  const named = sentences.flatMap(({ range }) => clauses(text, range)).filter(isItem)
  if (named.length > 1) return named
  const from = sentences[best]?.range[0]
  return from === undefined ? [] : parallels(text, from, listSize)
}

/** Fewer clauses that begin alike may do so by chance. */
const minParallels = 3
const maxPrefix = 4
const maxNumberCharacters = 4
const ordinal = /^[(（]?(?:第?[一二三四五六七八九十]{1,2}|[0-9]{1,2})(?:[)）、,，:：是要]|[.．](?![0-9]))/u

/**
 * Clauses in parallel from `from` on: the first clauses of sentences or of what semicolons and colons part, that are
 * numbered or begin with the same characters (`要强化…;要强化…`).
 * @param size how many the question asks for: as many that begin with one same character are enough; null if unknown
 */
function parallels(text: string, from: number, size: number | null): Range[] {
  const heads = headsOf(text, from)
  const numbered = heads.filter((head) => ordinal.test(text.slice(...head)))
  if (numbered.length >= minParallels) return numbered
  for (let length = maxPrefix; length >= 1; length--) {
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
  question: ReadQuestion,
  facts: PassageFacts,
  best: number,
  matches: Similarities,
  starts: Uint16Array,
): Range {
  const text = facts.passage.text
  const sentence = facts.sentences[best]
  if (!sentence) return [0, text.length]
  const [from, to] = sentence.range
  if (to - from <= wholeCharacters || !pointKinds.has(question.kind)) return sentence.range
  const parts = clauses(text, sentence.range)
  const mass = massOf(parts, question, matches, starts, sentence.tokens)
  const total = mass.reduce((sum, value) => sum + value, 0)
  const holds = (range: Range) => holdsKind(normalize(text.slice(...range)).text, question.kind, question.unit)
  const mustHold = holds(sentence.range)
  let shortest: Range = sentence.range
  for (let i = 0; i < parts.length; i++) {
    let sum = 0
    for (let j = i; j < parts.length; j++) {
      sum += mass[j]!
      const run: Range = [parts[i]![0], parts[j]![1]]
      if (run[1] - run[0] >= shortest[1] - shortest[0]) break
      if (sum >= matchedShare * total && (!mustHold || holds(run))) shortest = run
    }
  }
  return shortest
}

/** The figures or dates asked for in the clause of `span` that matches the question best. */
function figuresOf(
  question: ReadQuestion,
  { passage, sentences }: PassageFacts,
  span: Range,
  matches: Similarities,
  starts: Uint16Array,
): Range[] {
  if (question.kind !== 'number' && question.kind !== 'date') return []
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

function pointsOf(text: string, clause: Range, { kind, unit }: ReadQuestion): Range[] {
  const normalized = normalize(text.slice(...clause))
  return pointsIn(normalized.text, kind, unit).map((range): Range => {
    const [start, end] = originOf(normalized, range)
    return [clause[0] + start, clause[0] + end]
  })
}

/** How much of the question each clause matches: every content token counts where it is matched best. */
function massOf(
  parts: readonly Range[],
  question: ReadQuestion,
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
