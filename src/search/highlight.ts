import { outsideText } from '../indexes/types.ts'
import { normalize } from '../text/normalize.ts'
import type { Range } from '../text/range.ts'
import { clauses } from '../text/sentences.ts'
import { holdsKind, type Kind } from './asked.ts'
import type { PassageFacts } from './facts.ts'
import { bestSentence } from './features.ts'
import type { Similarities } from './lateInteraction.ts'
import type { ReadQuestion } from './question.ts'

/** Sentences up to this length are marked whole. */
const wholeCharacters = 48
/** A run of clauses must hold this share of what the sentence matches of the question. */
const matchedShare = 0.8
/** Kinds that one clause can answer; the others need the whole sentence. */
const pointKinds: ReadonlySet<Kind> = new Set(['number', 'date', 'person', 'place'])

/**
 * What of a passage answers the question: its best sentence or, where that is long and one fact is asked for, the
 * shortest run of its clauses that holds most of what matches and the kind of thing asked for.
 */
export function highlightOf(
  question: ReadQuestion,
  facts: PassageFacts,
  matches: Similarities,
  starts: Uint16Array,
): Range[] {
  if (question.asksWriters && facts.writers) return [facts.writers]
  const items = question.kind === 'list' ? itemsOf(question, facts) : []
  if (items.length > 1) return items
  return [spanOf(question, facts, matches, starts)]
}

/** For a list named by a quoted word (`哪四个“不动摇”`), every clause that holds it. */
function itemsOf({ quoted }: ReadQuestion, { passage, sentences }: PassageFacts): Range[] {
  const isItem = (range: Range) => quoted.some((word) => normalize(passage.text.slice(...range)).text.includes(word))
  return sentences.flatMap(({ range }) => clauses(passage.text, range)).filter(isItem)
}

function spanOf(question: ReadQuestion, facts: PassageFacts, matches: Similarities, starts: Uint16Array): Range {
  const text = facts.passage.text
  const sentence = facts.sentences[bestSentence(question, facts, matches).index]
  if (!sentence) return [0, text.length]
  const [from, to] = sentence.range
  if (to - from <= wholeCharacters || !pointKinds.has(question.kind)) return sentence.range
  const parts = clauses(text, sentence.range)
  const mass = massOf(parts, question, matches, starts, sentence.tokens)
  const total = mass.reduce((sum, value) => sum + value, 0)
  const holds = (range: Range) => holdsKind(normalize(text.slice(...range)).text, question.kind, question.unit)
  const mustHold = holds(sentence.range)
  let best: Range = sentence.range
  for (let i = 0; i < parts.length; i++) {
    let sum = 0
    for (let j = i; j < parts.length; j++) {
      sum += mass[j]!
      const run: Range = [parts[i]![0], parts[j]![1]]
      if (run[1] - run[0] >= best[1] - best[0]) break
      if (sum >= matchedShare * total && (!mustHold || holds(run))) best = run
    }
  }
  return best
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
