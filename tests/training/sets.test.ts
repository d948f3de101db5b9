import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heldBackQuestions, learningQuestions, type SetQuestion } from '../../scripts/training/sets.ts'

/** A set with so many questions, three about each passage. */
const setOf = (count: number): SetQuestion[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `q${i}`,
    question: `问题 ${i}`,
    answers: [],
    passages: [`p${Math.floor(i / 3)}`],
  }))
const passagesOf = (questions: readonly SetQuestion[]) => new Set(questions.flatMap(({ passages }) => passages))

test('what is learned from and what is held back have no question and no passage in common', () => {
  const questions = setOf(9000)
  const held = heldBackQuestions(questions)
  const learning = learningQuestions(questions)
  assert.equal(held.length, 1000)
  assert.ok(learning.length > 1000)
  const touched = passagesOf(held)
  for (const passage of passagesOf(learning)) assert.ok(!touched.has(passage), passage)
})

test('of a small set half is held back, and of the other half all is learned from', () => {
  const questions = setOf(300)
  const held = heldBackQuestions(questions)
  const learning = learningQuestions(questions)
  assert.equal(held.length, 150)
  assert.equal(new Set([...held, ...learning]).size, 300)
  assert.equal(learning.length, 150)
})

test('the choice is the same in every run', () => {
  assert.deepEqual(heldBackQuestions(setOf(3000)), heldBackQuestions(setOf(3000)))
  assert.deepEqual(learningQuestions(setOf(3000)), learningQuestions(setOf(3000)))
})
