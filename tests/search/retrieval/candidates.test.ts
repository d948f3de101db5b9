import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Candidate, candidateFinder } from '../../../src/search/retrieval/candidates.ts'
import { type Given, type SmallIndex, smallIndex } from '../smallIndex.ts'

async function found({ index, read, vector }: SmallIndex, question: string): Promise<Candidate[]> {
  return candidateFinder(index)(read(question), vector(question))
}

const positions = (candidates: readonly Candidate[]) => candidates.map(({ position }) => position)
/** How candidates are put in order, as the architecture says. */
const fused = ({ cosine, bm25, bestBm25 }: Candidate) => cosine + bm25 / bestBm25

/** `count` passages that share the question's word, each a little longer than the one before. */
const similar = (count: number, given: Omit<Given, 'text'> = {}): Given[] =>
  Array.from({ length: count }, (_, i) => ({ text: `灯塔${'修'.repeat(i + 1)}。`, ...given }))

test('a passage found by words alone and one found by its vector alone are both candidates', async () => {
  // Sixty passages are nearer by vector than the last, and it alone holds the word 灯塔; the question shares letters
  // with the others but no word, so words alone find the last.
  const near = Array.from({ length: 60 }, (_, i) => ({ text: `塔很灯${'甲乙丙丁戊己庚辛壬癸'[i % 10]}` }))
  const far = { text: `灯塔${'风浪潮汐雨雪雾霜雷电云霞星辰日月'.repeat(4)}` }
  const small = smallIndex([...near, far])
  const nearest = await small.index.vectors.search(small.vector('灯塔'), 40)
  assert.ok(!nearest.some(({ passage }) => passage === 60), 'not among the forty nearest')
  const candidates = await found(small, '灯塔')
  assert.ok(positions(candidates).includes(60), 'by words')
  assert.ok(positions(candidates).includes(0), 'by vector')
  assert.equal(candidates.find(({ position }) => position === 0)?.bm25, 0)
})

test('every candidate carries what both retrievers say of it', async () => {
  const small = smallIndex([{ text: '灯塔亮了。' }, { text: '渔船返航。' }])
  const question = '灯塔亮了'
  const candidates = await found(small, question)
  const scores = small.scores(small.read(question).terms)
  assert.equal(candidates.length, 2)
  for (const { position, cosine, bm25, bestBm25 } of candidates) {
    assert.equal(cosine, small.similarity(small.vector(question), position))
    assert.equal(bm25, scores[position])
    assert.equal(bestBm25, Math.max(...scores))
  }
})

test('forty are kept at most, those that fit best, in order', async () => {
  const small = smallIndex(similar(70))
  const candidates = await found(small, '灯塔')
  assert.equal(candidates.length, 40)
  assert.equal(candidates[0]?.position, 0, 'the shortest is nearest by either')
  const worths = candidates.map(fused)
  assert.deepEqual(
    worths,
    [...worths].sort((a, b) => b - a),
  )
})

test('passages that are alike come in order of their position, at every run', async () => {
  const small = smallIndex(Array.from({ length: 6 }, () => ({ text: '灯塔亮了。' })))
  const first = await found(small, '灯塔')
  assert.deepEqual(positions(first), [0, 1, 2, 3, 4, 5])
  assert.deepEqual(await found(small, '灯塔'), first)
})

test('a question whose words occur nowhere still has candidates, and no division by zero', async () => {
  const candidates = await found(smallIndex([{ text: '灯塔亮了。' }, { text: '渔船返航。' }]), 'lobster')
  assert.equal(candidates.length, 2)
  for (const candidate of candidates) assert.equal(fused(candidate), 0)
})

test('an empty index has no candidates', async () => {
  assert.deepEqual(await found(smallIndex([]), '灯塔'), [])
})

const stated = (report: string, year: number) => ({ report, metadata: { title: `${year}年港务年报` } })

test('the best of the reports that state the year asked for are candidates too', async () => {
  // The report of 2016 speaks of something else, which neither retriever finds among sixty lighthouses.
  const others = [...similar(60, stated('a', 2015)), ...similar(5, stated('b', 2014))]
  const small = smallIndex([...others, { text: '渔船返航。', ...stated('c', 2016) }])
  assert.ok(!positions(await found(small, '灯塔')).includes(65), 'not without the year')
  const candidates = await found(small, '2016年灯塔')
  assert.ok(positions(candidates).includes(65))
  assert.equal(candidates.length, 41, 'forty, and one of the year')
})

test('sixteen of the year’s reports at most are added, the best of them, and none twice', async () => {
  const ofYear = Array.from({ length: 30 }, (_, i) => ({ text: `船${'远'.repeat(30 - i)}。`, ...stated('c', 2016) }))
  const small = smallIndex([...similar(60, stated('a', 2015)), ...similar(1, stated('b', 2014)), ...ofYear])
  const candidates = positions(await found(small, '2016年灯塔船'))
  assert.ok(candidates.filter((position) => position > 60).length >= 16)
  assert.ok(candidates.length <= 56)
  assert.equal(new Set(candidates).size, candidates.length)
  assert.ok(candidates.includes(90), 'the shortest fits best')
})

test('a year that most reports state tells nothing and adds none', async () => {
  const most = [
    ...similar(60, stated('a', 2016)),
    { text: '渔船返航。', ...stated('b', 2016) },
    ...similar(1, stated('c', 2015)),
  ]
  const small = smallIndex(most)
  assert.ok(!positions(await found(small, '2016年灯塔')).includes(60))
})

test('a year that just half of the reports state still tells them apart', async () => {
  const half = [...similar(60, stated('a', 2015)), { text: '渔船返航。', ...stated('b', 2016) }]
  assert.ok(positions(await found(smallIndex(half), '2016年灯塔')).includes(60))
})
