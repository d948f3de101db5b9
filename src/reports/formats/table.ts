import { type CellObject, read, SSF, set_cptable, type WorkBook } from '@e965/xlsx'
import * as codepages from '@e965/xlsx/dist/cpexcel.full.mjs'
import type { Bilingual } from '../../errors.ts'
import type { FormatReader, ReadContext } from '../manuscript.ts'
import { readDelimited } from './csv.ts'
import { decode } from './decode.ts'
import { damaged, locked } from './faults.ts'
import { evaluator } from './formulas.ts'
import { sheetTablesOf } from './sheetTables.ts'
import { type Merge, writeTable } from './tableWriter.ts'
import { ManuscriptWriter } from './writer.ts'
import { unpackOffice } from './zip.ts'

/** The bounds of one sheet, as the extent that a sheet states is not to be relied upon. */
const maxRows = 50_000
const maxColumns = 256
/** The number of columns that a sheet can have. */
const sheetColumns = 16_384
/** The heading level of a table's name; that of its sheet is 1. */
const titleLevel = 2

/** Reads spreadsheets (XLSX, XLSB, XLS, ODS) as programs show their cells, and delimited text (CSV, TSV) as it is written. */
export const readTable: FormatReader = async (bytes, reading) => {
  const { sheets, notes } = await readSheets(bytes, reading)
  const writer = new ManuscriptWriter()
  const visible = sheets.filter((sheet) => !sheet.isHidden)
  const hidden = sheets.length - visible.length
  if (hidden > 0) notes.push({ zh: `略去 ${hidden} 张隐藏的工作表。`, en: `${hidden} hidden sheets are left out.` })
  for (const { name, cells, merges, isCut, computed, unknown } of visible) {
    notes.push(...formulaNotes(name, computed, unknown))
    if (isCut) {
      notes.push({
        zh: `表格“${name}”过大,只读取前 ${maxRows} 行、${maxColumns} 列。`,
        en: `The table “${name}” is too large: only its first ${maxRows} rows and ${maxColumns} columns are read.`,
      })
    }
    if (cells.every((row) => row.every((cell) => cell.trim() === ''))) continue
    let depth = 0
    if (!isDefaultName(name)) writer.line(name, { level: 1, opensArticle: true })
    for (const side of sheetTablesOf(cells, merges)) {
      for (const [i, title] of side.titles.entries()) writer.line(title, { level: titleLevel + i, continues: false })
      depth = side.titles.length > 0 ? side.titles.length : depth
      writeTable(writer, side.cells, side.merges, { level: titleLevel + depth })
    }
  }
  const { text, lines } = writer
  // The name of the only table is the title; a table's name among several does not speak for all.
  const [title, another] = lines.filter((line) => line.level === titleLevel)
  const stated = title && !another ? { title: title.content.text } : {}
  return { text, lines, pages: [], doubtful: [], stated, notes }
}

/** A sheet with its cells as programs show them. */
interface Sheet {
  readonly name: string
  readonly isHidden: boolean
  readonly cells: readonly (readonly string[])[]
  readonly merges: readonly Merge[]
  /** True where the sheet was too large and is cut off. */
  readonly isCut: boolean
  /** The number of formulas without a stored value that were computed. */
  readonly computed: number
  /** The number of formulas without a value, whose cells are empty. */
  readonly unknown: number
}

/** Tells whether a part of a package is one of a workbook in Excel's binary form (XLSB). */
function isBinarySheet(name: string): boolean {
  return /^xl\/(?!vbaProject)(?:(?:worksheets|chartsheets|externalLinks)\/)?[^/]+\.bin$/iu.test(name)
}

async function readSheets(bytes: Uint8Array, reading: ReadContext): Promise<{ sheets: Sheet[]; notes: Bilingual[] }> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b
  if (isZip) {
    const unpacked = await unpackOffice(bytes, reading, isBinarySheet)
    return { sheets: sheetsOf(openBook(await unpacked.generateAsync({ type: 'uint8array' }), reading.file)), notes: [] }
  }
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) return { sheets: sheetsOf(openBook(bytes, reading.file)), notes: [] }
  const { text, notes } = decode(bytes, reading.file, reading.charset)
  if (/<(?:\w+:)?Workbook[\s>]/u.test(text.slice(0, 4096)))
    return { sheets: sheetsOf(openBook(text, reading.file)), notes: [...notes] }
  const rows = readDelimited(text)
  const whole = { name: '', isHidden: false, merges: [], computed: 0, unknown: 0 }
  return { sheets: [{ ...whole, ...bounded(rows, (cell) => cell) }], notes: [...notes] }
}

function openBook(source: Uint8Array | string, file: string): WorkBook {
  try {
    set_cptable(codepages)
    // The library returns cells of formulas without a stored value only together with empty cells.
    const withFormulas = { cellFormula: true, cellNF: true, sheetStubs: true }
    const options = { dense: true, cellHTML: false, sheetRows: maxRows + 1, dateNF: 'yyyy/m/d' }
    return read(source, { ...options, ...withFormulas, type: typeof source === 'string' ? 'string' : 'array' })
  } catch (cause) {
    if (cause instanceof Error && /password|encrypt/iu.test(cause.message)) throw locked(file)
    throw damaged(file, cause)
  }
}

function sheetsOf(book: WorkBook): Sheet[] {
  const figureAt = evaluator({
    cellAt: (name, row, column) => {
      const cell = book.Sheets[name]?.['!data']?.[row]?.[column]
      if (cell === undefined || (cell.t === 'z' && cell.f === undefined)) return undefined
      if (isWithoutValue(cell)) return { formula: cell.f! }
      return { value: cell.t === 'e' || cell.v instanceof Date ? null : (cell.v ?? null) }
    },
    sizeOf: (name) => {
      const sheet = Object.hasOwn(book.Sheets, name) ? book.Sheets[name] : undefined
      const rows = sheet?.['!data']?.length ?? 0
      return sheet && { rows, columns: sheetColumns, isCut: rows > maxRows }
    },
  })
  return book.SheetNames.flatMap((name, i): Sheet[] => {
    const sheet = book.Sheets[name]
    if (sheet === undefined) return []
    const merges = (sheet['!merges'] ?? []).map(
      ({ s, e }): Merge => ({ rows: [s.r, e.r + 1], columns: [s.c, e.c + 1] }),
    )
    const isHidden = (book.Workbook?.Sheets?.[i]?.Hidden ?? 0) !== 0
    let [computed, unknown] = [0, 0]
    const content = bounded(withoutEmpty(sheet['!data'] ?? []), (cell, row, column) => {
      if (!isWithoutValue(cell)) return shown(cell)
      const figure = figureAt(name, row, column)
      const seen = figure === null ? null : formatted(figure, cell.z)
      if (seen === null) unknown++
      else computed++
      return seen ?? ''
    })
    return [{ name, isHidden, merges, ...content, computed, unknown }]
  })
}

/** Tells whether a cell holds a formula without a stored value, as programs that do not compute write them. */
function isWithoutValue(cell: CellObject): boolean {
  return cell.f !== undefined && (cell.t === 'z' || cell.v === undefined || Number.isNaN(cell.v))
}

/** A figure in its cell's format; null where the format is invalid. */
function formatted(figure: number, format: CellObject['z']): string | null {
  try {
    return SSF.format(format ?? 'General', figure)
  } catch {
    return null
  }
}

/** A sheet's rows up to their last cell with content, as empty cells may be styled to the sheet's edge. */
function withoutEmpty(rows: readonly (readonly CellObject[] | undefined)[]): (CellObject[] | undefined)[] {
  const holds = (cell: CellObject | undefined) => cell !== undefined && (cell.t !== 'z' || cell.f !== undefined)
  const kept = rows.map((row) => row?.slice(0, row.findLastIndex(holds) + 1))
  return kept.slice(0, kept.findLastIndex((row) => row !== undefined && row.length > 0) + 1)
}

function shown(cell: CellObject): string {
  // An error's sign (`#REF!`) is not what its author wrote.
  return cell.t === 'e' || cell.t === 'z' ? '' : (cell.w ?? String(cell.v ?? ''))
}

/** The notes on a sheet's formulas without stored values. */
function formulaNotes(name: string, computed: number, unknown: number): Bilingual[] {
  const notes: Bilingual[] = []
  if (computed > 0) {
    notes.push({
      zh: `工作表“${name}”有 ${computed} 个公式未存结果,其值由公式算出。`,
      en: `The sheet “${name}” has ${computed} formulas without stored values; they were computed.`,
    })
  }
  if (unknown > 0) {
    notes.push({
      zh: `工作表“${name}”有 ${unknown} 个公式没有结果,单元格留空。请用表格软件打开并重新保存。`,
      en: `The sheet “${name}” has ${unknown} formulas without a value, whose cells are left empty. Open it in a spreadsheet program and save it again.`,
    })
  }
  return notes
}

/** The rows as cells of text, within the bounds of a sheet. */
function bounded<T>(
  rows: readonly (readonly T[] | undefined)[],
  shown: (cell: T, row: number, column: number) => string,
): Pick<Sheet, 'cells' | 'isCut'> {
  const kept = Array.from(rows.slice(0, maxRows))
  const widest = kept.reduce((width, row) => Math.max(width, row?.length ?? 0), 0)
  const width = Math.min(widest, maxColumns)
  const cells = kept.map((row, at) =>
    Array.from({ length: row ? width : 0 }, (_, column) => {
      const cell = row?.[column]
      return cell === undefined ? '' : shown(cell, at, column)
    }),
  )
  return { cells, isCut: rows.length > maxRows || widest > maxColumns }
}

/** Tells whether a name is one that office programs give to new sheets, which says nothing. */
function isDefaultName(name: string): boolean {
  return /^(?:sheet|工作表|表)?\s*\d{0,2}$/iu.test(name)
}
