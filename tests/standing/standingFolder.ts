import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { answererOver as over } from '../../src/library/indexAnswerer.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { lookThrough } from '../../src/standing/lookThrough.ts'
import { type NewQuestion, standingQuestions } from '../../src/standing/questions.ts'
import type { Announcement } from '../../src/standing/types.ts'
import type { StateStore } from '../../src/state/types.ts'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { newQuestion } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'
import { build, openBuilt, report, spring, workshop } from '../support/testIndex.ts'

/** The time of every look. */
export const now = Date.UTC(2026, 5, 1)

/** A report of bridges, which the first reports lack. */
export const bridges = report('夏天的工作报告', ['全年新修桥梁七座,全部通车。', '植树三千棵。'])

/** A folder whose index is looked through after each change, with a question for bridges. */
export async function startFolder(t: TestContext, files: Record<string, string> = { 'a.txt': spring }) {
  const places = await workshop(t, files)
  const embedder = fakeEmbedder()
  const state = memoryState()
  const questions = standingQuestions(state)
  const current = async () => {
    await build(places, embedder)
    const originals = originalsIn(places.reports)
    return over(await openBuilt(places, embedder), { embedder, originals, minConfidence: null })
  }
  const look = async (store: StateStore = state) =>
    lookThrough({ state: store, current: await current(), minConfidence: 0, now: () => now })
  await look()
  const set = async (text: string, more: Partial<NewQuestion> = {}) => {
    const { searcher } = await current()
    const { sketch } = await searcher.sketch({ text })
    const question = await questions.add(newQuestion({ text, sketch, ...more }))
    assert.ok(typeof question === 'object')
    return question
  }
  const announced = async () => {
    const keys = await state.keys('announcement')
    const texts = await Promise.all(keys.map((key) => state.get(key as `announcement/${string}`)))
    return texts.map((text) => JSON.parse(text!) as Announcement)
  }
  const told = async () => (await announced()).flatMap(({ findings }) => findings.map(({ report: id }) => id))
  return { places, state, questions, look, set, announced, told }
}
