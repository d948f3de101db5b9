import { packTokens } from '../../src/embeddings/tokens.ts'
import { exactIndex } from '../../src/indexes/exact.ts'
import { type OpenIndex, outsideText, type PassageTokens, type Reports } from '../../src/indexes/types.ts'
import { definitionsIn } from '../../src/reports/definitions.ts'
import type { Metadata } from '../../src/reports/manuscript.ts'
import { writersIn } from '../../src/reports/passages.ts'
import type { Passage, Report } from '../../src/reports/types.ts'
import { lexiconOf } from '../../src/search/question/lexicon.ts'
import { type ParsedQuestion, parseQuestion } from '../../src/search/question/parsedQuestion.ts'
import { type Question, questionInput } from '../../src/search/question/question.ts'
import { factsOf, type PassageFacts } from '../../src/search/ranking/facts.ts'
import { type LateInteraction, lateInteraction, loadKernel } from '../../src/search/ranking/lateInteraction.ts'
import { normalize } from '../../src/text/normalize.ts'
import { cut } from '../../src/text/range.ts'
import { words } from '../../src/text/words.ts'
import { indexed } from '../indexes/postings.ts'

/** A passage of a small index; the first of a report gives its metadata. */
export interface Given {
  readonly text: string
  readonly report?: string
  readonly metadata?: Partial<Metadata>
  readonly headline?: string
  readonly section?: string
  readonly kind?: Passage['kind']
  /** What of the text names its writers. */
  readonly byline?: string
}

/** The same index as questions see it, and what of it is to be had at once. */
export interface SmallIndex {
  readonly index: OpenIndex
  tokens(position: number): PassageTokens
  facts(position: number): PassageFacts
  similarity(vector: Float32Array, position: number): number
  /** BM25 of every passage. */
  scores(terms: readonly string[]): Float32Array
  read(question: Question | string): ParsedQuestion
  /** The question's vector: its characters counted, at unit length. */
  vector(question: string): Float32Array
  interaction(question: Question | string): LateInteraction
}

const dimensions = 1024
const kernel = loadKernel()

/**
 * An index over passages of one report or several, with token vectors computable by hand: every character but white
 * space is a token and has a dimension of its own, so two tokens match by 1 if they are the same character, else by 0.
 */
export function smallIndex(given: readonly Given[]): SmallIndex {
  const places = new Map<string, number>()
  const placeOf = (character: string) => {
    const place = places.get(character) ?? places.size
    places.set(character, place)
    if (place >= dimensions) throw new Error('too many different characters for a small index')
    return place
  }
  const tokensOf = (text: string) =>
    [...text.matchAll(/\S/gu)].map(({ 0: character, index }) => ({ place: placeOf(character), start: index }))
  const vector = (text: string) => {
    const counts = new Float32Array(dimensions)
    for (const { place } of tokensOf(normalize(text).text)) counts[place]! += 1
    const length = Math.hypot(...counts)
    return counts.map((count) => count / length)
  }
  const input = (question: Question | string) =>
    questionInput(typeof question === 'string' ? { text: question } : question)
  const framed = ({ headline, section, text }: Given) => [headline, section, text].filter(Boolean).join('\n')
  const idOf = ({ report = 'tide' }: Given) => report
  const reports = new Map(
    [...new Set(given.map(idOf))].map((id) => [
      id,
      reportOf(
        id,
        given.filter((one) => idOf(one) === id),
      ),
    ]),
  )
  const passages = given.map((one, i): Passage => {
    const report = reports.get(idOf(one))!
    const at = report.text.indexOf(one.text)
    const cutting = cut(report.text, [[at, at + one.text.length]])
    const article = given.slice(0, i).filter((other) => idOf(other) === report.id).length
    return {
      ...cutting,
      id: `p${i}`,
      report: report.id,
      kind: one.kind ?? 'body',
      article,
      paragraph: 1,
      headline: one.headline ?? null,
      section: one.section ?? null,
      writers: writersIn(cutting, report.articles[article]!),
    }
  })
  const tokens = given.map((one): PassageTokens => {
    const front = tokensOf(normalize([one.headline, one.section].filter(Boolean).join('')).text)
    const own = tokensOf(normalize(one.text).text)
    const states = new Float32Array((front.length + own.length) * dimensions)
    for (const [i, { place }] of [...front, ...own].entries()) states[i * dimensions + place] = 1
    const starts = Uint16Array.from([...front.map(() => outsideText), ...own.map(({ start }) => start)])
    return { values: packTokens(states, dimensions), starts }
  })
  const entries = new Map(
    [...reports.values()].map(({ id, file, format, metadata, text }) => {
      const own = passages.filter(({ report }) => report === id)
      return [
        id,
        {
          id,
          file,
          format,
          metadata,
          contentSha256: '',
          passages: own.length,
          opening: text.slice(0, 400),
          definitions: definitionsIn(text),
        },
      ] as const
    }),
  )
  const positionsOf = (among: Reports) =>
    Uint32Array.from([...passages.keys()].filter((position) => among.has(passages[position]!.report)))
  const exact = exactIndex(Float32Array.from(given.flatMap((one) => [...vector(framed(one))])), dimensions)
  const joined = indexed(given.map((one) => words(framed(one))))
  const index: OpenIndex = {
    size: given.length,
    reports: entries,
    vectors: {
      ...exact,
      search: (asked, count, among) => exact.search(asked, count, among && positionsOf(among)),
    },
    words: {
      weight: joined.weight,
      search: async (terms, count, among) => joined.search(terms, count, among && positionsOf(among)),
      scores: async (terms, positions) => joined.scores(terms, positions),
    },
    passages: async (positions) => positions.map((position) => passages[position]!),
    tokens: async (positions) => positions.map((position) => tokens[position]!),
    report: async (id) => reports.get(id)!,
    placesOf: async () => null,
    find: async (id) => passages.find((passage) => passage.id === id) ?? null,
  }
  return {
    index,
    tokens: (position) => tokens[position]!,
    facts(position) {
      const passage = passages[position]!
      return factsOf(passage, entries.get(passage.report)!, tokens[position]!.starts)
    },
    similarity: exact.similarity,
    scores: joined.all,
    vector,
    read(question) {
      const made = input(question)
      const starts = Uint32Array.from(tokensOf(made.text), ({ start }) => start)
      return parseQuestion(made, starts, { ...lexiconOf(index), places: new Set() })
    },
    interaction(question) {
      const asked = tokensOf(input(question).text)
      const values = new Float32Array(asked.length * dimensions)
      for (const [i, { place }] of asked.entries()) values[i * dimensions + place] = 1
      return lateInteraction(kernel, values, dimensions)
    },
  }
}

function reportOf(id: string, given: readonly Given[]): Report {
  const text = given.map((one) => one.text).join('\n')
  return {
    id,
    file: `${id}.txt`,
    format: 'text',
    pages: [],
    doubtful: [],
    uncertainTables: [],
    notes: [],
    metadata: { title: id, ...given[0]?.metadata },
    text,
    articles: given.map(({ text: own, byline }) => {
      const at = byline === undefined ? 0 : text.indexOf(own) + own.indexOf(byline)
      const named = byline === undefined ? null : { cutting: cut(text, [[at, at + byline.length]]), ownLine: false }
      return { headline: null, kicker: null, byline: named, paragraphs: [] }
    }),
    dropped: [],
  }
}
