import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { User } from 'grammy/types'
import { checkBot } from '../../src/bot/api/telegram.ts'
import { botTexts } from '../../src/bot/views/texts.ts'
import { readConfig } from '../../src/config.ts'
import { type FakeChat, type Fault, startBotApi } from '../fakes/bot-api.ts'
import { type Stage, sends, startPrivate, startStage, texts, token, usualAnswer } from '../support/testBot.ts'

const problems = (logged: readonly string[]) => logged.filter((line) => / (warn|error) /.test(line))

const passing: [string, Fault][] = [
  ['a flood wait', { status: 429, retry_after: 1 }],
  ['a server fault', { status: 500 }],
  ['a bad gateway', { status: 502 }],
  ['a dropped connection', { dropConnection: true }],
]
// They wait for real, so they wait together.
describe('faults that pass', { concurrency: true }, () => {
  for (const [name, fault] of passing) {
    test(`${name} delays an answer, which then arrives once, and the next question is answered`, async (context) => {
      const { api, ask, asked, logged } = await startPrivate(context)
      api.fail('sendMessage', fault)
      assert.deepEqual(texts(await ask('多少套?')), [usualAnswer])
      assert.equal(sends(api).length, 2)
      assert.deepEqual(texts(await ask('再问')), [usualAnswer])
      assert.deepEqual([asked, problems(logged)], [['多少套?', '再问'], []])
    })
  }

  test('while Telegram cannot be polled the bot keeps trying, and answers what was asked meanwhile', async (context) => {
    const { api, lin, chat } = await startPrivate(context)
    await api.drained()
    api.fail('getUpdates', { dropConnection: true })
    api.say(chat, lin, '第一问')
    await api.waitFor('sendMessage')
    api.say(chat, lin, '第二问')
    await api.drained()
    assert.deepEqual(texts(api.messages(chat)), [usualAnswer, usualAnswer])
  })

  test('an answer that meets five dropped connections is given up, told, and logged without the token', async (context) => {
    // Without jitter the four pauses add up to 3.75 s, the least there is.
    context.mock.method(Math, 'random', () => 0)
    const { api, chat, lin, ask, logged } = await startPrivate(context, { hideToken: false })
    await api.drained()
    api.fail('sendMessage', { dropConnection: true, times: 5 })
    api.say(chat, lin, '多少套?')
    await api.drained()
    assert.deepEqual(texts(api.messages(chat)), [botTexts.zh.failed])
    assert.equal(sends(api).length, 6)
    assert.match(problems(logged).join(''), / warn {2}Telegram could not be reached for an answer Network request for/)
    assert.ok(!logged.join('').includes(token))
    assert.deepEqual(texts(await ask('再问')), [usualAnswer])
  })
})

test('an answer that Telegram refuses for good is noted and not tried again', async (context) => {
  const { api, ask, logged } = await startPrivate(context)
  api.fail('sendMessage', { status: 400, description: 'Bad Request: something new' })
  assert.deepEqual(await ask('多少套?'), [])
  assert.equal(sends(api).length, 1)
  assert.match(
    problems(logged).join(''),
    /^\S+ warn {2}Telegram refused sendMessage: 400 Bad Request: something new\n$/,
  )
  assert.deepEqual(texts(await ask('再问')), [usualAnswer])
})

test('someone who blocks the bot before the answer comes does not trouble it', async (context) => {
  const { api, ask, logged, meanwhile, chat, lin, person, say } = await startPrivate(context)
  meanwhile(() => api.setMembership(chat, 'blocked', lin))
  assert.deepEqual(await ask('多少套?'), [])
  assert.match(problems(logged).join(''), /403 Forbidden: bot was blocked by the user/)
  const wang = person(8, 'zh-hans')
  assert.deepEqual(texts(await say(api.privateChat(wang), wang, '多少套?')), [usualAnswer])
  api.setMembership(chat, 'member', lin)
  assert.deepEqual(texts(await ask('再问')), [usualAnswer])
})

interface Scene extends Stage {
  readonly group: FakeChat
  readonly topic: number
  readonly lin: User
}
interface Loss {
  readonly name: string
  readonly happens: (scene: Scene) => void
  readonly refusal: RegExp
  /** Ends the fault; returns the chat that the bot answers in then. */
  readonly mends: (scene: Scene) => FakeChat
  /** The messages of the bot in that chat before it answers again. */
  readonly greets?: string
}

const member = ({ api, group, lin }: Scene) => {
  api.setMembership(group, 'member', lin)
  return group
}
const losses: Loss[] = [
  {
    name: 'is removed from the group',
    happens: ({ api, group, lin }) => api.setMembership(group, 'kicked', lin),
    refusal: /403 Forbidden: bot was kicked from the supergroup chat/,
    mends: member,
    greets: botTexts.zh.group.hello,
  },
  {
    name: 'is muted',
    happens: ({ api, group, lin }) => api.setMembership(group, 'muted', lin),
    refusal: /400 Bad Request: not enough rights to send text messages to the chat/,
    mends: member,
  },
  {
    name: 'finds the topic closed',
    happens: ({ group, topic }) => {
      group.topics.get(topic)!.closed = true
    },
    refusal: /400 Bad Request: TOPIC_CLOSED/,
    mends: ({ group }) => group,
  },
]
for (const { name, happens, refusal, mends, greets } of losses) {
  test(`a bot that ${name} while it looks up a question goes on with the others`, async (context) => {
    const stage = await startStage(context)
    const { api, say, logged } = stage
    const lin = stage.person(7, 'zh-hans')
    const group = api.group(-1005, { forum: true })
    const scene = { ...stage, lin, group, topic: api.topic(group, '安置房', lin) }
    stage.meanwhile(() => happens(scene))
    assert.deepEqual(await say(group, lin, '/ask 多少套?', { topic: scene.topic }), [])
    assert.match(problems(logged).join(''), refusal)
    assert.equal(problems(logged).length, 1, logged.join(''))
    assert.deepEqual(texts(await say(api.privateChat(lin), lin, '多少套?')), [usualAnswer])
    const again = texts(await say(mends(scene), lin, '/ask 再问'))
    assert.deepEqual(again, [...(greets === undefined ? [] : [greets]), usualAnswer])
  })
}

test('an answer that finds its group turned into a supergroup arrives there, once', async (context) => {
  const { api, asked, say, meanwhile, person, logged } = await startStage(context)
  const lin = person(7, 'zh-hans')
  const group = api.group(-1005, { forum: true })
  const topic = api.topic(group, '安置房', lin)
  meanwhile(() => void api.migrate(group, lin, -1007))
  assert.deepEqual(await say(group, lin, '/ask 多少套?', { topic }), [])
  const moved = api.chat(-1007)
  assert.deepEqual([texts(api.messages(moved)), problems(logged)], [[usualAnswer], []])
  assert.deepEqual(texts(await say(moved, lin, '/ask 再问')), [usualAnswer])
  assert.deepEqual(asked, ['多少套?', '再问'])
})

test('when looking up fails the asker is told, where and in the language they asked, and the operator too', async (context) => {
  const { api, person, say, meanwhile, logged, ask } = await startPrivate(context)
  const breakDown = () => {
    throw new Error('the index fell off the shelf')
  }
  meanwhile(breakDown)
  const [failure, ...more] = await ask('多少套?')
  assert.deepEqual([failure?.text, failure?.reply_to_message?.text, more], [botTexts.zh.failed, '多少套?', []])
  assert.match(
    problems(logged).join(''),
    / error a question could not be answered Error: the index fell off the shelf\n +at /,
  )
  assert.ok(!logged.join('').includes('多少套'), 'questions are never logged')

  const ann = person(8, 'en')
  const group = api.group(-1005, { forum: true })
  const topic = api.topic(group, '安置房', ann)
  meanwhile(breakDown)
  const [toldAnn] = await say(group, ann, '/ask how many', { topic })
  assert.deepEqual([toldAnn?.text, toldAnn?.message_thread_id], [botTexts.en.failed, topic])
  assert.deepEqual(texts(await ask('再问')), [usualAnswer])
})

test('when looking up fails and the asker cannot be told either, the bot goes on', async (context) => {
  const { api, ask, meanwhile, logged } = await startPrivate(context)
  api.fail('sendMessage', { status: 403 })
  meanwhile(() => {
    throw new Error('the index fell off the shelf')
  })
  assert.deepEqual(await ask('多少套?'), [])
  assert.equal(problems(logged).length, 2)
  assert.deepEqual(texts(await ask('再问')), [usualAnswer])
})

test('an API root that ends in a slash is as good as one without', async (context) => {
  const api = await startBotApi({ token })
  context.after(() => api.close())
  const { telegram } = readConfig({ TELEGRAM_API_ROOT: `${api.url}/` })
  const { username, webhookUrl } = await checkBot(token, telegram.apiRoot, null)
  assert.deepEqual([username, webhookUrl], ['wenju_bot', ''])
})
