import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { openParts, updateIndex } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { progressDisplay } from '../src/terminal/progress.ts'

/** `npm run index`: builds the index or brings it up to date; one that is damaged or of another model is replaced. */
await runCommand(async (environment) => {
  const { values } = readCommandLine({ reports: { type: 'string' }, index: { type: 'string' } })
  const config = readConfig({
    ...environment,
    ...(values.reports && { REPORTS_DIR: values.reports }),
    ...(values.index && { INDEX_DIR: values.index }),
  })
  const { language } = config
  const parts = await openParts(config)
  const outcome = await updateIndex(config, parts, {
    mend: true,
    onProgress: progressDisplay(process.stderr, language),
  })
  const faults = [...parts.folder.faults.map((fault) => fault.text), ...outcome.skipped]
  for (const fault of faults) console.error(fault[language])
  const { reports, passages, embedded, written } = outcome
  if (language === 'zh')
    console.log(`索引${written ? '已更新' : '已是最新'}:${reports} 份报告,${passages} 个段落,新嵌入 ${embedded} 段。`)
  else
    console.log(
      `The index ${written ? 'is updated' : 'was up to date'}: ${reports} reports, ${passages} passages, ${embedded} newly embedded.`,
    )
  await parts.embedder.dispose()
  return faults.length > 0 ? 1 : 0
})
