import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { buildAndCompact, noticesOf, openDependencies, requireIndexed } from '../src/compose.ts'
import { type Config, readConfig } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { BusyError } from '../src/indexes/lock.ts'
import { prepareArrival, reportsIn, stateOrigin } from '../src/library/arrival.ts'
import { explainFolderFailure } from '../src/library/placement.ts'
import { createLinkFetcher } from '../src/links/fetchLink.ts'
import type { LinkedFile } from '../src/links/types.ts'
import { lookThrough, type ReportFolder } from '../src/reports/folder.ts'
import { type ReadingProcess, startReadingProcess } from '../src/reports/readingProcess.ts'
import { progressDisplay } from '../src/terminal/progress.ts'

/**
 * `npm run add -- URL`: fetches the file that a web address leads to into the reports folder, and brings the index up to date. It
 * needs `ALLOW_LINKS=on`, as the bot does.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({ reports: { type: 'string' }, index: { type: 'string' } })
  const [address] = positionals
  if (address === undefined || positionals.length > 1) throw usage()
  const config = readConfig({
    ...environment,
    ...(values.reports && { REPORTS_DIR: values.reports }),
    ...(values.index && { INDEX_DIR: values.index }),
  })
  if (!config.allowLinks) throw turnedOff()
  const { language, limits, reportsFolder } = config
  const reader = startReadingProcess(limits)
  const folder = await lookThrough(reportsFolder, { maxBytes: limits.bytes, listMembers: reader.listMembers })
  // A file that is put into the mount point of an unplugged disk is hidden once the disk is back.
  await requireIndexed(config, folder)
  const fetchLink = createLinkFetcher({ maxBytes: limits.bytes, environment })
  const linked = await fetchLink(address, new AbortController().signal)
  const { file, isNew } = await putIntoFolder(linked, config, { folder, reader })
    .catch((error) => {
      throw explainFolderFailure(error, reportsFolder)
    })
    .finally(reader.close)
  if (language === 'zh') console.log(isNew ? `已加入 ${file}。` : `内容与已有的 ${file} 完全相同,没有重复加入。`)
  else console.log(isNew ? `Added ${file}.` : `The same content is there already as ${file}; nothing was added.`)
  return bringUpToDate(config)
})

/** Places a file as the bot does, after it was read once, so that a file that cannot be used is not left in the folder. */
async function putIntoFolder(
  linked: LinkedFile,
  { reportsFolder, limits }: Config,
  { folder: { files }, reader }: { readonly folder: ReportFolder; readonly reader: ReadingProcess },
) {
  const known = (hash: string) => files.find(({ contentSha256 }) => contentSha256 === hash)
  const { source, report, ...arrival } = await prepareArrival(reportsFolder, linked, limits.bytes)
  try {
    const same = known(source.contentSha256)
    if (same) {
      await stateOrigin(reportsFolder, same.file, linked.origin)
      return { file: same.file, isNew: false }
    }
    await arrival.write()
    if (report) await reader.read(report)
    else {
      const [first, ...others] = (await reportsIn(reader.listMembers, source)).map((one) => known(one.contentSha256))
      if (first && others.every(Boolean)) return { file: first.file, isNew: false }
    }
    await arrival.place()
    return { file: source.file, isNew: true }
  } finally {
    await arrival.clear()
  }
}

/** Updates the index; where another process builds it, that process or the next start takes the file in. */
async function bringUpToDate(config: Config): Promise<number> {
  const { language } = config
  const parts = await openDependencies(config)
  try {
    const outcome = await buildAndCompact(parts, { onProgress: progressDisplay(process.stderr, language) })
    for (const notice of noticesOf(parts, outcome)) console.error(notice[language])
    return 0
  } catch (error) {
    if (!(error instanceof BusyError)) throw error
    console.error(
      language === 'zh'
        ? '另一个进程正在更新索引,这份报告会由它或在下次启动时收进索引。'
        : 'Another process updates the index; it, or the next start, takes the report in.',
    )
    return 0
  } finally {
    parts.reader.close()
    await parts.embedder.dispose()
    await parts.reranker?.dispose()
  }
}

function usage(): ConfigError {
  return new ConfigError({
    zh: '用法:npm run add -- 网址 [--reports 文件夹] [--index 文件夹]',
    en: 'Usage: npm run add -- URL [--reports DIR] [--index DIR]',
  })
}

function turnedOff(): ConfigError {
  return new ConfigError({
    zh: '没有访问这个网址:收网址的功能没有打开。要打开,请在 .env 里写 ALLOW_LINKS=on。',
    en: 'The address was not opened: fetching is turned off. To turn it on, put ALLOW_LINKS=on into .env.',
  })
}
