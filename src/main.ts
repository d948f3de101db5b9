import { fstatSync } from 'node:fs'
import { readCommandLine, runCommand } from './commandLine.ts'
import { buildAndCompact, maxShownFaults, openAnswerer, openDependencies, updateText, warmUp } from './compose.ts'
import { type Config, readConfig, secretsOf } from './config.ts'
import { ConfigError } from './errors.ts'
import { readManifest } from './indexes/manifest.ts'
import { createLog, type Log } from './log.ts'
import { proxyAddress } from './network/proxy.ts'
import { trainingNote } from './search/trainedFor.ts'
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
  // The code that talks to a network is loaded only where it is needed, as it takes longer to load than all the rest.
  const service = () => import('./service.ts')
  if (telegram.token) await (await service()).runTelegram(config, telegram.token, log)
  else if (config.port === undefined) return runTerminal(config, log)
  else return (await service()).runPages(config, config.port, log)
  return 0
})

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Shows whether token, model and index are in order, and returns the exit code. */
async function check(config: Config): Promise<number> {
  const { language, telegram } = config
  const dependencies = await openDependencies(config)
  const { folder, embedder, reranker } = dependencies
  for (const note of folder.notes) writeLine(note[language])
  for (const fault of folder.faults.values()) writeLine(fault.text[language])
  const say = checkTexts[language]
  const answerer = await openAnswerer(config, dependencies)
  const { skipped } = (await readManifest(config.indexFolder))!
  for (const fault of skipped) writeLine(fault[language])
  await embedder.embed(['Wenju'])
  writeLine(say.model(config.model, embedder.model.dimensions))
  const note = trainingNote(embedder.model)
  if (note) writeLine(note[language])
  if (reranker) {
    await reranker.score('Wenju', ['Wenju'])
    writeLine(say.reranker(reranker.id))
  }
  writeLine(say.index(config.indexFolder, answerer.reports.length, answerer.passages, answerer.engine))
  writeLine(await fontLine(config))
  if (telegram.token) {
    const { token, apiRoot, proxy } = telegram
    const { checkBot } = await import('./bot/api/telegram.ts')
    if (proxy) writeLine(say.proxy(proxyAddress(proxy), proxy.variable))
    const { username, webhookUrl, pending, lastError } = await checkBot(token, apiRoot, proxy)
    writeLine(say.token(username))
    writeLine(say.webhook(webhookUrl, pending))
    if (lastError) writeLine(say.webhookError(lastError.message, lastError.at.toISOString()))
  } else writeLine(say.noToken)
  await embedder.dispose()
  await reranker?.dispose()
  return folder.faults.size + skipped.length > 0 ? 1 : 0
}

/** Says whether quotes from files without pages can have cards. */
async function fontLine({ language, limits }: Config): Promise<string> {
  const { startDrawingProcess } = await import('./reports/drawing/drawingProcess.ts')
  const drawing = startDrawingProcess(limits)
  try {
    return (await drawing.hasChineseFont()) ? checkTexts[language].cards : checkTexts[language].noFont
  } finally {
    drawing.close()
  }
}

async function runTerminal(config: Config, log: Log): Promise<number> {
  const { language } = config
  if (isNullInput()) throw nothingToDo()
  const dependencies = await openDependencies(config)
  const warming = warmUp(dependencies, log)
  const outcome = await buildAndCompact(dependencies, { onProgress: progressDisplay(process.stderr, language) })
  process.stderr.write(updateText(dependencies, outcome, language, maxShownFaults))
  const answerer = await openAnswerer(config, dependencies)
  if (answerer.engine === 'exact') log.warn(startTexts[language].exact)
  await warming
  const faultyQuestions = await chat(answerer, language)
  await dependencies.embedder.dispose()
  await dependencies.reranker?.dispose()
  if (!process.stdin.isTTY && process.stdin.bytesRead === 0) throw nothingToDo()
  return faultyQuestions > 0 ? 1 : 0
}

/** True when standard input is the null device, as for services and containers. A pipe has to be read to be found empty. */
function isNullInput(): boolean {
  return !process.stdin.isTTY && fstatSync(0).isCharacterDevice()
}

function nothingToDo(): ConfigError {
  return new ConfigError({ zh: startTexts.zh.nothingToDo, en: startTexts.en.nothingToDo })
}
