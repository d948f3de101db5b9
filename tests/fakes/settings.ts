import { createConnection } from '../../src/bot/api/connection.ts'
import type { BotSettings } from '../../src/bot/context.ts'
import { createLog, type Log } from '../../src/log.ts'

/** Long and unlike any other text, so that it can be looked for in everything the bot writes. */
export const token = '123456:AAtestSecret_only-for-the-fake-0123456789'

/** The settings of a bot that asks a fake Bot API server directly. */
export function settingsFor(apiRoot: string, log: Log = createLog('error', [], () => {})): BotSettings {
  const connection = createConnection({ apiRoot, proxy: null, language: 'en', log })
  return { token, apiRoot, connection, localFileBytes: null }
}
