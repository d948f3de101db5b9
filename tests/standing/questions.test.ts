import assert from 'node:assert/strict'
import { test } from 'node:test'
import { maxOfChat, maxOfPerson, standingQuestions } from '../../src/standing/questions.ts'
import { newQuestion } from '../fakes/standing.ts'
import { memoryState } from '../fakes/state.ts'

test('a question stands once, in the order in which it was set, in its own chat', async () => {
  let time = 0
  const questions = standingQuestions(memoryState(), () => time++)
  for (const text of ['修了几座桥?', '建了几所学校?', '修了几座桥?']) await questions.add(newQuestion({ text }))
  await questions.add(newQuestion({ text: '修了几座桥?', chat: -8 }))
  const texts = async (chat: number) => (await questions.ofChat(chat)).map(({ text }) => text)
  assert.deepEqual(await texts(7), ['建了几所学校?', '修了几座桥?'], 'set anew, so it is the latest')
  assert.deepEqual(await texts(-8), ['修了几座桥?'])
  assert.deepEqual(await texts(-80), [])
})

test('a person and a chat have a limit each, which a question that stands already does not pass', async () => {
  const questions = standingQuestions(memoryState())
  for (let i = 0; i < maxOfPerson; i++)
    assert.equal(typeof (await questions.add(newQuestion({ text: `第${i}问` }))), 'object')
  assert.equal(await questions.add(newQuestion({ text: '又一问' })), 'person limit')
  assert.equal(await questions.add(newQuestion({ text: '又一问', chat: -8 })), 'person limit')
  assert.equal(typeof (await questions.add(newQuestion({ text: '第1问' }))), 'object')
  for (let i = 0; i < maxOfChat; i++)
    await questions.add(newQuestion({ text: `群里第${i}问`, chat: -9, person: 100 + i }))
  assert.equal(await questions.add(newQuestion({ text: '又一问', chat: -9, person: 99 })), 'chat limit')
})

test('a question that stands already belongs to whoever set it first', async () => {
  const questions = standingQuestions(memoryState())
  const first = await questions.add(newQuestion({ chat: -8, person: 7, message: 3 }))
  assert.deepEqual(await questions.add(newQuestion({ chat: -8, person: 9, message: 5 })), first)
  const again = await questions.add(newQuestion({ chat: -8, person: 7, message: 6 }))
  assert.ok(typeof again === 'object' && again.message === 6)
  assert.equal((await questions.all()).length, 1)
})

test('an ended question is not brought back by what was begun before', async () => {
  const questions = standingQuestions(memoryState())
  const question = await questions.add(newQuestion({ text: '修了几座桥?' }))
  assert.ok(typeof question === 'object')
  await questions.end(question)
  await questions.change(question, { isPaused: true })
  assert.equal(await questions.get(7, question.id), null)
})

test('a group that became a supergroup keeps its questions and its digest, without messages and topics', async () => {
  const questions = standingQuestions(memoryState())
  await questions.add(newQuestion({ text: '修了几座桥?', chat: -8, topic: 4 }))
  await questions.setDigest({ chat: -8, topic: 4, every: 'day', tags: ['2020'], person: 7, locale: 'zh' })
  await questions.moveChat(-8, -1008)
  assert.deepEqual([await questions.ofChat(-8), await questions.digestsOf(-8)], [[], []])
  const [moved] = await questions.ofChat(-1008)
  assert.deepEqual([moved?.text, moved?.topic, moved?.message], ['修了几座桥?', null, null])
  assert.deepEqual(await questions.get(-1008, moved!.id), moved)
  assert.deepEqual(await questions.digestsOf(-1008), [
    { chat: -1008, topic: null, every: 'day', tags: ['2020'], person: 7, locale: 'zh' },
  ])
})

test('what ends a chat ends its questions and digests, and those of no other', async () => {
  const questions = standingQuestions(memoryState())
  await questions.add(newQuestion({ text: '修了几座桥?', chat: -8 }))
  await questions.add(newQuestion({ text: '修了几座桥?', chat: -80 }))
  await questions.setDigest({ chat: -8, topic: null, every: 'week', tags: [], person: 7, locale: 'zh' })
  await questions.endChat(-8)
  assert.deepEqual([(await questions.all()).map(({ chat }) => chat), await questions.digests()], [[-80], []])
})
