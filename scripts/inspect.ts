import { styleText } from 'node:util'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { readConfig } from '../src/config.ts'
import { ConfigError } from '../src/errors.ts'
import { reportFileAt } from '../src/reports/folder.ts'
import { startReadingProcess } from '../src/reports/readingProcess.ts'
import { inspectionText, type Paint } from '../src/terminal/inspection.ts'

/**
 * `npm run inspect -- FILE …` shows what was understood of files, wherever they are: articles, sections, paragraphs, what
 * was joined and what was dropped.
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
  for (const path of positionals) {
    const report = await reader.read(await reportFileAt(path, limits.bytes))
    console.log(inspectionText(report, language, paint))
  }
  return 0
})

function paint(...[style, text]: Parameters<Paint>): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
