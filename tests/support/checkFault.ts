import assert from 'node:assert/strict'
import { checkBot } from '../../src/bot/api/telegram.ts'
import { readConfig } from '../../src/config.ts'
import { type Bilingual, TelegramError } from '../../src/errors.ts'
import { token } from './testBot.ts'

/** The fault that `--check` ends with where Telegram is asked with these settings. */
export async function checkFault(environment: Record<string, string>): Promise<Bilingual> {
  const { telegram } = readConfig({ TELEGRAM_BOT_TOKEN: token, ...environment })
  const checking = checkBot(telegram.token!, telegram.apiRoot, telegram.proxy)
  const error = await checking.then(
    () => assert.fail('Telegram answered'),
    (error: unknown) => error,
  )
  assert.ok(error instanceof TelegramError, String(error))
  return error.text
}
