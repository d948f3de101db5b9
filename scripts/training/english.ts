import type { Ranked, Ranking } from '../../src/search/search.ts'
import type { PublicSet, SetQuestion } from './sets.ts'

/** What texts about people, places and events seldom state, asked of a name; of general use. */
const attributes = [
  (name: string) => `What is the phone number of ${name}?`,
  (name: string) => `How tall is ${name}?`,
  (name: string) => `How old is ${name}?`,
  (name: string) => `What is the monthly wage at ${name}?`,
  (name: string) => `How much does a ticket to ${name} cost?`,
  (name: string) => `How many employees does ${name} have?`,
  (name: string) => `Who is the mayor of ${name}?`,
  (name: string) => `What is the postal code of ${name}?`,
  (name: string) => `How many tons of cement were used for ${name}?`,
  (name: string) => `What is the total investment of ${name} in yuan?`,
  (name: string) => `When does ${name} open in the morning?`,
  (name: string) => `How many hospital beds are there in ${name}?`,
  (name: string) => `What percentage of the budget did ${name} spend on roads?`,
  (name: string) => `Which company built the metro of ${name}?`,
]

/** The name in a question: capitalised words behind the first one. */
const name = /(?<=\S )(?:\p{Lu}[\p{L}'.-]+)(?: (?:of |the )?\p{Lu}[\p{L}'.-]+)*/u

/** Names that English questions hold, each with something that nobody wrote about it. */
export function attributesOfNames({ questions }: PublicSet, random: () => number): SetQuestion[] {
  return questions.flatMap(({ id, question }) => {
    const found = name.exec(question)?.[0]
    const attribute = attributes[Math.floor(random() * attributes.length)]!
    return found === undefined ? [] : [unanswered(`${id}-attribute`, attribute(found))]
  })
}

/** English questions about another year than the one they name. */
export function otherYears({ questions, texts }: PublicSet, random: () => number): SetQuestion[] {
  return questions.flatMap(({ id, question, passages }) => {
    const found = /\b1[89]\d\d\b|\b20[01]\d\b/u.exec(question)?.[0]
    const year = String(Number(found) + (random() < 0.5 ? -1 : 1) * (1 + Math.floor(random() * 8)))
    if (found === undefined || passages.some((one) => texts.get(one)?.includes(year))) return []
    return [unanswered(`${id}-year`, question.replaceAll(found, year))]
  })
}

function unanswered(id: string, question: string): SetQuestion {
  return { id, question, answers: [], passages: [] }
}

/** A ranking as it would be were the passages that answer not there, nor, with `topics`, any others of their topics. */
export function withoutAnswers(
  { passages, answers }: SetQuestion,
  { ranked }: Ranking,
  topics: ReadonlyMap<string, string> | null,
): Ranked[] {
  const gone = new Set(passages.map((id) => topics?.get(id)))
  const left = ranked.filter(({ facts }) => {
    const { id } = facts.report
    if (passages.includes(id) || (topics !== null && gone.has(topics.get(id)))) return false
    return !answers.some((answer) => answer.length > 2 && facts.passage.text.includes(answer))
  })
  // The best by words may be among those that are gone.
  const most = Math.max(...left.map(({ features }) => features.words)) || 1
  return left.map((one) => ({ ...one, features: { ...one.features, words: one.features.words / most } }))
}
