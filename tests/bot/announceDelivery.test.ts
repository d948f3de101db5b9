import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { Report } from '../../src/reports/types.ts'
import type { StandingQuestion } from '../../src/standing/types.ts'
import { openSharedFolder } from '../../src/state/sharedFolder.ts'
import { emptyFolder } from '../contracts/stateStore.ts'
import {
  findingOf,
  groupId,
  longDue,
  people,
  source,
  startAnnouncer,
  startTelegram,
  three,
  two,
} from '../support/announcing.ts'
import { quoteOf, reportOf, sends, texts } from '../support/testBot.ts'

const { standing: zh } = botTexts.zh
const { standing: en } = botTexts.en

test('a group that became a supergroup unnoticed is told where it is now', async (context) => {
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const group = api.group(-5, { type: 'group' })
  const moved = api.migrate(group, api.user(7))
  await keep({ chat: -5, findings: [findingOf(await set({ chat: -5, message: 3 }), three)] })
  await round()
  await round()
  assert.deepEqual([said(-5).length, said(moved.id).length], [0, 1])
})

test('all of a chat that cannot be reached is ended, and nothing of others', async (context) => {
  const { api, questions, set, keep, said, round, logged } = await startAnnouncer(context)
  api.chat(7).membership = 'blocked'
  api.group(groupId).membership = 'kicked'
  api.group(-1006).membership = 'left'
  api.group(-1007).membership = 'muted'
  for (const chat of [7, 8, groupId, -1006, -1007, -1008]) {
    await questions.setDigest({ chat, topic: null, every: 'day', tags: [], person: 7, locale: 'zh' })
    await keep({ chat, findings: [findingOf(await set({ chat }), three)] })
    await set({ chat, text: '人口多少?' })
  }
  await round()
  await round()
  const left = (await questions.all()).map(({ chat }) => chat)
  assert.deepEqual(new Set(left), new Set([8, -1007]))
  assert.deepEqual(new Set((await questions.digests()).map(({ chat }) => chat)), new Set([8, -1007]))
  assert.deepEqual([said(7).length, said(8).length], [0, 1])
  assert.equal(sends(api).length, 6)
  assert.equal(logged.filter((line) => line.includes('Telegram refused an announcement')).length, 5)
})

test('floods, faults of the server and connections that break delay a message, and double none', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const { api, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  const faults = [{ status: 429, retry_after: 0 }, { status: 502 }, { dropConnection: true }]
  for (const fault of faults) {
    api.fail('sendMessage', fault)
    await keep({ findings: [findingOf(question, three)] })
    await round()
  }
  await round()
  assert.equal(said().length, faults.length)
  assert.equal(sends(api).length, 2 * faults.length)
})

test('what could not be sent in one round is sent in the next, once', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const { api, questions, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  for (const fault of [
    { status: 429, retry_after: 600, times: 1 },
    { status: 500, times: 5 },
  ]) {
    api.fail('sendMessage', fault)
    await keep({ findings: [findingOf(question, three)] })
    const before = said().length
    await round()
    assert.equal(said().length, before)
    await round()
    await round()
    assert.equal(said().length, before + 1)
  }
  assert.equal((await questions.all()).length, 1)
})

test('of two replicas over one state one tells each thing, also where calls fail', async (context) => {
  context.mock.method(Math, 'random', () => 0)
  const api = await startTelegram(context)
  const folder = await emptyFolder(context)
  const states = [await openSharedFolder(folder), await openSharedFolder(folder)]
  context.after(() => Promise.all(states.map((state) => state.close())))
  const [one, two] = [
    await startAnnouncer(context, { api, state: states[0]! }),
    await startAnnouncer(context, { api, state: states[1]! }),
  ]
  // The faults are asked in this order, and the first of them counts the calls.
  let calls = 0
  api.fail('sendMessage', { status: 500, times: Infinity, where: () => ++calls % 40 === 10 })
  api.fail('sendMessage', { status: 429, retry_after: 0, times: Infinity, where: () => calls % 40 === 20 })
  api.fail('sendMessage', { dropConnection: true, times: Infinity, where: () => calls % 40 === 30 })
  const question = await one.set({})
  const count = 40
  for (let i = 0; i < count; i++) await one.keep({ findings: [findingOf(question, three)] })
  await Promise.all([one.round(), two.round()])
  await Promise.all([one.round(), two.round()])
  assert.equal(one.said().length, count)
})

test('what was kept and not sent before a restart is sent after it, and nothing again', async (context) => {
  const first = await startAnnouncer(context)
  const { api, state, said } = first
  const question = await first.set({})
  await first.keep({ findings: [findingOf(question, three)] })
  await first.round()
  await first.end()
  await first.keep({ findings: [findingOf(question, two)] })
  await first.round()
  assert.equal(said().length, 1)
  const second = await startAnnouncer(context, { api, state })
  await second.round()
  assert.deepEqual(
    said().map(({ text }) => text?.includes('今年')),
    [true, false],
  )
})

test('nothing is told before it is due', async (context) => {
  const { state, set, keep, said, round } = await startAnnouncer(context)
  const findings = [findingOf(await set({}), three)]
  await keep({ id: 'later', due: longDue + 7200, findings })
  await round()
  assert.deepEqual(said(), [])
  await state.set('announcement/later', null)
  await keep({ id: 'later', findings })
  await round()
  assert.equal(said().length, 1)
})

test('a quote that the index does not hold yet is waited for; one that is gone is not told', async (context) => {
  const { found, set, keep, said, round } = await startAnnouncer(context)
  const question = await set({})
  found.splice(0, 1)
  const due = Math.floor(Date.now() / 1000)
  await keep({ due, findings: [findingOf(question, three), findingOf(question, two)] })
  await round()
  assert.deepEqual(said(), [])
  found.push(three)
  await round()
  assert.equal(said()[0]?.text?.split(source(1)).length, 2)
  found.splice(0)
  await keep({ findings: [findingOf(question, people)] })
  await round()
  found.push(people)
  await round()
  assert.equal(said().length, 1)
})

test('a report that the index does not hold yet is waited for', async (context) => {
  const reports: Report[] = []
  const { questions, keep, said, round } = await startAnnouncer(context, { reports })
  await questions.setDigest({ chat: 7, topic: null, every: 'day', tags: ['西城街道'], person: 7, locale: 'zh' })
  await keep({ isDigest: true, due: Math.floor(Date.now() / 1000), reports: ['西城街道年报'] })
  await round()
  assert.deepEqual(said(), [])
  reports.push(reportOf('西城街道年报'))
  await round()
  assert.deepEqual(texts(said()), [`${zh.digestTitle}\n\n${zh.newReports(1)}\n\n西城街道年报`])
})

test('a look that fails keeps nothing that was found before from being told', async (context) => {
  const { standing, set, keep, said, round, logged } = await startAnnouncer(context)
  standing.onLook = () => Promise.reject(new Error('no index'))
  await keep({ findings: [findingOf(await set({}), three)] })
  await round()
  assert.equal(said().length, 1)
  assert.ok(logged.some((line) => line.includes('no index')))
})

test('a chat is told in the language that it chose, else in that of the question', async (context) => {
  const { state, set, keep, said, round } = await startAnnouncer(context)
  const tell = async (chat: number, locale: StandingQuestion['locale']) => {
    await keep({ chat, findings: [findingOf(await set({ chat, locale, text: `桥 ${locale}?` }), three)] })
    await round()
    return said(chat).at(-1)!.text!.split('\n')[0]
  }
  assert.equal(await tell(7, 'zh-Hant'), botTexts['zh-Hant'].standing.found)
  assert.notEqual(botTexts['zh-Hant'].standing.found, zh.found)
  assert.equal(await tell(7, 'en'), en.found)
  await state.set('language/7', 'en')
  assert.equal(await tell(7, 'zh'), en.found)
  await state.set('language/8', 'zh')
  assert.equal(await tell(8, 'en'), zh.found)
  assert.equal(await tell(8, 'zh-Hant'), botTexts['zh-Hant'].standing.found)
})

test('a quote with marks that no longer fit its words is told as it is', async (context) => {
  const short = quoteOf('修桥。')
  const { set, keep, said, round } = await startAnnouncer(context, { found: [short] })
  const finding = findingOf(await set({}), short)
  await keep({ findings: [{ ...finding, found: { ...finding.found, highlights: [], visible: [[0, 99]] } }] })
  await round()
  assert.ok(said()[0]?.text?.includes('\n修桥。\n'))
})
