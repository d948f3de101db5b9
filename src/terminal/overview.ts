import type { Bilingual, Language } from '../errors.ts'
import { extensionOf, formatNamed } from '../reports/formats/fileNames.ts'
import { labels } from '../reports/labels.ts'
import type { ReportSummary } from '../reports/types.ts'
import { widthOf } from './width.ts'

/** The reports that were read of a folder, and the faults of the files that were not. */
export interface Overview {
  readonly reports: readonly Pick<ReportSummary, 'format'>[]
  /** The reasons why files cannot be used, by their names; the fault of the folder itself has an empty name. */
  readonly faults: readonly { readonly file: string; readonly text: Bilingual }[]
}

const texts = {
  zh: {
    kind: '种类',
    read: '已读',
    unread: '未读',
    total: '合计',
    other: '其他',
    more: (count: number) => `……另有 ${count} 个文件未读,运行 npm run index 可看到全部。`,
  },
  en: {
    kind: 'kind',
    read: 'read',
    unread: 'not read',
    total: 'all',
    other: 'other',
    more: (count: number) => `… and ${count} more that were not read; npm run index shows all of them.`,
  },
} as const

/**
 * A table of how many files of each kind were read and how many were not, and below it a line for each that was not, with the
 * reason and the remedy. '' where there is nothing to tell.
 * @param maxFaults the lines for faults at most; a last one counts the others
 */
export function overviewText({ reports, faults }: Overview, language: Language, maxFaults: number): string {
  const say = texts[language]
  const kinds = new Map<string, { read: number; unread: number }>()
  const countsOf = (kind: string) => {
    const counts = kinds.get(kind) ?? { read: 0, unread: 0 }
    kinds.set(kind, counts)
    return counts
  }
  for (const { format } of reports) countsOf(labels[language].formats[format]).read++
  const ofFiles = faults.filter(({ file }) => file !== '')
  for (const { file } of ofFiles) countsOf(kindOf(file, language)).unread++
  const rows = [...kinds].sort(([, a], [, b]) => b.read - a.read || b.unread - a.unread)
  const all = { read: reports.length, unread: ofFiles.length }
  const counted = rows.length > 1 ? [...rows, [say.total, all] as const] : rows
  const table = [
    [say.kind, say.read, say.unread],
    ...counted.map(([kind, { read, unread }]) => [kind, String(read), String(unread)]),
  ]
  const sorted = [...faults].sort((a, b) => (a.file < b.file ? -1 : 1))
  const lines = [
    ...(rows.length > 0 ? aligned(table) : []),
    ...sorted.slice(0, maxFaults).map(({ text }) => text[language].replaceAll('\n', ' ')),
    ...(faults.length > maxFaults ? [say.more(faults.length - maxFaults)] : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** The kind of a file that was not read: the format that its name promises, or its extension. */
function kindOf(file: string, language: Language): string {
  const format = formatNamed(file)
  if (format !== undefined) return labels[language].formats[format]
  return extensionOf(file).slice(1).toUpperCase() || texts[language].other
}

/** The rows of a table as lines: the first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))))
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell))
        return column === 0 ? cell + space : space + cell
      })
      .join('  '),
  )
}
