import { join } from 'node:path'
import { goldOf } from '../training/rankings.ts'
import { openSet, seeded, shuffled } from '../training/sets.ts'
import { inPinyin, inSimplified, inTraditional, namesInPinyin } from './conversions.ts'
import { type GoldQuestion, isAnswerable, readGold } from './gold.ts'
import { writingTable } from './report.ts'
import { type Row, runAll } from './run.ts'

const order = 42
/** Answerable questions with names in pinyin that are asked. */
const pinyinQuestions = 50

/** The Chinese questions as others type them, over the same reports; and questions in Traditional characters over such texts. */
export async function otherWritings(
  evalFolder: string,
  work: string,
  five: Parameters<typeof runAll>[1],
  government: Parameters<typeof runAll>[1],
  count: number,
): Promise<string[]> {
  const gold = (await readGold(join(evalFolder, 'gold-dev.jsonl'))).filter(({ lang }) => lang === 'zh')
  const ofGovernment = await readGold(join(evalFolder, 'gov_reports/gov-dev.jsonl'))
  const named = namesInPinyin(gold, pinyinQuestions)
  // gov-dev has no answerable question with a name; what gold-dev lacks cmrc2018 makes up for.
  const cmrc = await openSet(evalFolder, 'cmrc2018', work)
  const ofCmrc = shuffled(cmrc.questions, seeded(order)).map((one) => goldOf(one))
  const more = namesInPinyin(ofCmrc, pinyinQuestions - named.filter(isAnswerable).length)
  const ids = new Set([...named, ...more].map(({ id }) => id))
  const asTheyAre = (questions: readonly GoldQuestion[]) => questions.filter(({ id }) => ids.has(id))
  const drcd = await openSet(evalFolder, 'drcd', work)
  const traditional = shuffled(drcd.questions, seeded(order))
    .slice(0, count)
    .map((one) => goldOf(one))
  type Asked = readonly [questions: readonly GoldQuestion[], over: Parameters<typeof runAll>[1]]
  const asked: [string, ...Asked[]][] = [
    ['gold-dev, Simplified', [gold, five]],
    ['gold-dev in Traditional characters, Taiwan’s words', [inTraditional(gold), five]],
    ['gold-dev with a name, filled up from cmrc2018, Simplified', [asTheyAre(gold), five], [asTheyAre(ofCmrc), cmrc]],
    ['the same, names in pinyin', [named, five], [more, cmrc]],
    ['gold-dev all in pinyin', [inPinyin(gold), five]],
    ['gov-dev in Traditional characters', [inTraditional(ofGovernment), government]],
    ['drcd: Traditional questions and passages', [traditional, drcd]],
    ['drcd in Simplified characters over Traditional passages', [inSimplified(traditional), drcd]],
  ]
  const groups: { name: string; rows: Row[] }[] = []
  for (const [name, ...parts] of asked) {
    const rows: Row[] = []
    for (const [questions, over] of parts) rows.push(...(await runAll(questions, over)))
    groups.push({ name, rows })
  }
  const table = writingTable(groups)
  console.log(`${table}\n`)
  return [
    '## Traditional characters and pinyin',
    'The questions are converted by rule (`scripts/evaluation/conversions.ts`).',
    table,
  ]
}
