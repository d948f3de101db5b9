import assert from 'node:assert/strict'
import { test } from 'node:test'
import { downloadFailedText, fileTexts } from '../../src/bot/views/fileTexts.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { memoryState } from '../fakes/state.ts'
import { buttonOf, labels, texts } from '../support/testBot.ts'
import { bytesOf, report, startUploads, taken, takenInAlbum } from './uploadStage.ts'

const { zh } = fileTexts

test('undo takes a file out and can itself be undone, also after a restart', async (context) => {
  const { document, names, press, lin, now, restart } = await startUploads(context)
  const [message] = await document(report)
  await restart()
  const undo = buttonOf(message, zh.buttons.undo).callback_data
  assert.deepEqual(await press(message!, lin, undo), { notice: { text: zh.removing }, messages: [] })
  assert.deepEqual([now(message)?.text, names()], [zh.removed('年报', '年报.pdf'), []])
  await restart()
  const back = buttonOf(now(message), zh.buttons.putBack).callback_data
  assert.deepEqual(await press(message!, lin, back), { notice: { text: zh.puttingBack }, messages: [] })
  assert.deepEqual([now(message)?.text, names()], [zh.putBack('年报', '年报.pdf'), ['年报.pdf']])
  await press(message!, lin, buttonOf(now(message), zh.buttons.undo).callback_data)
  assert.deepEqual(names(), [])
  await press(message!, lin, undo, { stale: true })
  assert.equal(now(message)?.text, zh.notThere, 'pressed twice')
})

test('what cannot be put back says so', async (context) => {
  const { library, document, press, lin, now } = await startUploads(context)
  const [message] = await document(report)
  await press(message!, lin, buttonOf(message, zh.buttons.undo).callback_data)
  library.keepsRemoved = false
  await press(message!, lin, buttonOf(now(message), zh.buttons.putBack).callback_data)
  assert.deepEqual([now(message)?.text, labels(now(message))], [zh.goneForGood, []])
})

test('the buttons are for admins only', async (context) => {
  const { album, document, names, press, now, person } = await startUploads(context)
  const stranger = person(8, 'zh-hans')
  const refused = { notice: { text: botTexts.zh.onlyAdmins, show_alert: true }, messages: [] }
  for (const [message] of [await document(report), await album([{ name: 'a.pdf', bytes: bytesOf('甲。') }])]) {
    const { callback_data } = buttonOf(message, zh.buttons.undo)
    assert.deepEqual(await press(message!, stranger, callback_data), refused)
    assert.deepEqual(labels(now(message)), [[zh.buttons.undo]])
  }
  assert.deepEqual(names(), ['a.pdf', '年报.pdf'])
})

test('an album’s button of which nothing is remembered says that it no longer works', async (context) => {
  const { document, press, lin } = await startUploads(context)
  const [message] = await document(report)
  const pressed = await press(message!, lin, 'T_0123456789abcdef', { stale: true })
  assert.deepEqual(pressed.notice, { text: botTexts.zh.noSuchButton, show_alert: true })
})

test('an update that comes again adds nothing twice and changes nothing', async (context) => {
  const { api, library, document, album, names } = await startUploads(context)
  api.duplicateUpdates(1)
  const [message, ...more] = await document(report)
  assert.deepEqual([message?.text, labels(message), more], [taken('年报.pdf'), [[zh.buttons.undo]], []])
  api.duplicateUpdates(2)
  const together = await album([
    { name: 'a.pdf', bytes: bytesOf('甲。') },
    { name: 'b.pdf', bytes: bytesOf('乙。') },
  ])
  assert.deepEqual(texts(together), [[takenInAlbum('a.pdf', 1), takenInAlbum('b.pdf', 1)].join('\n')])
  assert.deepEqual(names(), ['a.pdf', 'b.pdf', '年报.pdf'])
  assert.equal(library.added.length, 3)
})

test('a file that was added before a kill, and not remembered, is still this upload’s to undo', async (context) => {
  const state = memoryState()
  const { set } = state
  let [outcomesLost, handledLost] = [1, 1]
  state.set = async (key, value) => {
    if (key.startsWith('upload/') && value?.includes('✅') && outcomesLost-- > 0) throw new Error('killed')
    if (key.startsWith('handled/') && handledLost-- > 0) throw new Error('killed')
    return set(key, value)
  }
  const { api, library, document, names, press, lin, chat, now } = await startUploads(context, { state })
  api.duplicateUpdates(1)
  const [message] = await document(report)
  assert.equal(library.added.length, 2)
  assert.deepEqual([now(message)?.text, labels(now(message))], [taken('年报.pdf'), [[zh.buttons.undo]]])
  assert.ok(api.messages(chat).filter(({ text }) => text?.startsWith('✅')).length === 1)
  await press(message!, lin, buttonOf(message, zh.buttons.undo).callback_data)
  assert.deepEqual(names(), [])
})

test('a stop does not wait for a file that takes long, and leaves it to the next start', async (context) => {
  const { api, chat, lin, library, during, now, names, restart } = await startUploads(context)
  library.onAdd = () => new Promise(() => {})
  const sent = api.sendDocument(chat, lin, report)
  await api.waitFor('file')
  await restart()
  const begun = api.messages(chat)[0]
  assert.equal(begun?.text, zh.received('年报.pdf'))
  library.onAdd = () => {}
  await during(chat, () => api.pushUpdate({ message: sent as never }))
  assert.deepEqual([now(begun)?.text, names()], [taken('年报.pdf'), ['年报.pdf']])
})

test('a download that breaks once is tried again, and the token is nowhere in what is logged or said', async (context) => {
  const faults = [{ status: 500 }, { stopsAfter: 5 }, { dropConnection: true }]
  const { api, document, names, logged, callsOf } = await startUploads(context, { hideToken: false })
  for (const [i, fault] of faults.entries()) {
    api.fail('file', fault)
    const [message] = await document({ name: `${i}.txt`, bytes: bytesOf(`第${i}份报告。`) })
    assert.equal(message?.text, taken(`${i}.txt`, 1), JSON.stringify(fault))
  }
  assert.deepEqual([names(), callsOf('file').length], [['0.txt', '1.txt', '2.txt'], 6])
  api.fail('file', { status: 502, times: 2 })
  const [message] = await document(report)
  assert.deepEqual([message?.text, labels(message)], [zh.refused('年报.pdf', downloadFailedText.zh), []])
  assert.match(logged.join(''), /could not be downloaded status 502/u)
  assert.doesNotMatch(logged.join(''), /\/file\/bot|fetch failed/u)
})
