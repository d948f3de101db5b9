import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import * as xlsx from '@e965/xlsx'
import * as word from 'docx'
import { readCommandLine, runCommand } from '../src/commandLine.ts'

/** The source of a text document of the corpus. */
interface TextSource {
  readonly title: string
  readonly author: string
  readonly blocks: readonly Block[]
}

type Block =
  | { readonly heading: string; readonly level: 1 | 2 | 3 | 4 | 5 | 6 }
  | { readonly paragraph: string; readonly hidden?: string; readonly footnote?: string }
  | { readonly items: readonly string[] }
  /** A cell `<` continues the cell at its left, and `^` the cell above. */
  | { readonly table: readonly (readonly string[])[] }

/** The source of a workbook of the corpus. Its cells are written as those of `table`. */
interface SheetSource {
  readonly sheets: readonly { readonly name: string; readonly rows: readonly (readonly (string | number)[])[] }[]
}

const corpus = fileURLToPath(new URL('../tests/fixtures/corpus', import.meta.url))
/** The export filters of LibreOffice, by the extension that they write. */
const textFilters = {
  docx: 'docx:MS Word 2007 XML',
  docm: 'docm:MS Word 2007 XML VBA',
  dotx: 'dotx:MS Word 2007 XML Template',
  doc: 'doc:MS Word 97',
  dot: 'dot:MS Word 97 Vorlage',
  rtf: 'rtf:Rich Text Format',
  odt: 'odt:writer8',
}
const sheetFilters = {
  xlsx: 'xlsx:Calc MS Excel 2007 XML',
  xlsm: 'xlsm:Calc MS Excel 2007 VBA XML',
  xltx: 'xltx:Calc MS Excel 2007 XML Template',
  xls: 'xls:MS Excel 97',
  xlt: 'xlt:MS Excel 97 Vorlage/Template',
  ods: 'ods:calc8',
}

/**
 * `node scripts/launcher.cjs scripts/office-fixtures.ts [-- SOURCE …]` makes the files of the corpus anew by LibreOffice, which
 * must be installed, from the sources `tests/fixtures/corpus/SOURCE.json`.
 */
await runCommand(async () => {
  const { positionals } = readCommandLine({})
  const all = (await readdir(corpus)).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json'))
  const chosen = positionals.length === 0 ? all : all.filter((name) => positionals.includes(name))
  if (chosen.length === 0) {
    console.error(`expected sources among ${all.join(', ')}, found ${positionals.join(', ')}`)
    return 1
  }
  const folder = await mkdtemp(join(tmpdir(), 'wenju-fixtures-'))
  try {
    const [texts, books]: [string[], string[]] = [[], []]
    for (const name of chosen) {
      const source = JSON.parse(await readFile(join(corpus, `${name}.json`), 'utf8')) as TextSource | SheetSource
      const isBook = 'sheets' in source
      const path = join(folder, `${name}.${isBook ? 'xlsx' : 'docx'}`)
      await writeFile(path, isBook ? workbook(source) : await document(source))
      ;(isBook ? books : texts).push(path)
      if (isBook) await writeFile(join(corpus, `${name}.xlsb`), workbook(source, 'xlsb'))
    }
    for (const [filters, files] of [
      [textFilters, texts],
      [sheetFilters, books],
    ] as const) {
      for (const [extension, filter] of Object.entries(filters)) {
        if (files.length === 0) continue
        const made = join(folder, extension)
        await convert(folder, ['--convert-to', filter, '--outdir', made, ...files])
        for (const name of await readdir(made)) await copyFile(join(made, name), join(corpus, name))
      }
    }
    return 0
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function convert(folder: string, parameters: readonly string[]): Promise<void> {
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`
  await promisify(execFile)('soffice', [profile, '--headless', '--norestore', ...parameters])
}

function document({ title, author, blocks }: TextSource): Promise<Buffer> {
  const footnotes: Record<string, { children: word.Paragraph[] }> = {}
  const headings = [1, 2, 3, 4, 5, 6].map((level) => word.HeadingLevel[`HEADING_${level as 1 | 2 | 3 | 4 | 5 | 6}`])
  const paragraph = (text: string, options: word.IParagraphOptions = {}) => new word.Paragraph({ text, ...options })
  const children = blocks.flatMap((block): (word.Paragraph | word.Table)[] => {
    if ('heading' in block) return [paragraph(block.heading, { heading: headings[block.level - 1]! })]
    if ('items' in block) return block.items.map((item) => paragraph(item, { bullet: { level: 0 } }))
    if ('table' in block) return [tableOf(block.table)]
    const runs: word.ParagraphChild[] = [new word.TextRun(block.paragraph)]
    if (block.hidden !== undefined) runs.push(new word.TextRun({ text: block.hidden, vanish: true }))
    if (block.footnote !== undefined) {
      const id = Object.keys(footnotes).length + 1
      footnotes[id] = { children: [paragraph(block.footnote)] }
      runs.push(new word.FootnoteReferenceRun(id))
    }
    return [new word.Paragraph({ children: runs })]
  })
  return word.Packer.toBuffer(new word.Document({ title, creator: author, footnotes, sections: [{ children }] }))
}

function tableOf(cells: readonly (readonly string[])[]): word.Table {
  const rows = cells.map((row, r) => {
    const own = row.flatMap((text, c) => {
      if (text === '<' || text === '^') return []
      const [columnSpan, rowSpan] = [
        spanOf(row.slice(c + 1), '<'),
        spanOf(
          cells.slice(r + 1).map((row) => row[c]!),
          '^',
        ),
      ]
      return [new word.TableCell({ children: [new word.Paragraph(text)], columnSpan, rowSpan })]
    })
    return new word.TableRow({ children: own })
  })
  return new word.Table({ rows, width: { size: 100, type: word.WidthType.PERCENTAGE } })
}

/** The number of places that a cell covers, by the marks behind it. */
function spanOf(following: readonly (string | number)[], mark: string): number {
  const end = following.findIndex((cell) => cell !== mark)
  return 1 + (end < 0 ? following.length : end)
}

function workbook({ sheets }: SheetSource, type: xlsx.BookType = 'xlsx'): Buffer {
  const book = xlsx.utils.book_new()
  for (const { name, rows } of sheets) {
    const isMark = (cell: string | number) => cell === '<' || cell === '^'
    const sheet = xlsx.utils.aoa_to_sheet(
      rows.map((row) => row.map((cell) => (isMark(cell) || cell === '' ? null : cell))),
    )
    sheet['!merges'] = rows.flatMap((row, r) =>
      row.flatMap((cell, c) => {
        if (isMark(cell)) return []
        const [width, height] = [
          spanOf(row.slice(c + 1), '<'),
          spanOf(
            rows.slice(r + 1).map((row) => row[c]!),
            '^',
          ),
        ]
        return width * height > 1 ? [{ s: { r, c }, e: { r: r + height - 1, c: c + width - 1 } }] : []
      }),
    )
    xlsx.utils.book_append_sheet(book, sheet, name)
  }
  return xlsx.write(book, { type: 'buffer', bookType: type, compression: true })
}
