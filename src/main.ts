import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { checkToken, runBot } from './bot/run.ts'
import { readCommandLine, runCommand } from './commandLine.ts'
import { openAnswerer, openParts, updateIndex } from './compose.ts'
import { defaultApiRoot, readConfig } from './config.ts'
import { ConfigError, errorCode } from './errors.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type RunningServer, startServer } from './server/server.ts'
import { openJournal } from './state/journal.ts'
import { chat } from './terminal/chat.ts'
import { progressDisplay } from './terminal/progress.ts'
import { checkTexts, startTexts } from './terminal/texts.ts'

/**
 * `npm start`: brings the index up to date, then answers in Telegram when there is a token and in the terminal when
 * there is none. `npm start -- --check` says whether token, model and index are in order.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({ check: { type: 'boolean', default: false } })
  const config = readConfig(environment)
  const { language, telegram } = config
  const say = startTexts[language]
  const log = createLog(config.logLevel, telegram.token ? [telegram.token] : [])
  if (positionals.length > 0) process.stderr.write(`${say.positionals(positionals.join(' '))}\n`)

  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const parts = await openParts(config)
  for (const fault of parts.folder.faults) tell(fault.text[language])

  if (values.check) {
    const told = checkTexts[language]
    const answerer = await openAnswerer(config, parts)
    await parts.embedder.embed(['Wenju'])
    tell(told.model(config.model, parts.embedder.model.dimensions))
    tell(told.index(config.indexFolder, answerer.reports.length, answerer.passages, answerer.engine))
    tell(telegram.token ? told.token(await checkToken(telegram.token, telegram.apiRoot)) : told.noToken)
    await parts.embedder.dispose()
    return parts.folder.faults.length > 0 ? 1 : 0
  }

  const outcome = await updateIndex(config, parts, {
    mend: false,
    onProgress: progressDisplay(process.stderr, language),
  })
  for (const fault of outcome.skipped) tell(fault[language])
  const answerer = await openAnswerer(config, parts)
  if (answerer.engine === 'exact') log.warn(say.exact)
  // The first asker should not wait for the model to load; a failure will be met, and told, by the first question.
  parts.embedder.embed(['Wenju']).catch(() => undefined)
  if (telegram.token) {
    const metrics = createMetrics()
    const state = await openJournal(join(config.stateFolder, stateName(telegram.token, telegram.apiRoot)))
    const server = config.port === undefined ? null : await openServer(config.port, metrics, log)
    const { token, apiRoot, modes } = telegram
    const about = `${answerer.passages} × ${answerer.engine}, ${config.model}`
    const { reportsFolder } = config
    try {
      await runBot({
        answerer,
        token,
        apiRoot,
        access: telegram,
        modes,
        language,
        log,
        metrics,
        state,
        reportsFolder,
        about,
      })
    } finally {
      await server?.close()
      await state.close()
    }
  } else {
    const faults = await chat(answerer, language)
    await parts.embedder.dispose()
    return faults > 0 ? 1 : 0
  }
  await parts.embedder.dispose()
  return 0
})

/** What a bot remembers holds for one bot on one Bot API server: update and chat ids mean nothing to another. */
function stateName(token: string, apiRoot: string): string {
  const bot = token.split(':')[0]!
  const server = createHash('sha256').update(apiRoot).digest('hex').slice(0, 8)
  return apiRoot === defaultApiRoot ? bot : `${bot}-${server}`
}

/** Health is that of the bot's queue: a full one means that people wait. */
async function openServer(port: number, metrics: Metrics, log: Log): Promise<RunningServer> {
  const health = () => ({
    isWell: !metrics.isBusy,
    told: { status: metrics.isBusy ? 'busy' : 'ok', startedAt: metrics.startedAt },
  })
  try {
    const server = await startServer(port, { metrics, log, health })
    log.info(`health and metrics on port ${server.port}`)
    return server
  } catch (cause) {
    throw new ConfigError(
      {
        zh: `端口 ${port} 无法使用(${errorCode(cause)})。请改用别的 PORT。`,
        en: `Port ${port} cannot be used (${errorCode(cause)}). Choose another PORT.`,
      },
      { cause },
    )
  }
}
