import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileTexts } from '../../src/bot/views/fileTexts.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { ReportError } from '../../src/errors.ts'
import { createLinkFetcher } from '../../src/links/fetchLink.ts'
import type { FetchLink } from '../../src/links/types.ts'
import { buttonOf, labels, type StageOptions, texts, usualAnswer } from '../support/testBot.ts'
import { startSite } from '../support/webSite.ts'
import { startUploads, taken } from './uploadStage.ts'

const { zh, en } = fileTexts
const address = 'https://www.example.gov.cn/art/年报.html'
const shown = 'www.example.gov.cn/art/年报.html'

/** A stage whose addresses hold a text, which a test may change, and the addresses that were fetched. */
async function startLinks(context: TestContext, options: StageOptions = {}) {
  const fetched: string[] = []
  const site = { content: '造桥三座。修路四条。', act: async () => {} }
  const fetchLink: FetchLink = async (url) => {
    fetched.push(url)
    await site.act()
    const origin = { url, fetched: new Date(1_790_000_000_000 + fetched.length * 1000).toISOString() }
    return { name: '年报.html', bytes: Buffer.from(site.content), origin }
  }
  return { ...(await startUploads(context, { fetchLink, ...options })), fetched, site }
}

test('an address of an admin is fetched once and goes into the library; undoing it takes the file out', async (context) => {
  const { ask, asked, fetched, library, names, press, lin, now, chat } = await startLinks(context)
  const [message, ...more] = await ask(` ${address}\n`)
  assert.deepEqual([message?.text, labels(message), more], [taken('年报.html'), [[zh.buttons.undo]], []])
  assert.equal(message?.reply_to_message?.message_id, [...chat.messages.keys()][0])
  assert.deepEqual([fetched, asked], [[address], []])
  assert.deepEqual(library.added, [['年报.html', '造桥三座。修路四条。']])
  assert.equal(library.files[0]?.url, address)
  await press(message!, lin, buttonOf(message, zh.buttons.undo).callback_data)
  assert.deepEqual([now(message)?.text, names()], [zh.removed('年报', '年报.html'), []])
  await press(message!, lin, buttonOf(now(message), zh.buttons.putBack).callback_data)
  assert.deepEqual(names(), ['年报.html'])
})

test('the first message names the address, and progress is shown in it', async (context) => {
  const { api, ask, callsOf, library } = await startLinks(context)
  library.onAdd = async (_, onProgress) => {
    onProgress({ stage: 'embedding', done: 30, total: 120, secondsLeft: 100 })
    await api.waitFor('editMessageText')
  }
  await ask(address)
  assert.equal(callsOf('sendMessage')[0]?.params.text, zh.received(shown))
  assert.equal(callsOf('editMessageText')[0]?.params.text, `⏳ ${shown}:建立索引 30/120,还需约 2 分钟`)
})

test('an update that comes again fetches nothing and adds nothing', async (context) => {
  const { api, ask, fetched, names, site } = await startLinks(context)
  api.duplicateUpdates(2)
  site.act = async () => {
    site.content += '新。'
  }
  const message = await ask(address)
  assert.deepEqual(texts(message), [taken('年报.html', 3)])
  assert.deepEqual([fetched.length, names()], [1, ['年报.html']])
})

test('a bot that ended after the file came in knows it again, though the page has changed since', async (context) => {
  const { ask, fetched, library, names, restart, site, api, chat } = await startLinks(context)
  let isEnding = true
  const add = library.add.bind(library)
  library.add = async (...given) => {
    const added = await add(...given)
    if (!isEnding) return added
    isEnding = false
    void restart()
    return new Promise(() => {})
  }
  await ask(address)
  site.content = '造桥四座。'
  await api.drained()
  assert.deepEqual([names(), fetched.length], [['年报.html'], 1])
  assert.deepEqual(texts(api.messages(chat)).at(-1), zh.added('年报.html'))
  assert.deepEqual(labels(api.messages(chat).at(-1)), [[zh.buttons.undo]])
})

test('the same address again says that the file is there; a newer version comes under another name and names the older', async (context) => {
  const { ask, names, site } = await startLinks(context)
  await ask(address)
  const [again] = await ask(address)
  assert.deepEqual([again?.text, labels(again)], [zh.already(shown, '年报.html'), []])
  site.content = '造桥四座。'
  const [newer] = await ask(address)
  assert.equal(newer?.text, `${taken('年报-2.html', 1)}\n${zh.earlierVersion('年报.html')}`)
  assert.deepEqual(names(), ['年报-2.html', '年报.html'])
})

test('a fault is told in the admin’s language, without a button, and nothing is left', async (context) => {
  const fault = new ReportError({ zh: '网站上没有这个文件。', en: 'the site has no such file.' })
  const fetchLink = () => Promise.reject(fault)
  const { api, ask, library, during, person } = await startUploads(context, { fetchLink, access: { admins: [7, 9] } })
  const [message] = await ask('http://www.example.gov.cn/')
  assert.deepEqual([message?.text, labels(message)], [zh.refused('www.example.gov.cn', fault.text.zh), []])
  const ann = person(9, 'en')
  const chat = api.privateChat(ann)
  const [english] = await during(chat, () => api.say(chat, ann, address))
  assert.equal(english?.text, en.refused(shown, fault.text.en))
  assert.deepEqual(library.files, [])
})

test('a defect while an address is fetched is told and logged, and the bot stays at work', async (context) => {
  const fetchLink = () => Promise.reject(new Error('the wire came loose'))
  const { ask, logged } = await startUploads(context, { fetchLink })
  assert.deepEqual(texts(await ask(address)), [zh.refused(shown, zh.defect)])
  assert.match(logged.join(''), /error.*the wire came loose/u)
  assert.deepEqual(texts(await ask('多少?')), [usualAnswer])
})

test('the bot’s own fetcher asks nothing of this machine', async (context) => {
  const { port, requests } = await startSite(context, (_, response) => void response.end('secret'))
  const fetchLink = createLinkFetcher({ maxBytes: 1024, environment: {} })
  const { ask, library } = await startUploads(context, { fetchLink })
  for (const host of ['127.0.0.1', '[::1]', 'localhost'])
    assert.match((await ask(`http://${host}:${port}/`))[0]?.text ?? '', /本机或内网/u)
  assert.deepEqual([requests, library.added], [[], []])
})

test('while it is off, an address alone is answered with how to turn it on, and other words with it are a question', async (context) => {
  const { ask, asked, library } = await startUploads(context)
  assert.deepEqual(texts(await ask(address)), [zh.linksOff])
  assert.match(zh.linksOff + en.linksOff, /ALLOW_LINKS=on.*ALLOW_LINKS=on/u)
  assert.deepEqual([asked, library.added], [[], []])
  assert.deepEqual(texts(await ask(`${address} 说了什么?`)), [usualAnswer])
  assert.equal(asked.length, 1)
})

test('addresses of others, in groups, and with other words are no uploads', async (context) => {
  const { api, ask, asked, fetched, lin, person, say } = await startLinks(context)
  const wang = person(8, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, address)), [usualAnswer])
  const group = api.group(-1005)
  assert.deepEqual(await say(group, lin, address), [])
  const others = [`看 ${address}`, `${address} ${address}`, 'www.example.gov.cn', 'ftp://a.example.org/x', 'https://']
  for (const text of others) await ask(text)
  assert.deepEqual(asked, [address, ...others])
  assert.deepEqual(fetched, [])
})

test('/help tells admins of addresses where they are fetched', async (context) => {
  const { ask } = await startLinks(context)
  assert.deepEqual(texts(await ask('/help')), [`${botTexts.zh.help('wenju_bot')}\n\n${zh.help}\n${zh.linkHelp}`])
})
