import { listReports } from '../../src/reports/folder.ts'
import { loadReport } from '../../src/reports/loadReport.ts'
import { passagesOf } from '../../src/reports/passages.ts'
import { folded, type GoldQuestion, isAnswerable } from './gold.ts'
import type { Row } from './run.ts'
import { mean } from './statistics.ts'

/**
 * A table of what reading makes of the evidence: the share of its strings that stand whole in one passage, and how often the
 * first quote answers a question whose evidence is a table's row.
 * @param folder of the reports, which are read once more
 */
export async function evidenceTable(rows: readonly Row[], folder: string): Promise<string> {
  const passages = new Map<string, string[]>()
  for (const file of (await listReports(folder)).files)
    passages.set(
      file.file,
      passagesOf(await loadReport(file)).map(({ text }) => text),
    )
  const asked = rows.filter(({ question }) => isAnswerable(question))
  const strings = asked.flatMap(({ question: { file, evidence } }) =>
    evidence.map((string) => ({ string, texts: passages.get(file!) ?? [] })),
  )
  const share = (holds: (text: string, string: string) => boolean) =>
    mean(strings.map(({ string, texts }) => Number(texts.some((text) => holds(text, string)))))!.toFixed(3)
  const ofTables = asked.filter(({ question }) => standsInRow(question, passages.get(question.file!) ?? []))
  const first = mean(ofTables.map(({ ranks }) => Number(ranks.all === 0)))
  return [
    '| evidence | n | share |',
    '|---|---|---|',
    `| stands whole in one passage | ${strings.length} | ${share((text, string) => folded(text).includes(folded(string)))} |`,
    `| the same, with the heads of a table between its cells | ${strings.length} | ${share(holdsCells)} |`,
    `| is a row of a table: right first | ${ofTables.length} | ${first?.toFixed(3) ?? '–'} |`,
  ].join('\n')
}

/** True where a row of a table, which has a line for each cell, holds evidence of the question. */
export function standsInRow({ evidence }: GoldQuestion, texts: readonly string[]): boolean {
  const rows = texts.filter((text) => text.includes('\n'))
  return evidence.some((string) => rows.some((text) => holdsCells(text, string)))
}

/** True where a passage holds all that blanks part in a string of evidence, in order. */
export function holdsCells(text: string, evidence: string): boolean {
  const whole = folded(text)
  let at = 0
  for (const cell of evidence.split(/[\s│]+/u).map(folded)) {
    const found = whole.indexOf(cell, at)
    if (found < 0) return false
    at = found + cell.length
  }
  return true
}
