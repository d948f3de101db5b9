import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { styleText } from 'node:util'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { ConfigError, errorCode } from '../src/errors.ts'
import { formatOf } from '../src/reports/formats/formats.ts'
import { loadReport } from '../src/reports/read.ts'
import { readSidecar } from '../src/reports/sidecar.ts'
import type { Report } from '../src/reports/types.ts'

/** `npm run inspect -- reports/FILE`: prints what was understood of a report: articles, sections, paragraphs, what was joined and dropped. */
await runCommand(async (_, language) => {
  const { positionals } = readCommandLine({})
  if (positionals.length === 0) {
    throw new ConfigError({
      zh: '用法:npm run inspect -- reports/文件 …',
      en: 'Usage: npm run inspect -- reports/FILE …',
    })
  }
  for (const path of positionals) {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new ConfigError(
        { zh: `无法读取 ${path}(${errorCode(cause)})。`, en: `${path} cannot be read (${errorCode(cause)}).` },
        { cause },
      )
    })
    const file = basename(path)
    const sidecar = await readSidecar(path)
    const id = basename(file, extname(file))
    const stated = sidecar?.stated ?? {}
    const source = {
      path,
      file,
      id,
      bytes: bytes.length,
      sha256: '',
      contentSha256: '',
      format: formatOf(file, bytes),
      stated,
    }
    console.log(describe(await loadReport(source), language === 'zh'))
  }
  return 0
})

function describe({ file, metadata, articles, dropped, text }: Report, zh: boolean): string {
  const lines = [paint('bold', `${file}: ${metadata.title}`)]
  const { title: _, ...rest } = metadata
  for (const [name, value] of Object.entries(rest)) lines.push(`  ${name}: ${value}`)
  for (const [i, article] of articles.entries()) {
    lines.push(
      '',
      paint(
        'cyan',
        `${zh ? '文章' : 'article'} ${i + 1}: ${article.headline?.text ?? (zh ? '(无标题)' : '(no headline)')}`,
      ),
    )
    if (article.kicker) lines.push(`  ${zh ? '引题' : 'kicker'}: ${article.kicker.text}`)
    if (article.byline) lines.push(`  ${zh ? '署名' : 'byline'}: ${article.byline.cutting.text}`)
    let above = ''
    for (const paragraph of article.paragraphs) {
      const section = paragraph.sections.map((part) => part.text).join(' › ')
      if (section !== above && section !== '') lines.push(paint('green', `  § ${section}`))
      above = section
      // Where halves torn by the layout were joined, the seam is shown as ⁀.
      const seams = paragraph.pieces
        .slice(1)
        .filter((piece, j) => /\n/u.test(text.slice(paragraph.pieces[j]!.range[1], piece.range[0])))
      const shown = seams.reduceRight((whole, { at }) => `${whole.slice(0, at)}⁀${whole.slice(at)}`, paragraph.text)
      lines.push(`  ¶ ${paragraph.number}  ${shown}`)
    }
  }
  if (dropped.length > 0) lines.push('', paint('gray', zh ? '不进入段落的版面零件:' : 'Page furniture, in no passage:'))
  for (const { range, reason } of dropped) lines.push(paint('gray', `  ${reason}: ${text.slice(...range)}`))
  return `${lines.join('\n')}\n`
}

function paint(style: 'bold' | 'cyan' | 'green' | 'gray', text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
