import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import type { FakeChat, Membership } from '../fakes/bot-api.ts'
import { type StageOptions, startStage, texts, usualAnswer } from '../support/testBot.ts'

const { zh, en } = botTexts
const title = '读报组'

/** A group that the bot is not in yet, and 林 (7), who may change that and has a private chat with it. */
async function startOutside(context: TestContext, options: StageOptions = {}) {
  const stage = await startStage(context, options)
  const { api } = stage
  const lin = stage.person(7, 'zh-hans')
  const chat = api.privateChat(lin)
  const group = api.group(-1005, { title })
  group.membership = 'left'
  /** Changes the standing of the bot. Returns its messages to 林 in private, and those in the group. */
  const becomes = async (membership: Membership, by = lin, where: FakeChat = group) => {
    const before = [api.messages(chat).length, api.messages(where).length]
    api.setMembership(where, membership, by)
    await api.drained()
    return [texts(api.messages(chat).slice(before[0])), texts(api.messages(where).slice(before[1]))]
  }
  const problems = () => stage.logged.filter((line) => / (warn|error) /.test(line))
  return { ...stage, lin, chat, group, becomes, problems }
}

test('added to a group, the bot greets it and tells who added it what privacy mode hides', async (context) => {
  const { becomes } = await startOutside(context)
  assert.deepEqual(await becomes('member'), [[zh.group.privacy(title)], [zh.group.hello]])
})

test('one that hears everything, or is an administrator, is ready', async (context) => {
  const { becomes } = await startOutside(context, { botOptions: { canReadAllGroupMessages: true } })
  assert.deepEqual(await becomes('member'), [[zh.group.ready(title)], [zh.group.hello]])
  const another = await startOutside(context)
  assert.deepEqual(await another.becomes('administrator'), [[zh.group.ready(title)], [zh.group.hello]])
})

test('a bot that may not write says so in private, when added or later, and nothing in the group', async (context) => {
  const { becomes, problems } = await startOutside(context)
  assert.deepEqual(await becomes('muted'), [[zh.group.muted(title)], []])
  await becomes('member')
  assert.deepEqual(await becomes('muted'), [[zh.group.muted(title)], []])
  assert.deepEqual(problems(), [])
})

test('rights that change nothing of this are nobody’s news', async (context) => {
  const { becomes } = await startOutside(context)
  await becomes('member')
  for (const membership of ['administrator', 'member', 'left', 'kicked'] as const)
    assert.deepEqual(await becomes(membership), [[], []], membership)
})

test('added again it greets again, and answers', async (context) => {
  const { becomes, say, lin, group } = await startOutside(context)
  for (let i = 0; i < 2; i++) {
    assert.deepEqual((await becomes('member'))[1], [zh.group.hello])
    await becomes('kicked')
  }
  await becomes('member')
  assert.deepEqual(texts(await say(group, lin, '/ask 多少?')), [usualAnswer])
})

test('the operator’s admins are told too, each once, in the operator’s language', async (context) => {
  const access = { admins: [7, 1] }
  const { api, becomes, person } = await startOutside(context, { access, language: 'en' })
  const operator = api.privateChat(person(1, 'zh-hans'))
  assert.deepEqual((await becomes('member'))[0], [zh.group.privacy(title)])
  assert.deepEqual(texts(api.messages(operator)), [en.group.privacy(title)])
})

test('who added it is told in their own language', async (context) => {
  const { api, becomes, person } = await startOutside(context)
  const ann = person(9, 'en')
  const hers = api.privateChat(ann)
  assert.deepEqual((await becomes('member', ann))[1], [en.group.hello])
  assert.deepEqual(texts(api.messages(hers)), [en.group.privacy(title)])
})

test('who never wrote to the bot cannot be told, which keeps nobody else from it', async (context) => {
  const { api, becomes, person, problems } = await startOutside(context, { access: { admins: [2, 1] } })
  const blocked = api.privateChat(person(2))
  blocked.membership = 'blocked'
  const operator = api.privateChat(person(1))
  assert.deepEqual((await becomes('member', person(9, 'zh-hans')))[1], [zh.group.hello])
  assert.deepEqual(texts(api.messages(operator)), [zh.group.privacy(title)])
  assert.deepEqual(problems(), [])
})

test('a basic group is a group, a channel and a private chat are not', async (context) => {
  const { api, becomes, chat, lin } = await startOutside(context)
  const basic = api.group(-5, { title, type: 'group' })
  basic.membership = 'left'
  assert.deepEqual((await becomes('member', lin, basic))[1], [zh.group.hello])
  assert.deepEqual(await becomes('blocked', lin, chat), [[], []])
  assert.deepEqual(await becomes('member', lin, chat), [[], []])
  const channel = api.group(-1009)
  Object.assign(channel.info, { type: 'channel' })
  channel.membership = 'left'
  assert.deepEqual(await becomes('administrator', lin, channel), [[], []])
})

test('a group that is not on the list is not greeted', async (context) => {
  const { becomes } = await startOutside(context, { access: { allowedChats: [-1] } })
  assert.deepEqual((await becomes('member'))[1], [])
})

test('a stranger who adds the bot is told nothing but that it is not for them', async (context) => {
  const { becomes } = await startOutside(context, { access: { allowedUsers: [1] } })
  const [notified, said] = await becomes('member')
  assert.ok(notified!.every((text) => text === zh.notAllowed))
  assert.deepEqual(said, [])
})
