import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Bot } from 'grammy'
import type { InlineQueryResultArticle, Message } from 'grammy/types'
import { decodeQuote } from '../../src/answer/address.ts'
import type { BotContext } from '../../src/bot/context.ts'
import { publishProfile } from '../../src/bot/profile.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { createLog } from '../../src/log.ts'
import { originalsIn } from '../../src/reports/originals.ts'
import { createSigner } from '../../src/web/signer.ts'
import { createWebPages, type PageLinks } from '../../src/web/webPages.ts'
import { startBotApi } from '../fakes/bot-api.ts'
import { answerOf, articleOf, buttonOf, labels, type StageOptions, startStage, token } from '../support/testBot.ts'

const { zh } = botTexts
const group = -1001234567890
const article = articleOf('修桥三座。', '种树千棵。').map((quote) => ({
  ...quote,
  source: { ...quote.source, report: '2020/工作 报告' },
}))
const [first] = article as [(typeof article)[0]]

function linksAt(publicUrl: string, access: StageOptions['access']): PageLinks {
  const list = { allowedUsers: [], allowedChats: [], admins: [], ...access }
  const answerer = {} as Parameters<typeof createWebPages>[0]['answerer']
  const rest = {
    answerer,
    originals: originalsIn('reports'),
    photographer: null,
    language: 'zh',
    state: null,
    log: createLog('error', [], () => {}),
  } as const
  return createWebPages({ publicUrl, token, access: list, ...rest }).links!
}

async function started(
  context: TestContext,
  access: StageOptions['access'] = {},
  publicUrl = 'https://x.example/wenju',
  more: StageOptions = {},
) {
  const pages = linksAt(publicUrl, access)
  const reply = () => answerOf(article)
  const stage = await startStage(context, { access, pages, reply, articles: [article], ...more })
  const lin = stage.person(7, 'zh-hans')
  return { ...stage, lin, chat: stage.api.privateChat(lin) }
}

/** The address of a button's page and the right in it, checked as a reader with the same token would. */
function opened(url: string | undefined) {
  assert.ok(url, 'the button opens no page')
  const { origin, pathname, searchParams, hash } = new URL(url)
  assert.deepEqual(
    [origin, pathname, hash],
    ['https://x.example', '/wenju/r/2020%2F%E5%B7%A5%E4%BD%9C%20%E6%8A%A5%E5%91%8A', ''],
  )
  const k = searchParams.get('k')
  const grant = k === null ? null : createSigner(token).readLink(k, '2020/工作 报告')
  if (k !== null) assert.ok(grant && Math.abs(grant.until - Date.now() / 1000 - 7 * 24 * 3600) < 60)
  return { passage: decodeQuote(searchParams.get('q') ?? '')?.passage, who: grant?.who ?? null }
}

const openIn = (message: Message | undefined) =>
  buttonOf(message, zh.buttons.open) as unknown as { url?: string; web_app?: { url: string } }

test('in a private chat the source is a Mini App, which needs no signed link', async (context) => {
  for (const access of [{}, { allowedUsers: [7] }, { allowedUsers: [1], admins: [7] }]) {
    const { say, chat, lin, press } = await started(context, access)
    const [answer] = await say(chat, lin, '几座桥?')
    assert.deepEqual(opened(openIn(answer).web_app?.url), { passage: first.passage, who: null })
    assert.ok(!labels(answer).flat().includes(zh.buttons.source))
    const { messages } = await press(answer!, lin, buttonOf(answer, zh.buttons.after).callback_data)
    assert.ok(openIn(messages[0]).web_app, 'pages of paragraphs have it too')
  }
})

test('in a group it is a link, signed for the group where there is a list', async (context) => {
  for (const [access, who] of [
    [{}, null],
    [{ allowedChats: [group] }, group],
    [{ allowedChats: [group], allowedUsers: [7] }, group],
    [{ allowedUsers: [7] }, 7],
    [{ allowedUsers: [1], admins: [7] }, 7],
  ] as const) {
    const { say, api, lin } = await started(context, access)
    const [answer] = await say(api.group(group), lin, '/ask 几座桥?')
    const button = openIn(answer)
    assert.equal(button.web_app, undefined)
    assert.deepEqual(opened(button.url), { passage: first.passage, who }, JSON.stringify(access))
  }
})

test('the title in each source leads to the page of its quote, by no more than the right of who was answered', async (context) => {
  const linksIn = ({ text = '', entities = [] }: Message) =>
    entities.flatMap((entity) =>
      entity.type === 'text_link'
        ? [{ title: text.slice(entity.offset, entity.offset + entity.length), ...opened(entity.url) }]
        : [],
    )
  const title = first.source.title
  const both = (who: number | null) => article.map(({ passage }) => ({ title, passage, who }))
  for (const [access, inGroup, inPrivate] of [
    [{}, null, null],
    [{ allowedChats: [group], allowedUsers: [7] }, group, 7],
    [{ allowedUsers: [7] }, 7, 7],
  ] as const) {
    const { say, api, lin, chat } = await started(context, access)
    const [shared] = await say(api.group(group), lin, '/ask 几座桥?')
    assert.deepEqual(linksIn(shared!), both(inGroup), JSON.stringify(access))
    const [own] = await say(chat, lin, '几座桥?')
    assert.deepEqual(linksIn(own!), both(inPrivate), JSON.stringify(access))
    const more = `/start m_${article.map(({ passage }) => passage.slice(2)).join('')}`
    const [nearest] = await say(chat, lin, more)
    assert.deepEqual(linksIn(nearest!), both(inPrivate), 'of further and of nearest quotes too')
  }
  const { say, chat, lin } = await started(context, {}, undefined, { pages: null })
  const [plain] = await say(chat, lin, '几座桥?')
  assert.deepEqual(linksIn(plain!), [])
})

test('a member of an allowed group gets a link of the group in private', async (context) => {
  const { say, api, lin, chat } = await started(context, { allowedChats: [group] })
  await say(api.group(group), lin, '/ask 几座桥?')
  const [quote] = await say(chat, lin, `/start q_${first.passage.slice(2)}`)
  assert.deepEqual(opened(openIn(quote).url), { passage: first.passage, who: group })
})

test('cards of inline and guest results have a link of the person who sends them', async (context) => {
  const modes = { guest: true }
  const more = { modes, botOptions: { supportsGuestQueries: true } }
  const { api, lin } = await started(context, { allowedUsers: [7] }, undefined, more)
  const urlOf = (card: InlineQueryResultArticle | undefined) =>
    (card?.reply_markup?.inline_keyboard[0]?.[0] as { url?: string } | undefined)?.url
  api.inline(lin, '几座桥')
  await api.drained()
  const [inline] = api.calls.find(({ method }) => method === 'answerInlineQuery')!.params
    .results as InlineQueryResultArticle[]
  assert.deepEqual(opened(urlOf(inline)), { passage: first.passage, who: 7 })
  const other = api.group(-1009)
  other.membership = 'left'
  api.say(other, lin, '@wenju_bot 几座桥', { guest: true })
  await api.drained()
  const guest = api.calls.find(({ method }) => method === 'answerGuestQuery')!.params.result as InlineQueryResultArticle
  assert.deepEqual(opened(urlOf(guest)), { passage: first.passage, who: 7 })
})

test('without pages the private chat shows the quote and sends the file, as before', async (context) => {
  const { say, api, chat, lin } = await started(context, {}, undefined, { pages: null })
  const [answer] = await say(chat, lin, '几座桥?')
  assert.match(buttonOf(answer, zh.buttons.source).callback_data, /^s_/)
  const [shared] = await say(api.group(group), lin, '/ask 几座桥?')
  assert.match(openIn(shared).url ?? '', /^https:\/\/t\.me\/wenju_bot\?start=q_/)
})

test('a link of the pages opens its quote in the bot as well', async (context) => {
  const marked = {
    ...first,
    highlights: [
      [0, 2],
      [3, 5],
    ] as const,
    figures: [[3, 4]] as const,
  }
  const { say, chat, lin } = await started(context, {}, undefined, { reply: () => answerOf([marked]) })
  const [answer] = await say(chat, lin, '几座桥?')
  const address = new URL(openIn(answer).web_app!.url).searchParams.get('q')
  const [quote] = await say(chat, lin, `/start ${address}`)
  assert.match(quote?.text ?? '', /^修桥三座。/)
})

test('the menu button opens the search page, and is taken back when there is none', async (context) => {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  const bot = new Bot<BotContext>(token, { client: { apiRoot: api.url } })
  const access = { allowedUsers: [], allowedChats: [], admins: [], maxQuestionsPerMinute: 0, maxQuestionAgeSeconds: 0 }
  const shown = async (pages: PageLinks | null) => {
    await publishProfile(bot, { access, language: 'zh', pages })
    return bot.api.getChatMenuButton()
  }
  assert.deepEqual(await shown(linksAt('https://x.example/wenju', {})), {
    type: 'web_app',
    text: zh.buttons.search,
    web_app: { url: 'https://x.example/wenju/' },
  })
  assert.deepEqual(await shown(null), { type: 'default' })
  assert.deepEqual(api.violations, [])
})
