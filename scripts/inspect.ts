import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { styleText } from 'node:util'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { ConfigError, errorCode } from '../src/errors.ts'
import { formatOf } from '../src/reports/formats/formats.ts'
import { inspectionHtml, inspectionMark } from '../src/reports/inspection/html.ts'
import { inspectionText, type Paint } from '../src/reports/inspection/text.ts'
import { loadReport } from '../src/reports/read.ts'
import { readSidecar } from '../src/reports/sidecar.ts'
import type { Report } from '../src/reports/types.ts'

/**
 * `npm run inspect -- [--html OUT.html] FILE …` shows what was understood of files, wherever they are: articles,
 * sections, paragraphs, what was joined and dropped; with `--html` as one page to open in a browser.
 */
await runCommand(async (_, language) => {
  const { positionals, values } = readCommandLine({ html: { type: 'string' } })
  if (positionals.length === 0 || values.html === '') {
    throw new ConfigError({
      zh: '用法:npm run inspect -- [--html 输出.html] reports/文件 …',
      en: 'Usage: npm run inspect -- [--html OUT.html] reports/FILE …',
    })
  }
  const reports: Report[] = []
  for (const path of positionals) {
    const report = await readReport(path)
    if (values.html === undefined) console.log(inspectionText(report, language, paint))
    else reports.push(report)
  }
  if (values.html !== undefined) await writePage(values.html, inspectionHtml(reports, language))
  return 0
})

async function readReport(path: string): Promise<Report> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ConfigError(
      { zh: `无法读取 ${path}(${errorCode(cause)})。`, en: `${path} cannot be read (${errorCode(cause)}).` },
      { cause },
    )
  })
  const file = basename(path)
  const id = basename(file, extname(file))
  const stated = (await readSidecar(path))?.stated ?? {}
  const hashes = { sha256: '', contentSha256: createHash('sha256').update(bytes).digest('hex') }
  return loadReport({ path, file, id, bytes: bytes.length, ...hashes, format: formatOf(file, bytes), stated })
}

async function writePage(path: string, page: string): Promise<void> {
  // A report given where the page should go must not be overwritten.
  const earlier = await readFile(path, 'utf8').catch(() => '')
  if (!/\.html?$/iu.test(path) || (earlier !== '' && !earlier.slice(0, 400).includes(inspectionMark))) {
    throw new ConfigError({
      zh: `--html 后应为要写入的 .html 文件,实际是 ${path}${earlier === '' ? '' : '(已有别的内容)'}。用法:npm run inspect -- --html 输出.html reports/文件 …`,
      en: `--html expects the .html file to write, found ${path}${earlier === '' ? '' : ' (which holds something else)'}. Usage: npm run inspect -- --html OUT.html reports/FILE …`,
    })
  }
  await writeFile(path, page).catch((cause: unknown) => {
    throw new ConfigError(
      { zh: `无法写入 ${path}(${errorCode(cause)})。`, en: `${path} cannot be written (${errorCode(cause)}).` },
      { cause },
    )
  })
  console.log(path)
}

function paint(...[style, text]: Parameters<Paint>): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
