import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import type { ModelDescription } from '../../src/embeddings/types.ts'
import type { Neighbour, OpenIndex, WordMatch } from '../../src/indexes/types.ts'
import { words } from '../../src/text/words.ts'
import { copyOf, type IndexedReport, indexed, randomModel, realReports, vectorOf } from '../support/indexedReports.ts'
import { hitOf, type Oracle, oracleOf } from './oracle.ts'

/** Makes an index of reports, in the order of their files. */
export type OpenIndexFactory = (reports: readonly IndexedReport[], model: ModelDescription) => Promise<OpenIndex>

export interface OpenIndexContractOptions {
  readonly skip?: string | false
  /** By how much a score may differ from that of the oracle, as engines add in another order and precision. */
  readonly tolerance: number
}

/** An index and what it should answer, with the position in it of each of the oracle's passages. */
export interface Compared {
  readonly index: OpenIndex
  readonly oracle: Oracle
  readonly positions: readonly number[]
}

const questions = [
  '安置房交付了多少套?',
  '街道财政收入增长多少',
  '新建小学几所',
  '老旧小区改造、环境整治',
  '第八批援疆干部',
]

/** Finds out which position each passage has. */
export async function compared(
  index: OpenIndex,
  reports: readonly IndexedReport[],
  meanLength?: number,
): Promise<Compared> {
  const oracle = oracleOf(reports, meanLength)
  const all = await index.vectors.search(vectorOf('any'), Math.max(1, index.size))
  const positions = all.map(({ passage }) => passage).sort((a, b) => a - b)
  const byReport = new Map<string, number[]>()
  for (const [i, { report }] of (await index.passages(positions)).entries()) {
    byReport.set(report, [...(byReport.get(report) ?? []), positions[i]!])
  }
  return { index, oracle, positions: reports.flatMap(({ entry }) => byReport.get(entry.id) ?? []) }
}

/**
 * Fails unless `found` is the best `count` by `scores`: the scores agree in order, and each hit has its own score.
 * Which of equals is taken may differ by rounding alone.
 */
export function assertBest(
  found: readonly (Neighbour | WordMatch)[],
  count: number,
  { positions }: Compared,
  scores: readonly number[],
  tolerance: number,
  isAllowed: (passage: number) => boolean = () => true,
): void {
  const places = new Map(positions.map((position, i) => [position, i]))
  const best = scores
    .filter((_, i) => isAllowed(i))
    .sort((a, b) => b - a)
    .slice(0, count)
  assert.equal(found.length, best.length, 'as many as there are')
  assert.equal(new Set(found.map(({ passage }) => passage)).size, found.length, 'each once')
  for (const [i, hit] of found.entries()) {
    const [position, score] = hitOf(hit)
    const place = places.get(position)
    assert.ok(place !== undefined && isAllowed(place), `${position} may be found`)
    assert.ok(Math.abs(score - best[i]!) <= tolerance, `hit ${i}: expected ${best[i]}, found ${score}`)
    assert.ok(
      Math.abs(score - scores[place]!) <= tolerance,
      `the score of ${position}: ${scores[place]}, found ${score}`,
    )
    const [before, above] = i === 0 ? [-1, Infinity] : hitOf(found[i - 1]!)
    assert.ok(score < above || (score === above && position > before), `hit ${i} is in order`)
  }
}

/** Fails unless an index answers all questions as the oracle does. */
export async function assertAnswers(all: Compared, tolerance: number): Promise<void> {
  const { index, oracle, positions } = all
  for (const question of questions) {
    const vector = vectorOf(question)
    const terms = words(question)
    const [byVector, byWords] = await Promise.all([index.vectors.search(vector, 10), index.words.search(terms, 10)])
    assertBest(byVector, 10, all, oracle.similarities(vector), tolerance)
    const scores = oracle.scores(terms)
    assertBest(byWords, 10, all, scores, tolerance, (i) => scores[i]! > 0)
    const found = byWords.map(({ passage }) => passage)
    assert.deepEqual(
      await index.passages(found),
      found.map((position) => oracle.passages[positions.indexOf(position)]),
    )
  }
}

/** What every `OpenIndex` promises, measured by an oracle that compares with everything. */
export function openIndexContract(name: string, make: OpenIndexFactory, options: OpenIndexContractOptions): void {
  const { tolerance, skip = false } = options
  describe(`OpenIndex ${name}`, { skip }, () => {
    let reports: IndexedReport[]
    let all: Compared
    const close = (found: ArrayLike<number>, expected: readonly number[]) => {
      assert.equal(found.length, expected.length)
      for (const [i, value] of expected.entries()) {
        assert.ok(Math.abs(found[i]! - value) <= tolerance, `${i}: expected ${value}, found ${found[i]}`)
      }
    }
    before(async () => {
      const real = await realReports()
      // The same words and vectors once more: whatever is found is found twice, with the same score.
      reports = [...real, copyOf(real[1]!, '9-copy')]
      all = await compared(await make(reports, randomModel), reports)
    })

    it('says what it holds', () => {
      const { index, oracle } = all
      assert.equal(index.size, oracle.passages.length)
      assert.deepEqual([index.vectors.size, index.vectors.dimensions], [index.size, randomModel.dimensions])
      assert.deepEqual(
        [...index.reports],
        reports.map(({ entry }) => [entry.id, entry]),
      )
    })

    it('numbers the passages of a report without gaps, reports in the order of their files', async () => {
      const { index, positions, oracle } = all
      assert.equal(positions.length, index.size)
      assert.deepEqual(await index.passages(positions), oracle.passages)
      assert.deepEqual(
        positions,
        [...positions].sort((a, b) => a - b),
      )
      let from = 0
      for (const { entry } of reports) {
        assert.equal(positions[from + entry.passages - 1], positions[from]! + entry.passages - 1)
        from += entry.passages
      }
    })

    it('finds by vector and by words what comparing with everything finds', () => assertAnswers(all, tolerance))

    it('takes the first of equals where the count cuts through them', async () => {
      const { index, oracle, positions } = all
      const twice = oracle.passages.findIndex(({ report, text }) => report === reports[1]!.entry.id && text.length > 40)
      const { text, report } = oracle.passages[twice]!
      for (const [search, asked] of [
        [index.vectors.search, vectorOf(text)],
        [index.words.search, words(text)],
      ] as const) {
        const found = await search(asked as never, 1)
        assert.deepEqual(
          found.map(({ passage }) => passage),
          [positions[twice]],
          `that of ${report}`,
        )
      }
    })

    it('gives as many as asked for, and all when there are fewer', async () => {
      const { index, oracle } = all
      const vector = vectorOf('all')
      assert.deepEqual(await index.vectors.search(vector, 0), [])
      const found = await index.vectors.search(vector, index.size + 5)
      assertBest(found, index.size + 5, all, oracle.similarities(vector), tolerance)
    })

    it('finds nothing by words that occur nowhere, and gives them no weight', async () => {
      assert.deepEqual(await all.index.words.search(['无此词语', 'xyzzy'], 10), [])
      assert.deepEqual(await all.index.words.search([], 10), [])
      assert.equal(all.index.words.weight('xyzzy'), 0)
      assert.deepEqual([...(await all.index.words.scores(['xyzzy'], all.positions.slice(0, 2)))], [0, 0])
    })

    it('weighs words by how rare they are', () => {
      const terms = [...new Set(questions.flatMap(words))]
      close(
        terms.map((term) => all.index.words.weight(term)),
        terms.map((term) => all.oracle.weight(term)),
      )
    })

    it('counts a word as often as it is asked for', async () => {
      const { index, oracle } = all
      const terms = words('小区小区小区改造')
      const scores = oracle.scores(terms)
      assertBest(await index.words.search(terms, 5), 5, all, scores, tolerance, (i) => scores[i]! > 0)
    })

    it('looks only into the reports it is told to', async () => {
      const { index, oracle } = all
      const ids = reports.map(({ entry }) => entry.id)
      for (const chosen of [[ids[0]!], ids.slice(1, 3), ids.slice(1), [...ids, 'unknown']]) {
        const among = new Set(chosen)
        const isAllowed = (i: number) => among.has(oracle.passages[i]!.report)
        const vector = vectorOf(chosen.join())
        const found = await index.vectors.search(vector, 8, among)
        assertBest(found, 8, all, oracle.similarities(vector), tolerance, isAllowed)
        const terms = words('小区改造')
        const scores = oracle.scores(terms)
        const matches = await index.words.search(terms, 8, among)
        assertBest(matches, 8, all, scores, tolerance, (i) => isAllowed(i) && scores[i]! > 0)
      }
      assert.deepEqual(await index.vectors.search(vectorOf('none'), 8, new Set()), [])
      assert.deepEqual(await index.words.search(words('小区改造'), 8, new Set(['unknown'])), [])
    })

    it('compares with the passages asked for, in the order asked for', async () => {
      const { index, oracle, positions } = all
      const places = [7, 3, 60, 11, positions.length - 1]
      const asked = places.map((place) => positions[place]!)
      const vector = vectorOf('some')
      const terms = words('街道办事处工作,城市改造')
      const of = (values: readonly number[]) => places.map((place) => values[place]!)
      close(await index.vectors.similarities(vector, asked), of(oracle.similarities(vector)))
      close(await index.words.scores(terms, asked), of(oracle.scores(terms)))
      assert.equal((await index.vectors.similarities(vector, [])).length, 0)
      assert.equal((await index.words.scores(terms, [])).length, 0)
    })

    it('gives passages and tokens back as they were put in', async () => {
      const { index, oracle, positions } = all
      const places = [5, 0, 60, 31]
      const asked = places.map((place) => positions[place]!)
      assert.deepEqual(
        await index.passages(asked),
        places.map((place) => oracle.passages[place]),
      )
      const tokens = reports.flatMap((report) => report.tokens)
      for (const [i, { values, starts }] of (await index.tokens(asked)).entries()) {
        assert.deepEqual(Uint8Array.from(values), tokens[places[i]!]!.values)
        assert.deepEqual(Uint16Array.from(starts), tokens[places[i]!]!.starts)
      }
      assert.deepEqual(await index.passages([]), [])
    })

    it('gives reports with their text to the letter', async () => {
      for (const { report } of reports) assert.deepEqual(await all.index.report(report.id), report)
      await assert.rejects(all.index.report('unknown'))
    })

    it('finds a passage by its id, and by its words after a report was renamed', async () => {
      const { index, oracle } = all
      for (const place of [0, 40, oracle.passages.length - 1]) {
        assert.deepEqual(await index.find(oracle.passages[place]!.id), oracle.passages[place])
      }
      const renamed = copyOf(reports[0]!, 'another-name').passages[3]!
      assert.equal((await index.find(renamed.id))?.text, renamed.text)
      assert.equal(await index.find('p-AAAAAAAAAAAAAAAA'), null)
    })

    it('answers many questions at once', async () => {
      await Promise.all([1, 2, 3, 4].map(() => assertAnswers(all, tolerance)))
    })

    it('answers without reports, and with one that has no passages', async () => {
      const nothing = { ...reports[0]!.report, id: 'empty', file: 'empty.txt', articles: [] }
      for (const few of [[], [indexed(nothing, 'f'.repeat(64))]]) {
        const index = await make(few, randomModel)
        assert.deepEqual([index.size, index.reports.size], [0, few.length])
        assert.deepEqual(await index.vectors.search(vectorOf('x'), 3), [])
        assert.deepEqual(await index.words.search(words('小区改造'), 3), [])
        assert.equal(await index.find(all.oracle.passages[0]!.id), null)
      }
    })
  })
}
