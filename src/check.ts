import { openAnswerer, openDependencies } from './compose.ts'
import type { Config } from './config.ts'
import { readManifest } from './indexes/manifest.ts'
import { proxyAddress } from './network/proxy.ts'
import { trainingNote } from './search/trainedFor.ts'
import { checkTexts } from './terminal/texts.ts'

/** Shows whether token, model and index are in order, and returns the exit code. */
export async function check(config: Config): Promise<number> {
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

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`)
}
