import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileTexts, tooLargeText } from '../../src/bot/views/fileTexts.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { SendOptions } from '../fakes/bot-api.ts'
import { brokenFile, wrongType } from '../fakes/library.ts'
import { buttonOf, labels, texts, usualAnswer } from '../support/testBot.ts'
import { bytesOf, report, startUploads, taken, takenInAlbum } from './uploadStage.ts'

const { zh, en } = fileTexts

test('a file of an admin goes into the library, and one message says what was found', async (context) => {
  const { asked, library, document, names, chat } = await startUploads(context)
  library.found = {
    articles: 3,
    passages: 45,
    doubtfulPages: [2, 5],
    uncertainTables: { count: 3, pages: [4, 6] },
    emptyPages: [3],
    notes: [{ zh: '第 3 页没有文字。', en: 'Page 3 has no text.' }],
  }
  const [message, ...more] = await document(report, { caption: '今年造了几座桥?' })
  assert.deepEqual(more, [])
  const found = [zh.added('年报.pdf'), zh.found({ reports: null, articles: 3, passages: 45 })]
  const lines = [...found, zh.doubtful('2、5'), zh.uncertainTables(3, '4、6'), zh.emptyPages('3')]
  assert.equal(message?.text, [...lines, '第 3 页没有文字。'].join('\n'))
  assert.deepEqual(labels(message), [[zh.buttons.undo]])
  assert.equal(message?.reply_to_message?.message_id, [...chat.messages.keys()][0])
  assert.deepEqual(library.added, [['年报.pdf', '造桥三座。修路四条。']])
  assert.deepEqual(names(), ['年报.pdf'])
  assert.deepEqual(asked, [], 'a caption on an admin’s file is no question')
})

test('the message speaks English to English speakers', async (context) => {
  const { api, library, during, person } = await startUploads(context, { access: { admins: [9] } })
  library.found = { articles: 1, passages: 1, notes: [{ zh: '无', en: 'Page 3 has no text.' }] }
  const ann = person(9, 'en')
  const chat = api.privateChat(ann)
  const [message] = await during(chat, () => api.sendDocument(chat, ann, report))
  assert.equal(message?.text, `✅ 年报.pdf\n1 article, 1 passage, ready for questions\nPage 3 has no text.`)
  const [refused] = await during(chat, () => api.sendDocument(chat, ann, { ...report, name: 'a.exe' }))
  assert.equal(refused?.text, en.refused('a.exe', wrongType.text.en))
})

test('a photo is named by its caption’s first line, else by its time, and comes in its largest size', async (context) => {
  const { asked, library, photo } = await startUploads(context)
  const date = Math.floor(Date.now() / 1000)
  await photo('第一版。', { caption: ' 方边村日报 第一版\n扫描' })
  await photo('第二版。', { date })
  const stamp = new Date(date * 1000).toISOString().replaceAll(':', '').replace('T', '-').slice(0, 17)
  assert.deepEqual(library.added, [
    ['方边村日报 第一版.jpg', '第一版。'],
    [`photo-${stamp}.jpg`, '第二版。'],
  ])
  assert.match(stamp, /^\d{4}-\d\d-\d\d-\d{6}$/u)
  assert.deepEqual(asked, [])
})

test('files sent before the bot came back are taken in, however old', async (context) => {
  const { document, names } = await startUploads(context)
  const [message] = await document(report, { date: Math.floor(Date.now() / 1000) - 3 * 86_400 })
  assert.equal(message?.text, taken('年报.pdf'))
  assert.deepEqual(names(), ['年报.pdf'])
})

test('an album gets one message with a line a file and one button, though one of its files is broken', async (context) => {
  const { library, album, names, press, lin, now, callsOf } = await startUploads(context)
  const [message, ...more] = await album([
    { name: 'a.pdf', bytes: bytesOf('甲。') },
    { name: 'b.pdf', bytes: bytesOf('broken') },
    { name: 'c.txt', bytes: bytesOf('丙。丙。') },
  ])
  assert.deepEqual(more, [])
  const lines = [takenInAlbum('a.pdf', 1), zh.refused('b.pdf', brokenFile.text.zh), takenInAlbum('c.txt', 2)]
  assert.equal(message?.text, lines.join('\n'))
  assert.deepEqual(labels(message), [[zh.buttons.undo]])
  assert.deepEqual(names(), ['a.pdf', 'c.txt'])
  assert.ok(callsOf('editMessageText').length <= 3, 'one edit a file is enough for quick ones')

  const undone = await press(message!, lin, buttonOf(message, zh.buttons.undo).callback_data)
  assert.deepEqual(undone, { notice: { text: zh.removing }, messages: [] })
  assert.equal(now(message)?.text, [zh.takenOut('a.pdf'), lines[1], zh.takenOut('c.txt')].join('\n'))
  assert.deepEqual([names(), labels(now(message))], [[], [[zh.buttons.putBack]]])

  await press(message!, lin, buttonOf(now(message), zh.buttons.putBack).callback_data)
  assert.deepEqual([now(message)?.text, labels(now(message))], [lines.join('\n'), [[zh.buttons.undo]]])
  assert.deepEqual(names(), ['a.pdf', 'c.txt'])

  await press(message!, lin, buttonOf(now(message), zh.buttons.undo).callback_data)
  library.keepsRemoved = false
  await press(message!, lin, buttonOf(now(message), zh.buttons.putBack).callback_data)
  assert.deepEqual(labels(now(message)), [])
  assert.match(now(message)?.text ?? '', new RegExp(zh.goneForGood, 'u'))
})

test('an album whose first file was there before undoes only what it brought', async (context) => {
  const { library, album, names, press, lin } = await startUploads(context)
  library.put('旧.txt', '甲。')
  const [message] = await album([
    { name: 'a.pdf', bytes: bytesOf('甲。') },
    { name: 'b.pdf', bytes: bytesOf('乙。') },
  ])
  assert.equal(message?.text, [zh.already('a.pdf', '旧.txt'), takenInAlbum('b.pdf', 1)].join('\n'))
  await press(message!, lin, buttonOf(message, zh.buttons.undo).callback_data)
  assert.deepEqual(names(), ['旧.txt'])
})

test('two albums, and two chats, do not mix', async (context) => {
  const { album, api, callsOf, chat, during, lin, person } = await startUploads(context, { access: { admins: [7, 8] } })
  const wang = person(8, 'zh-hans')
  const other = api.privateChat(wang)
  const files = (...names: string[]) => names.map((name) => ({ name, bytes: bytesOf(`${name}。`) }))
  const [first] = await album(files('a.pdf', 'b.pdf'))
  const [second] = await album(files('c.pdf', 'd.pdf'))
  assert.notEqual(first?.message_id, second?.message_id)
  assert.equal(callsOf('getFile').length, 4)
  const fields = { media_group_id: 'x' }
  const [here] = await during(chat, () => api.sendDocument(chat, lin, files('e.pdf')[0]!, { fields }))
  const [there] = await during(other, () => api.sendDocument(other, wang, files('f.pdf')[0]!, { fields }))
  assert.equal(here?.text, takenInAlbum('e.pdf', 1))
  assert.equal(there?.text, takenInAlbum('f.pdf', 1))
})

test('a file that Telegram does not hand to bots is refused, the very large ones without asking', async (context) => {
  const { library, document, callsOf } = await startUploads(context)
  const refused = zh.refused('大.pdf', tooLargeText(20).zh)
  const [first] = await document({ name: '大.pdf', bytes: bytesOf('。'), size: 21 * 1024 * 1024 })
  assert.deepEqual([first?.text, labels(first), callsOf('getFile').length], [refused, [], 0])
  const [second] = await document({ name: '大.pdf', bytes: new Uint8Array(20_500_000), size: null })
  assert.deepEqual([second?.text, callsOf('getFile').length, callsOf('file').length], [refused, 1, 0])
  assert.deepEqual(library.added, [])
})

test('a file of the wrong kind, and a broken one, are told in one line without a button', async (context) => {
  const { library, document, logged } = await startUploads(context)
  for (const [file, error] of [
    [{ name: 'setup.exe', bytes: bytesOf('MZ') }, wrongType],
    [{ name: 'x.pdf', bytes: bytesOf('broken') }, brokenFile],
  ] as const) {
    const [message] = await document(file)
    assert.deepEqual([message?.text, labels(message)], [zh.refused(file.name, error.text.zh), []])
  }
  assert.deepEqual(library.files, [])
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('a defect while a file is taken in is told, logged, and leaves the bot at work', async (context) => {
  const { library, document, ask, logged } = await startUploads(context)
  library.onAdd = () => {
    throw new Error('the shelf fell over')
  }
  const [message, ...more] = await document(report)
  assert.deepEqual([message?.text, more], [zh.refused('年报.pdf', zh.defect), []])
  assert.match(logged.join(''), /error.*the shelf fell over/u)
  assert.deepEqual(texts(await ask('多少?')), [usualAnswer])
})

test('the same content again is not added, and has no button to undo it', async (context) => {
  const { document, names } = await startUploads(context)
  await document(report)
  const [message] = await document({ ...report, name: '副本.pdf' })
  assert.deepEqual([message?.text, labels(message)], [zh.already('副本.pdf', '年报.pdf'), []])
  assert.deepEqual(names(), ['年报.pdf'])
})

test('names come as sent; what could disturb the message is left out of it only', async (context) => {
  const { library, document } = await startUploads(context)
  const name = `../a\u202efdp\n${'长'.repeat(300)}.txt`
  library.onAdd = () => {
    throw brokenFile
  }
  const [message] = await document({ ...report, name })
  assert.equal(library.added[0]![0], name)
  assert.doesNotMatch(message!.text!, /\u202e|\n/u)
  assert.ok(message!.text!.length < 120, message!.text)
})

test('progress is shown by editing the one message, and very many reports make few edits', async (context) => {
  const { api, library, document, callsOf } = await startUploads(context)
  library.onAdd = async (_, onProgress) => {
    for (let done = 0; done < 500; done++) onProgress({ stage: 'reading', done, total: 500, secondsLeft: null })
    onProgress({ stage: 'embedding', done: 30, total: 120, secondsLeft: 100 })
    await api.waitFor('editMessageText')
  }
  const [message, ...more] = await document(report)
  assert.deepEqual([message?.text, more], [taken('年报.pdf'), []])
  const edits = callsOf('editMessageText').map(({ params }) => params.text)
  assert.deepEqual(edits, ['⏳ 年报.pdf:建立索引 30/120,还需约 2 分钟', taken('年报.pdf')])
  assert.equal(callsOf('sendMessage')[0]?.params.text, zh.received('年报.pdf'))
})

test('progress that cannot be shown does not keep a file out; a deleted message is replaced', async (context) => {
  const { api, chat, library, document } = await startUploads(context)
  library.onAdd = async (_, onProgress) => {
    for (const { message_id } of api.messages(chat)) chat.messages.delete(message_id)
    onProgress({ stage: 'reading', done: 1, total: 2, secondsLeft: 3 })
    await api.waitFor('editMessageText')
  }
  const message = await document(report)
  assert.deepEqual(texts(message), [taken('年报.pdf')])
  assert.deepEqual(labels(message[0]), [[zh.buttons.undo]])
})

test('an album goes on with the message that replaced a deleted one', async (context) => {
  const { api, chat, library, album } = await startUploads(context)
  library.onAdd = (name) => {
    if (name === 'a.pdf') for (const { message_id } of api.messages(chat)) chat.messages.delete(message_id)
  }
  const message = await album([
    { name: 'a.pdf', bytes: bytesOf('甲。') },
    { name: 'b.pdf', bytes: bytesOf('乙。') },
  ])
  assert.deepEqual(texts(message), [[takenInAlbum('a.pdf', 1), takenInAlbum('b.pdf', 1)].join('\n')])
})

test('files of people who are no admins are told apart from questions', async (context) => {
  const { api, asked, chat, lin, library, during } = await startUploads(context, { access: { admins: [1] } })
  const send = (more: SendOptions = {}) => during(chat, () => api.sendDocument(chat, lin, report, more))
  assert.deepEqual(texts(await send()), [zh.onlyAdminsSend])
  assert.deepEqual(texts(await send()), [], 'said once in a while')
  assert.deepEqual(texts(await send({ caption: '多少?' })), [usualAnswer])
  assert.deepEqual([asked, library.added], [['多少?'], []])
})

test('an album of a stranger with a question in its caption is answered, once', async (context) => {
  const { album, asked } = await startUploads(context, { access: { admins: [1] } })
  assert.deepEqual(texts(await album([report, report], { caption: '多少?' })), [usualAnswer])
  assert.deepEqual(asked, ['多少?'])
})

test('in groups files are nobody’s uploads, also an admin’s', async (context) => {
  const { api, asked, lin, library, during } = await startUploads(context)
  const group = api.group(-1005)
  assert.deepEqual(await during(group, () => api.sendDocument(group, lin, report)), [])
  const caption = '/ask 多少?'
  assert.deepEqual(texts(await during(group, () => api.sendDocument(group, lin, report, { caption }))), [usualAnswer])
  assert.deepEqual([asked, library.added], [['多少?'], []])
})

test('/help tells admins, and only them, in private, how to add files', async (context) => {
  const { api, ask, say, lin, person } = await startUploads(context)
  const help = botTexts.zh.help('wenju_bot')
  assert.deepEqual(texts(await ask('/help')), [`${help}\n\n${zh.help}`])
  const wang = person(8, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, '/help')), [help])
  assert.deepEqual(texts(await say(api.group(-1005), lin, '/help')), [help])
})
