import { styleText } from 'node:util'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { readConfig } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { reportsInFile } from '../src/reports/folder.ts'
import { startReadingProcess } from '../src/reports/readingProcess.ts'
import { inspectionText, type Paint } from '../src/terminal/inspection.ts'

/**
 * `npm run inspect -- FILE …` shows what was understood of files, wherever they are, also of `ARCHIVE/MEMBER`: articles,
 * sections, paragraphs, what was joined and what was dropped.
 */
await runCommand(async (environment, language) => {
  const { positionals } = readCommandLine({})
  if (positionals.length === 0) {
    throw new ConfigError({
      zh: '用法:npm run inspect -- reports/文件 …',
      en: 'Usage: npm run inspect -- reports/FILE …',
    })
  }
  const { limits } = readConfig(environment)
  const reader = startReadingProcess(limits)
  let faultCount = 0
  for (const path of positionals) {
    const { listMembers } = reader
    const { files, faults } = await reportsInFile(path, { maxBytes: limits.bytes, listMembers })
    for (const file of files) console.log(inspectionText(await reader.read(file), language, paint))
    for (const fault of faults.values()) console.error(fault.text[language])
    faultCount += faults.size
  }
  return faultCount > 0 ? 1 : 0
})

function paint(...[style, text]: Parameters<Paint>): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
