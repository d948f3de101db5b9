import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { defaultModel } from '../../src/embeddings/model.ts'
import { auroc } from '../training/measures.ts'
import { isAnswerable } from './gold.ts'
import { answeredAt } from './report.ts'
import type { Row } from './run.ts'
import { mean } from './statistics.ts'

/** A line of the log: the change, and the figures that the questions of local_reports dev give. */
export function changeRow(
  text: string,
  chinese: readonly Row[],
  all: readonly Row[],
  traditional: readonly Row[],
): string {
  const of = (rows: readonly Row[]) => rows.filter(({ question }) => isAnswerable(question))
  const first = (rows: readonly Row[], most: number) =>
    mean(of(rows).map(({ ranks }) => Number(ranks.all! < most)))?.toFixed(3) ?? '–'
  const english = all.filter(({ question }) => question.lang === 'en')
  const area = auroc(
    of(chinese).map(({ confidence }) => confidence),
    chinese.filter(({ question }) => !isAnswerable(question)).map(({ confidence }) => confidence),
  )
  const figures = [
    `${first(chinese, 1)} / ${first(chinese, 5)}`,
    mean(of(chinese).map(({ highlight }) => highlight))!.toFixed(3),
    area.toFixed(3),
    answeredAt(chinese, 0.1).toFixed(3),
    `${first(english, 1)} / ${first(english, 5)}`,
    first(traditional, 1),
  ]
  return `| ${new Date().toISOString().slice(0, 10)} | ${text} | ${figures.join(' | ')} |`
}

const logHead = [
  '## Landed changes',
  'What the development questions of local_reports gave once with each change that landed. Nothing was chosen by them.',
  '| | change | Chinese hit@1 / hit@5 | marked | AUROC | near misses answered at 0.10 refused | English hit@1 / hit@5 | Traditional hit@1 |\n|---|---|---|---|---|---|---|---|',
].join('\n\n')

/** The lines of the log in an earlier report. */
async function loggedIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => /^\| \d{4}-\d{2}-\d{2} \|/u.test(line))
}

/** Writes the sections below what was measured on which machine, and the log of the earlier document with the change. */
export async function writeReport(path: string, sections: readonly string[], change: string | null): Promise<void> {
  const machine = `Measured on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}, model ${defaultModel}.`
  const intro = [
    '# Evaluation',
    'Written by `npm run evaluate`; not edited by hand. The measures: **hit@k**, one of the first k quotes is from the right report and holds the evidence; **highlight**, the marked words of the first quote hold the answer; **tight**, marked characters ÷ characters of the first quote; **refused**, answerable questions told to be unanswered.',
    machine,
  ]
  const changes = [...(await loggedIn(path)), ...(change === null ? [] : [change])]
  const log = changes.length === 0 ? '' : `${logHead}\n${changes.join('\n')}`
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${[...intro, log, ...sections].filter(Boolean).join('\n\n')}\n`)
}
