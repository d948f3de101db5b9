import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { buildAndCompact, openDependencies, updateText } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { earlierFormatNotice } from '../src/indexes/manifest.ts'
import { progressDisplay } from '../src/terminal/progress.ts'

/**
 * `npm run index`: builds the index or brings it up to date; one that is damaged or of another model is replaced. With
 * `--accept-removals` also where nearly all reports are gone, which is refused otherwise.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({
    reports: { type: 'string' },
    index: { type: 'string' },
    'accept-removals': { type: 'boolean', default: false },
  })
  if (positionals.length > 0) {
    throw new ConfigError({
      zh: `npm run index 不接受「${positionals.join(' ')}」;报告文件夹请写成 --reports 文件夹。`,
      en: `npm run index takes no "${positionals.join(' ')}"; name a folder of reports with --reports DIR.`,
    })
  }
  const config = readConfig({
    ...environment,
    ...(values.reports && { REPORTS_DIR: values.reports }),
    ...(values.index && { INDEX_DIR: values.index }),
  })
  const { language } = config
  const acceptsRemovals = values['accept-removals']
  const dependencies = await openDependencies({ ...config, acceptsRemovals })
  const notice = await earlierFormatNotice(config.indexFolder)
  if (notice) console.error(notice[language])
  const outcome = await buildAndCompact(dependencies, {
    replaceDamaged: true,
    mayBeEmpty: acceptsRemovals,
    onProgress: progressDisplay(process.stderr, language),
  })
  process.stderr.write(updateText(dependencies, outcome, language, Number.POSITIVE_INFINITY))
  const { reports, passages, embedded, written } = outcome
  if (language === 'zh')
    console.log(`索引${written ? '已更新' : '已是最新'}:${reports} 份报告,${passages} 个段落,新嵌入 ${embedded} 段。`)
  else
    console.log(
      `The index ${written ? 'is updated' : 'was up to date'}: ${reports} reports, ${passages} passages, ${embedded} newly embedded.`,
    )
  await dependencies.embedder.dispose()
  return dependencies.folder.faults.size + outcome.skipped.length > 0 ? 1 : 0
})
