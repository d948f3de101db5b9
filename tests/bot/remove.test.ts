import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileTexts } from '../../src/bot/views/fileTexts.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { ReportError } from '../../src/errors.ts'
import { buttonOf, labels, startPrivate, texts } from '../support/testBot.ts'

const { zh, en } = fileTexts

/** Lin (7) is an admin; the library holds files of these names. */
async function startShelf(context: TestContext, ...names: readonly string[]) {
  const stage = await startPrivate(context, { access: { admins: [7] } })
  for (const name of names) stage.library.put(name)
  const { chat, library, lin } = stage
  const now = (id: number) => chat.messages.get(id)
  return {
    ...stage,
    now,
    names: () => library.files.map(({ file }) => file),
    /** Presses the button of that label on the bot's message as it stands. */
    push: (id: number, label: string, user = lin) =>
      stage.press(now(id)!, user, buttonOf(now(id), label).callback_data),
  }
}

test('/remove lists what matches; a press asks once more; then the file is gone and can come back', async (context) => {
  const { ask, names, push, now } = await startShelf(context, '年报2023.pdf', '年报2024.pdf', '月报.txt')
  const [list] = await ask('/remove 年报')
  assert.equal(list?.text, zh.choose)
  assert.deepEqual(labels(list), [['年报2023 · 年报2023.pdf'], ['年报2024 · 年报2024.pdf']])
  const id = list!.message_id
  await push(id, '年报2024 · 年报2024.pdf')
  assert.deepEqual(
    [now(id)?.text, labels(now(id))],
    ['确定要移除《年报2024》吗?\n年报2024.pdf', [[zh.buttons.remove, zh.buttons.cancel]]],
  )
  assert.deepEqual(names(), ['年报2023.pdf', '年报2024.pdf', '月报.txt'])
  assert.deepEqual((await push(id, zh.buttons.remove)).notice, { text: zh.removing })
  assert.deepEqual([now(id)?.text, labels(now(id))], [zh.removed('年报2024', '年报2024.pdf'), [[zh.buttons.putBack]]])
  assert.deepEqual(names(), ['年报2023.pdf', '月报.txt'])
  await push(id, zh.buttons.putBack)
  assert.deepEqual(names(), ['年报2023.pdf', '年报2024.pdf', '月报.txt'])
})

test('one match, by words in any order, case and width', async (context) => {
  const { ask } = await startShelf(context, 'Report 城市 2024.pdf', 'Report 农村 2024.pdf')
  for (const words of ['城市', 'report 城市', '２０２４ 城市 REPORT', '城市 2024.pdf'])
    assert.deepEqual(labels((await ask(`/remove ${words}`))[0]), [['Report 城市 2024 · Report 城市 2024.pdf']], words)
})

test('cancel leaves the file where it is', async (context) => {
  const { ask, names, push, now } = await startShelf(context, 'a.txt')
  const id = (await ask('/remove a'))[0]!.message_id
  await push(id, 'a · a.txt')
  await push(id, zh.buttons.cancel)
  assert.deepEqual([now(id)?.text, labels(now(id)), names()], [zh.nothingRemoved, [], ['a.txt']])
})

test('no match says so, and an empty folder what to do', async (context) => {
  const { ask, library } = await startShelf(context)
  assert.deepEqual(texts(await ask('/remove')), [zh.folderEmpty])
  library.put('a.txt')
  assert.deepEqual(texts(await ask('/remove 火箭')), [zh.noMatch('火箭')])
})

test('without words, or with many matches, eight are listed with how to narrow', async (context) => {
  const names = Array.from({ length: 10 }, (_, i) => `${i}年的一份名称非常长非常长非常长非常长非常长的工作报告.txt`)
  const { ask } = await startShelf(context, ...names)
  for (const command of ['/remove', '/remove 报告']) {
    const [list] = await ask(command)
    assert.equal(list?.text, zh.chooseFirst(8, 10))
    assert.equal(labels(list).length, 8)
    assert.ok(
      labels(list)
        .flat()
        .every((label) => label.length <= 60),
    )
  }
})

test('a file that went meanwhile is not asked about', async (context) => {
  const { ask, library, push } = await startShelf(context, 'a.txt')
  const [list] = await ask('/remove')
  await library.remove(library.files[0]!.id)
  const pressed = await push(list!.message_id, 'a · a.txt')
  assert.deepEqual(pressed, { notice: { text: zh.notThere, show_alert: true }, messages: [] })
})

test('what hinders a removal is told, and the buttons stay', async (context) => {
  const { ask, library, push, now } = await startShelf(context, 'a.txt')
  const id = (await ask('/remove a'))[0]!.message_id
  await push(id, 'a · a.txt')
  library.remove = () =>
    Promise.reject(new ReportError({ zh: '文件夹不可写。', en: 'The folder cannot be written to.' }))
  const { messages } = await push(id, zh.buttons.remove)
  assert.deepEqual(texts(messages), ['文件夹不可写。'])
  assert.deepEqual(labels(now(id)), [[zh.buttons.remove, zh.buttons.cancel]])
})

test('the buttons hold after a restart, and are for admins only', async (context) => {
  const { ask, names, push, restart, person } = await startShelf(context, 'a.txt')
  const id = (await ask('/remove a'))[0]!.message_id
  await restart()
  const refused = { notice: { text: botTexts.en.onlyAdmins, show_alert: true }, messages: [] }
  assert.deepEqual(await push(id, 'a · a.txt', person(9, 'en')), refused)
  await push(id, 'a · a.txt')
  await restart()
  assert.deepEqual(await push(id, zh.buttons.remove, person(9, 'en')), refused)
  assert.deepEqual(names(), ['a.txt'])
  await push(id, zh.buttons.remove)
  assert.deepEqual(names(), [])
})

test('a button of before, which could as well be of a list of reports, takes no file out', async (context) => {
  const { ask, library, lin, names, press } = await startShelf(context, 'a.txt')
  const [list] = await ask('/remove a')
  const pressed = await press(list!, lin, `t_${library.files[0]!.id}`, { stale: true })
  assert.deepEqual(pressed, { notice: { text: botTexts.zh.noSuchButton, show_alert: true }, messages: [] })
  assert.deepEqual(names(), ['a.txt'])
})

test('/remove is for admins in private chats', async (context) => {
  const { api, say, lin, person } = await startShelf(context, 'a.txt')
  const ann = person(9, 'en')
  assert.deepEqual(texts(await say(api.privateChat(ann), ann, '/remove a')), [botTexts.en.onlyAdmins])
  assert.deepEqual(await say(api.group(-1005), lin, '/remove a'), [])
})

test('/remove speaks English too', async (context) => {
  const { ask, push, now } = await startShelf(context, 'a.txt')
  await ask('/language en')
  const [list] = await ask('/remove')
  assert.equal(list?.text, en.choose)
  await push(list!.message_id, 'a · a.txt')
  assert.equal(now(list!.message_id)?.text, 'Really remove “a”?\na.txt')
  await push(list!.message_id, en.buttons.remove)
  assert.equal(now(list!.message_id)?.text, en.removed('a', 'a.txt'))
})
