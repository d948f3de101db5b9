import assert from 'node:assert/strict'
import { test } from 'node:test'
import { botTexts } from '../../src/bot/views/texts.ts'
import { startPrivate, texts, usualAnswer } from '../support/testBot.ts'

const days = 24 * 3600
/** Telegram is right, and this machine's clock is three days ahead of it. */
const telegramNow = () => Math.floor(Date.now() / 1000) - 3 * days
const botOptions = { now: telegramNow, statedDate: () => new Date(telegramNow() * 1000) }

test('a machine whose clock is days ahead answers fresh questions, refuses old ones, and says so once', async (context) => {
  const { ask, logged } = await startPrivate(context, { botOptions })
  assert.deepEqual(texts(await ask('多少套?')), [usualAnswer])
  assert.deepEqual(texts(await ask('多少套?', { date: telegramNow() - 2 * days })), [botTexts.zh.tooOld])
  const warnings = logged.filter((line) => / warn /u.test(line))
  assert.equal(warnings.length, 1, warnings.join(''))
  assert.match(warnings[0]!, /clock is 4320 minutes ahead of Telegram/u)
})
