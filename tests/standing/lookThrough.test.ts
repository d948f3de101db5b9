import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fakeEmbedder } from '../fakes/embedder.ts'
import { newQuestion } from '../fakes/standing.ts'
import { autumn, put, report, spring } from '../support/testIndex.ts'
import { bridges, now, startFolder } from './standingFolder.ts'

test('a report that comes is told of once, and nothing that was there before', async (t) => {
  const { places, look, set, announced, told } = await startFolder(t, { 'a.txt': spring, 'old.txt': bridges })
  const question = await set('新建小学几所?')
  assert.equal(await look(), 0)
  assert.deepEqual(await announced(), [])
  await put(places.reports, { 'b.txt': report('秋天的通报', ['全市新建小学九所,已经开学。']) })
  assert.equal(await look(), 1)
  assert.deepEqual(await told(), ['b'])
  const [announcement] = await announced()
  assert.deepEqual([announcement?.chat, announcement?.due, announcement?.isDigest], [7, now / 1000, false])
  assert.deepEqual([announcement?.findings[0]?.question, announcement?.findings[0]?.before], [question.id, null])
  assert.equal(await look(), 0)
  assert.deepEqual(await told(), ['b'])
})

test('a renamed file, a copy with other bytes around it, and a report that went and came back are not new', async (t) => {
  const { places, look, set, told } = await startFolder(t)
  await set('新建小学几所?')
  await rename(join(places.reports, 'a.txt'), join(places.reports, 'renamed.txt'))
  await look()
  await put(places.reports, { 'copy.txt': `\uFEFF${spring}\n\n` })
  await look()
  await rm(join(places.reports, 'renamed.txt'))
  await look()
  await put(places.reports, { 'a.txt': spring })
  await look()
  assert.deepEqual(await told(), [])
})

test('of a corrected file only the sentences that changed are new', async (t) => {
  const { places, look, set, told } = await startFolder(t)
  await set('新建小学几所?')
  await put(places.reports, { 'a.txt': spring.replace('二十公里', '三十公里') })
  await look()
  assert.deepEqual(await told(), [], 'the sentence about schools is the one that was there')
  await put(places.reports, { 'a.txt': spring.replace('小学两所', '小学四所') })
  await look()
  assert.deepEqual(await told(), ['a'])
})

test('a new version of a report that was told of is told again', async (t) => {
  const { places, look, set, told } = await startFolder(t)
  await set('新建小学几所?')
  for (const count of ['九', '十一']) {
    await put(places.reports, { 'b.txt': report('秋天的通报', [`全市新建小学${count}所,已经开学。`]) })
    await look()
  }
  assert.deepEqual(await told(), ['b', 'b'])
})

test('a question whose sketch another model made is asked all the same, and one with a tag that no report has stops nobody', async (t) => {
  const { places, questions, look, set, told } = await startFolder(t)
  const old = await set('新建小学几所?')
  await questions.change(old, { sketch: { ...old.sketch, model: 'another' }, nearest: 9 })
  await questions.add(newQuestion({ text: '新建小学几所? #火星' }))
  await put(places.reports, { 'b.txt': report('秋天的通报', ['全市新建小学九所,已经开学。']) })
  await look()
  assert.deepEqual(await told(), ['b'])
  const renewed = await questions.get(7, old.id)
  assert.ok(renewed!.sketch.model === fakeEmbedder().model.id && renewed!.nearest < 9)
})

test('a digest lists the new reports of each of its places, also where one has none yet', async (t) => {
  const { places, questions, look, announced } = await startFolder(t)
  await questions.setDigest({
    chat: 7,
    topic: null,
    every: 'week',
    tags: ['西城街道', '东城街道'],
    person: 7,
    locale: 'zh',
  })
  const of = (name: string, district: string) => ({
    [`${name}.txt`]: report(`${name}报告`, ['植树三千棵。']),
    [`${name}.txt.meta.json`]: JSON.stringify({ district }),
  })
  await put(places.reports, { ...of('甲', '西城街道'), ...of('乙', '南城街道') })
  await look()
  assert.deepEqual(
    (await announced()).map(({ reports }) => reports),
    [['甲']],
  )
})

test('what is found after a digest was sent is told with another announcement', async (t) => {
  const { places, state, questions, look, set, announced } = await startFolder(t)
  await set('安置房交付几套?', { nearest: 1 })
  await questions.setDigest({ chat: 7, topic: null, every: 'day', tags: [], person: 7, locale: 'zh' })
  await put(places.reports, { 'b.txt': autumn })
  await look()
  const [first] = await announced()
  // Another process, whose clock is ahead, has sent it.
  await state.set(`announced/${first!.id}`, '1')
  await put(places.reports, { 'c.txt': autumn.replaceAll('四百', '五百') })
  await look()
  assert.deepEqual(
    (await announced()).map(({ findings }) => findings.map(({ report: id }) => id)),
    [['b'], ['c']],
  )
})

test('a paused question is not asked, and a question asked in two chats is told in both', async (t) => {
  const { places, questions, look, set, announced } = await startFolder(t)
  const paused = await set('新建小学几所?')
  await questions.change(paused, { isPaused: true })
  for (const chat of [-8, -9]) await set('新建小学几所?', { chat, topic: chat === -8 ? 5 : null })
  await put(places.reports, { 'b.txt': report('秋天的通报', ['全市新建小学九所,已经开学。']) })
  await look()
  const places_ = (await announced()).map(({ chat, topic }) => [chat, topic])
  assert.deepEqual(places_.sort(), [
    [-8, 5],
    [-9, null],
  ])
})

test('all that one update says to a chat is one announcement', async (t) => {
  const { places, look, set, announced } = await startFolder(t)
  await set('安置房交付几套?')
  await set('桥梁新修几座?')
  await put(places.reports, { 'b.txt': autumn, 'c.txt': bridges })
  await look()
  const all = await announced()
  assert.equal(all.length, 1)
  assert.deepEqual([...new Set(all[0]?.findings.map(({ report: id }) => id))].sort(), ['b', 'c'])
})

test('with a digest the findings of several updates wait in one announcement, with the reports of its tags', async (t) => {
  const { places, questions, look, set, announced } = await startFolder(t)
  await set('安置房交付几套?', { nearest: 1 })
  await questions.setDigest({ chat: 7, topic: null, every: 'day', tags: ['夏天'], person: 7, locale: 'zh' })
  await put(places.reports, { 'b.txt': autumn })
  await look()
  await put(places.reports, { 'c.txt': bridges })
  await look()
  const [announcement, ...others] = await announced()
  assert.deepEqual(others, [])
  assert.deepEqual(
    announcement?.findings.map(({ report: id }) => id),
    ['b'],
  )
  assert.deepEqual([announcement?.reports, announcement?.isDigest], [['c'], true])
  assert.ok(announcement!.due > now / 1000 && announcement!.due <= now / 1000 + 24 * 3600)
})
