import { fstatSync } from 'node:fs'
import { readCommandLine, runCommand } from './commandLine.ts'
import { openAnswerer, openParts, updateIndex, warmUp } from './compose.ts'
import { type Config, readConfig, secretsOf } from './config.ts'
import { ConfigError } from './errors.ts'
import { readManifest } from './indexes/manifest.ts'
import { createLog, type Log } from './log.ts'
import { proxyAddress } from './network/proxy.ts'
import { chat } from './terminal/chat.ts'
import { progressDisplay } from './terminal/progress.ts'
import { checkTexts, startTexts } from './terminal/texts.ts'

/**
 * `npm start`: brings the index up to date, then answers in Telegram when there is a token and in the terminal when
 * there is none; on the reader's pages as well where a port is set. `npm start -- --check` says whether token, model and
 * index are in order.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({ check: { type: 'boolean', default: false } })
  const config = readConfig(environment)
  const { language, telegram } = config
  const say = startTexts[language]
  const log = createLog(config.logLevel, [...secretsOf(environment), telegram.webhook?.secret ?? ''])
  if (positionals.length > 0) process.stderr.write(`${say.positionals(positionals.join(' '))}\n`)
  if (values.check) return check(config)
  // What talks to a network is loaded only where it is wanted: it would take longer than all the rest.
  const service = () => import('./service.ts')
  if (telegram.token) await (await service()).runTelegram(config, telegram.token, log)
  else if (config.port === undefined) return runTerminal(config, log)
  else return (await service()).runPages(config, config.port, log)
  return 0
})

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Says whether token, model and index are in order. */
async function check(config: Config): Promise<number> {
  const { language, telegram } = config
  const parts = await openParts(config)
  for (const note of parts.folder.notes) tell(note[language])
  for (const fault of parts.folder.faults.values()) tell(fault.text[language])
  const told = checkTexts[language]
  const answerer = await openAnswerer(config, parts)
  const { skipped } = (await readManifest(config.indexFolder))!
  for (const fault of skipped) tell(fault[language])
  await parts.embedder.embed(['Wenju'])
  tell(told.model(config.model, parts.embedder.model.dimensions))
  if (parts.reranker) {
    await parts.reranker.score('Wenju', ['Wenju'])
    tell(told.reranker(parts.reranker.id))
  }
  tell(told.index(config.indexFolder, answerer.reports.length, answerer.passages, answerer.engine))
  if (telegram.token) {
    const { token, apiRoot, proxy } = telegram
    const { checkBot } = await import('./bot/api/telegram.ts')
    if (proxy) tell(told.proxy(proxyAddress(proxy), proxy.variable))
    const { username, webhookUrl, pending, lastError } = await checkBot(token, apiRoot, proxy)
    tell(told.token(username))
    tell(told.webhook(webhookUrl, pending))
    if (lastError) tell(told.webhookError(lastError.message, lastError.at.toISOString()))
  } else tell(told.noToken)
  await parts.embedder.dispose()
  await parts.reranker?.dispose()
  return parts.folder.faults.size + skipped.length > 0 ? 1 : 0
}

async function runTerminal(config: Config, log: Log): Promise<number> {
  const { language } = config
  if (isNullInput()) throw nothingToDo()
  const parts = await openParts(config)
  const warming = warmUp(parts, log)
  const outcome = await updateIndex(config, parts, {
    mend: false,
    onProgress: progressDisplay(process.stderr, language),
  })
  const { notes, faults: unusable } = parts.folder
  for (const one of [
    ...notes,
    ...[...unusable.values()].map(({ text }) => text),
    ...outcome.skipped,
    ...outcome.leftovers,
  ])
    tell(one[language])
  const answerer = await openAnswerer(config, parts)
  if (answerer.engine === 'exact') log.warn(startTexts[language].exact)
  await warming
  const faultyQuestions = await chat(answerer, language)
  await parts.embedder.dispose()
  await parts.reranker?.dispose()
  if (!process.stdin.isTTY && process.stdin.bytesRead === 0) throw nothingToDo()
  return faultyQuestions > 0 ? 1 : 0
}

/** Tells whether standard input is the null device, as for services and containers. A pipe has to be read to be found empty. */
function isNullInput(): boolean {
  return !process.stdin.isTTY && fstatSync(0).isCharacterDevice()
}

function nothingToDo(): ConfigError {
  return new ConfigError({ zh: startTexts.zh.nothingToDo, en: startTexts.en.nothingToDo })
}
