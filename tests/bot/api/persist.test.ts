import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from 'grammy'
import { asFetch, persist } from '../../../src/bot/api/telegram.ts'
import { createLog } from '../../../src/log.ts'
import { startBotApi } from '../../fakes/bot-api.ts'
import { settingsFor, token } from '../../fakes/settings.ts'

const log = createLog('error', [], () => {})

test('a call is made anew while its connection breaks off, and a stop ends the pause between two attempts', async (context) => {
  const server = await startBotApi({ token })
  context.after(() => server.close())
  const { apiRoot, connection } = settingsFor(server.url)
  const api = new Api(token, { apiRoot, fetch: asFetch(connection.call) })
  const stopping = new AbortController()
  server.fail('getMe', { dropConnection: true })
  const me = await persist(() => api.getMe(), stopping.signal, log)
  assert.equal(me?.username, 'wenju_bot')
  server.fail('getMe', { dropConnection: true, times: 1000 })
  let attempts = 0
  const call = () =>
    api.getMe().catch((error) => {
      // The pause has begun by then.
      if (++attempts === 3) setImmediate(() => stopping.abort())
      throw error
    })
  assert.equal(await persist(call, stopping.signal, log), undefined)
  assert.equal(attempts, 3)
})
