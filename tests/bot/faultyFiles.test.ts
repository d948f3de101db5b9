import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileTexts } from '../../src/bot/views/fileTexts.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { LibraryFault } from '../../src/library/types.ts'
import { fakeLibrary } from '../fakes/library.ts'
import { memoryState } from '../fakes/state.ts'
import { startPrivate, startStage, texts } from '../support/testBot.ts'

const { zh, en } = fileTexts
const faultOf = (file: string, reason = '已损坏。'): LibraryFault => ({
  file,
  text: { zh: reason, en: `Damaged (${reason})` },
})
const report = (...faults: readonly LibraryFault[]) =>
  [zh.faults(faults.length), ...faults.map(({ file, text }) => zh.fault(file, text.zh))].join('\n')

/** Two admins, of whom the second chose English. */
async function startWatch(context: TestContext, library = fakeLibrary()) {
  const stage = await startStage(context, { access: { admins: [7, 8] }, library })
  const chats = [stage.person(7, 'zh-hans'), stage.person(8, 'en')].map((user) => stage.api.privateChat(user))
  await stage.say(chats[1]!, stage.person(8, 'en'), '/language en')
  const heard = (i: number) =>
    texts(stage.api.messages(chats[i]!)).filter((text) => text !== botTexts.en.languageChosen)
  /** Waits until this many messages were sent to admins, well or not. */
  const sent = async (count: number, act: () => void) => {
    const before = stage.api.calls.length
    act()
    const isSend = (after: number) =>
      stage.api.calls.slice(after).filter(({ method, response }) => method === 'sendMessage' && response)
    await stage.api.waitFor(() => isSend(before).length >= count)
  }
  return { ...stage, library, chats, heard, sent }
}

test('faults are told once to every admin, in their language, several in one message', async (context) => {
  const { library, heard, sent } = await startWatch(context)
  const [a, b] = [faultOf('a.pdf'), faultOf('b.docx', '有密码。')]
  await sent(2, () => library.meets(a, b))
  assert.deepEqual(heard(0), [report(a, b)])
  assert.deepEqual(heard(1), [[en.faults(2), en.fault('a.pdf', a.text.en), en.fault('b.docx', b.text.en)].join('\n')])
})

test('what was told is not told again, also after a restart; another fault of the same file is', async (context) => {
  const { library, heard, sent, restart } = await startWatch(context)
  const [a, again] = [faultOf('a.pdf'), faultOf('a.pdf', '有密码。')]
  await sent(2, () => library.meets(a))
  library.meets(a)
  await restart()
  assert.equal(library.listeners, 1, 'the bot before listens no more')
  library.meets(a)
  await sent(2, () => library.meets(again))
  assert.deepEqual(heard(0), [report(a), report(again)])
})

test('faults that lay there at the start are told, and again after a restart only to whom they did not reach', async (context) => {
  const library = fakeLibrary()
  library.status = { ...library.status, faults: [faultOf('a.pdf')] }
  const state = memoryState()
  const { api, person, restart, say } = await startStage(context, { access: { admins: [7] }, library, state })
  // Nobody who never wrote to a bot can be written to.
  const refused = await api.waitFor('sendMessage')
  assert.equal(refused.response?.ok, false)
  while ((await state.keys('fault')).length > 0) await sleep(1)
  const lin = person(7, 'zh-hans')
  const chat = api.privateChat(lin)
  await restart()
  await api.waitFor('sendMessage', { after: api.calls.indexOf(refused) + 1 })
  assert.deepEqual(texts(api.messages(chat)), [report(faultOf('a.pdf'))])
  await restart()
  await say(chat, lin, '/start')
  assert.deepEqual(texts(api.messages(chat)), [report(faultOf('a.pdf')), botTexts.zh.start])
})

test('a fault that is over is told to whom it was told, and told anew when it comes again', async (context) => {
  const { library, heard, sent } = await startWatch(context)
  const [a, b, never] = [faultOf('a.pdf'), faultOf('b.pdf'), faultOf('c.pdf')]
  await sent(2, () => library.meets(a, b))
  await sent(2, () => library.mends(a, b, never))
  assert.deepEqual(heard(0).at(-1), [zh.cleared, '• a.pdf', '• b.pdf'].join('\n'))
  assert.deepEqual(heard(1).at(-1), [en.cleared, '• a.pdf', '• b.pdf'].join('\n'))
  library.mends(a)
  await sent(2, () => library.meets(a))
  assert.deepEqual(heard(0), [report(a, b), [zh.cleared, '• a.pdf', '• b.pdf'].join('\n'), report(a)])
})

test('what is wrong with the folder as a whole is told as that, and that it is over', async (context) => {
  const { library, heard, sent } = await startWatch(context)
  const fault = { file: '', text: { zh: '报告几乎都不在了。', en: 'Nearly all reports are gone.' } }
  await sent(2, () => library.meets(fault))
  await sent(2, () => library.mends(fault))
  assert.deepEqual(heard(0), [`${zh.folderFault}\n• ${fault.text.zh}`, `${zh.cleared}\n• ${zh.theFolder}`])
  assert.deepEqual(heard(1), [`${en.folderFault}\n• ${fault.text.en}`, `${en.cleared}\n• ${en.theFolder}`])
})

test('an admin who cannot be told does not keep the others from being told', async (context) => {
  const { library, chats, heard, sent, say, person } = await startWatch(context)
  chats[0]!.membership = 'blocked'
  await sent(2, () => library.meets(faultOf('a.pdf')))
  assert.deepEqual([heard(0).length, heard(1).length], [0, 1])
  const status = texts(await say(chats[1]!, person(8, 'en'), '/status')).join('')
  assert.match(status, /admin unreachable 1/u)
})

test('very many faults with long reasons stay within one message', async (context) => {
  const { library, heard, sent } = await startWatch(context)
  const faults = Array.from({ length: 300 }, (_, i) => faultOf(`${i}.pdf`, '坏'.repeat(1000)))
  await sent(2, () => library.meets(...faults))
  const [message, ...more] = heard(0)
  assert.deepEqual(more, [])
  assert.ok(message!.length <= 4096)
  const shown = message!.split('\n').filter((line) => line.startsWith('•')).length
  assert.ok(shown > 5)
  assert.ok(message!.endsWith(zh.moreFaults(300 - shown)))
})

test('files that come and go without a fault are told to nobody', async (context) => {
  const { api, library, say, chats, person } = await startWatch(context)
  const before = api.calls.filter(({ method }) => method === 'sendMessage').length
  library.meets()
  await say(chats[0]!, person(7, 'zh-hans'), '/help')
  assert.equal(api.calls.filter(({ method }) => method === 'sendMessage').length, before + 1)
})

test('/status shows faults, bounded, and an update under way', async (context) => {
  const library = fakeLibrary()
  const { ask } = await startPrivate(context, { access: { admins: [7] }, library })
  const faults = Array.from({ length: 7 }, (_, i) => faultOf(`${i}.pdf`))
  const update = { stage: 'embedding', done: 30, total: 120, secondsLeft: 20 } as const
  library.status = { ...library.status, faults, update }
  const lines = texts(await ask('/status'))
    .join('')
    .split('\n')
  assert.equal(lines[2], '正在更新:建立索引 30/120,还需约 20 秒')
  assert.deepEqual(lines.slice(-7), [
    zh.faults(7),
    ...faults.slice(0, 5).map(({ file, text }) => zh.fault(file, text.zh)),
    zh.moreFaults(2),
  ])
  await ask('/language en')
  library.status = { ...library.status, faults: [], update: { ...update, stage: 'reading', secondsLeft: null } }
  const fault = { file: '', text: { zh: '报告几乎都不在了。', en: 'Nearly all reports are gone.' } }
  const note = { zh: '有 1 个文件与另一个文件内容相同。', en: 'Files with the content of another one (1).' }
  const trouble = { canAnswer: true, text: fault.text }
  library.status = { ...library.status, faults: [fault], notes: [note], trouble }
  const english = texts(await ask('/status')).join('')
  // The folder's fault is told once, as what is wrong with the index.
  assert.equal(english.match(/Nearly all reports are gone\./gu)?.length, 1)
  assert.match(english, /^ℹ️ Files with the content of another one \(1\)\.$/mu)
  assert.match(english, /^Updating: reading files 30\/120$/mu)
  assert.doesNotMatch(english, /cannot be used/u)
})
