import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { answerOf, articleOf, buttonOf, pressable, texts } from '../support/testBot.ts'
import { garbage, paragraphs, shown, startArticle } from './articleStage.ts'

const { zh } = botTexts
const { buttons } = zh

test('every button works after a restart', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'wenju-buttons-'))
  context.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.txt'), '桥')
  const article = articleOf(...paragraphs)
  const options = { reply: () => answerOf(article), articles: [article], reportsFolder: folder }
  const { answer, press, lin, pressOn, restart, now, state } = await startArticle(context, options)
  const { messages } = await pressOn(answer, buttons.after)
  await restart()
  assert.deepEqual(texts((await pressOn(answer, buttons.more(2))).messages), [[shown(4), shown(5)].join('\n\n')])
  await pressOn(messages[0], buttons.after)
  assert.equal(now(messages[0]).text, shown(3))
  assert.equal((await pressOn(answer, buttons.source)).messages[0]?.document?.file_name, 'a.txt')
  await pressOn(answer, '👎')
  await restart()
  await pressOn(now(answer), zh.verdicts.garbled)
  await pressOn(now(answer), '👍')
  const kept = state.lists.get('feedback') as { verdict: string }[]
  assert.deepEqual(
    kept.map(({ verdict }) => verdict),
    ['bad', 'garbled', 'good'],
  )
  await restart()
  await press(now(answer), lin, buttonOf(answer, '👍').callback_data)
  assert.equal(kept.length, 3, 'one voice, also after a restart')
})

test('a button whose words are gone says why, and nothing is written', async (context) => {
  const article = articleOf(...paragraphs)
  const articles = [article]
  const { answer, press, lin, pressOn } = await startArticle(context, { reply: () => answerOf(article), articles })
  const { messages } = await pressOn(answer, buttons.after)
  articles.splice(0)
  const readers = [answer, messages[0]].flatMap((message) =>
    pressable(message)
      .filter((data) => !/^[fw]_/u.test(data))
      .map((data) => [message!, data] as const),
  )
  assert.equal(readers.length, 4 + 3)
  for (const [message, data] of readers) {
    const pressed = await press(message, lin, data)
    assert.deepEqual(pressed, { notice: { text: zh.gone, show_alert: true }, messages: [] }, data)
  }
})

test('of several passages behind a button those that are left are shown', async (context) => {
  const article = articleOf(...paragraphs)
  const { answer, pressOn } = await startArticle(context, { reply: () => answerOf(article), articles: [article] })
  article.splice(3, 1)
  assert.deepEqual(texts((await pressOn(answer, buttons.more(2))).messages), [shown(5)])
})

test('buttons of another time or of nobody’s making are answered, and nothing is written', async (context) => {
  const { answer, press, lin, logged } = await startArticle(context)
  for (const data of garbage) {
    const pressed = await press(answer!, lin, data, { stale: true })
    assert.deepEqual(pressed, { notice: { text: zh.noSuchButton, show_alert: true }, messages: [] }, data)
  }
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('a press far beyond the article is answered', async (context) => {
  const { answer, press, lin } = await startArticle(context)
  for (const steps of ['zzzz', '-zzzz', '5']) {
    const data = buttonOf(answer, buttons.before).callback_data.replace(/-1$/u, steps)
    assert.deepEqual((await press(answer!, lin, data, { stale: true })).notice, { text: zh.endOfArticle }, steps)
  }
})

test('a press that waited too long is no failure', async (context) => {
  const { api, answer, lin, logged } = await startArticle(context)
  api.expireQuery(api.press(answer!, lin, buttonOf(answer, '👍').callback_data).id)
  await api.drained()
  assert.ok(!logged.some((line) => / (warn|error) /.test(line)), logged.join(''))
})

test('a press under an answer that is no longer accessible is answered', async (context) => {
  const { answer, chat, lin, press } = await startArticle(context)
  chat.messages.delete(answer!.message_id)
  const { callback_data } = buttonOf(answer, buttons.after)
  const { notice, messages } = await press(answer!, lin, callback_data, { stale: true })
  assert.deepEqual([notice, texts(messages)], [{}, [shown(3)]])
})
