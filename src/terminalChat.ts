import { fstatSync } from 'node:fs'
import { buildAndCompact, maxShownFaults, openAnswerer, openDependencies, updateText, warmUp } from './compose.ts'
import type { Config } from './config.ts'
import { ConfigError } from './errors.ts'
import type { Log } from './log.ts'
import { chat } from './terminal/chat.ts'
import { progressDisplay } from './terminal/progress.ts'
import { startTexts } from './terminal/texts.ts'

/** Brings the index up to date and answers questions in the terminal, and returns the exit code. */
export async function runTerminal(config: Config, log: Log): Promise<number> {
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
