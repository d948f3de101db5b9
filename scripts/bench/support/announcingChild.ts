import { join } from 'node:path'
import { createBot } from '../../../src/bot/createBot.ts'
import { startAnnouncing } from '../../../src/bot/features/announce.ts'
import { createSendGuard } from '../../../src/bot/updates/sendGuard.ts'
import { createLog } from '../../../src/log.ts'
import { createMetrics } from '../../../src/metrics.ts'
import { createStanding } from '../../../src/standing/standing.ts'
import { openOwnState } from '../../../src/state/open.ts'
import { answeredBy, fakeLibrary } from '../../../tests/fakes/library.ts'
import { settingsFor } from '../../../tests/fakes/settings.ts'
import { openFolder } from './killedAnnouncer.ts'

/**
 * A process that looks through an index and announces what is new until it is killed, or until all is sent. It prints a line when it
 * begins. Its arguments are the folder of index and state, and the address of the fake Telegram.
 */
const [home = '', apiRoot = ''] = process.argv.slice(2)
const log = createLog('error')
const current = await openFolder(home)
const state = await openOwnState(join(home, 'state'))
const library = Object.create(answeredBy(fakeLibrary(), current), { current: { value: current } })
const standing = createStanding({ state, library, minConfidence: 0 })
const access = {
  allowedUsers: [],
  allowedChats: [],
  admins: [],
  maxQuestionsPerMinute: 0,
  maxQuestionAgeSeconds: 86_400,
}
const modes = { guest: false, ephemeral: false, storeQuestions: false }
const none = { pages: null, photographer: null, fetchLink: null }
const dependencies = {
  library,
  language: 'zh' as const,
  log,
  metrics: createMetrics(),
  state,
  access,
  modes,
  standing,
  ...none,
}
const guard = createSendGuard()
const bot = createBot(settingsFor(apiRoot, log), dependencies, undefined, guard)
await bot.init()
process.stdout.write('begins\n')
const announcer = startAnnouncing(bot.api, bot.botInfo, guard, dependencies)
await announcer.round()
await announcer.end()
await state.close()
