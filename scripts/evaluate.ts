import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { type OpenAnswerer, openAnswerer, openParts, updateIndex } from '../src/compose.ts'
import { defaultModel } from '../src/embeddings/model.ts'
import { ConfigError } from '../src/errors.ts'
import { type GoldQuestion, isAnswerable, readGold } from './evaluation/gold.ts'
import { ablationTable, boundTable, failures, reliabilityDiagram, scoreTable } from './evaluation/report.ts'
import { type Row, runAll } from './evaluation/run.ts'
import { pairedInterval } from './evaluation/statistics.ts'
import { auroc, calibrationError, reliability } from './training/measures.ts'
import { otherAttribute, otherOrdinal, otherPlace, otherYear } from './training/negatives.ts'
import { openSet, type PublicSet, type SetQuestion, seeded, shuffled } from './training/sets.ts'

const seed = 42
const bounds = [0.02, 0.04, 0.06, 0.09, 0.15, 0.2, 0.3, 0.5, 0.7]

/** Hits of an earlier run, by data set and question. */
type Saved = Record<string, Record<string, number>>

/**
 * `npm run evaluate -- --eval DIR`: answers the gold questions over the five reports and the government reports, and held-back
 * questions of the public sets; writes docs/evaluation.md with a picture of the calibration.
 */
async function evaluate(): Promise<number> {
  const { values } = readCommandLine({
    eval: { type: 'string' },
    work: { type: 'string' },
    questions: { type: 'string' },
    out: { type: 'string' },
    baseline: { type: 'string' },
    save: { type: 'string' },
  })
  if (values.eval === undefined) {
    throw new ConfigError({
      zh: '用法:npm run evaluate -- --eval 文件夹 [--questions 数量] [--baseline 旧结果.json] [--save 结果.json]',
      en: 'Usage: npm run evaluate -- --eval DIR [--questions N] [--baseline OLD.json] [--save RESULTS.json]',
    })
  }
  const work = values.work ?? join(tmpdir(), 'wenju-evaluation')
  const count = Number(values.questions ?? 1000)
  const sections: string[] = []
  const hits: Saved = {}
  const baseline = values.baseline === undefined ? null : (JSON.parse(await readFile(values.baseline, 'utf8')) as Saved)
  const add = (name: string, title: string, rows: readonly Row[], listFailures: boolean) => {
    hits[name] = Object.fromEntries(
      rows.filter((row) => isAnswerable(row.question)).map((row) => [row.question.id, Number(row.ranks.all === 0)]),
    )
    sections.push(
      `## ${title}`,
      scoreTable(rows),
      '### What each ranker finds, over the same candidates',
      ablationTable(rows),
    )
    if (baseline?.[name]) sections.push(against(hits[name], baseline[name]))
    if (rows.some((row) => !isAnswerable(row.question)))
      sections.push('### What the bound costs', boundTable(rows, bounds))
    if (listFailures) sections.push('### First quote wrong', failures(rows) || 'None.')
    console.log(`${title}\n${scoreTable(rows)}\n`)
  }

  const five = await open('reports', join(work, 'five'))
  const gold = await runAll(await readGold(join(values.eval, 'gold-dev.jsonl')), five)
  add('gold-dev', 'The five reports (gold-dev)', gold, true)
  const government = await open(join(values.eval, 'gov_reports/reports'), join(work, 'gov_reports'))
  add(
    'gov-dev',
    'Fifty-two government work reports (gov-dev)',
    await runAll(await readGold(join(values.eval, 'gov_reports/gov-dev.jsonl')), government),
    true,
  )

  const sets = [await openSet(values.eval, 'cmrc2018', work), await openSet(values.eval, 'chronoqa', work)]
  const calibrated: { confidence: number; label: number; kind: string }[] = []
  for (const [i, set] of sets.entries()) {
    const own = shuffled(set.questions, seeded(seed)).slice(0, count)
    const rows = await runAll(own.map(asGold), set)
    add(set.name, `${set.name}, ${own.length} questions that training has not seen`, rows, false)
    calibrated.push(
      ...rows.map((row) => ({ confidence: row.confidence, label: Number(row.ranks.all === 0), kind: 'own' })),
    )
    const far = shuffled(sets[1 - i]!.questions, seeded(seed)).slice(0, Math.round(count / 4))
    for (const [kind, made] of Object.entries(unanswerable(set, own, far, Math.round(count / 4)))) {
      for (const { question } of made)
        calibrated.push({ confidence: (await set.answerer.answer({ text: question })).confidence, label: 0, kind })
    }
  }
  sections.push(...(await abstention(gold, five, sets, calibrated)))
  await writeReport(values.out ?? 'docs/evaluation.md', sections)
  if (values.save !== undefined) await writeFile(values.save, `${JSON.stringify(hits)}\n`)
  return 0
}

async function open(reportsFolder: string, indexFolder: string): Promise<OpenAnswerer & { answerer: OpenAnswerer }> {
  const places = { reportsFolder, indexFolder, model: defaultModel }
  const parts = await openParts(places)
  await updateIndex(places, parts, { mend: true })
  const answerer = await openAnswerer({ ...places, minConfidence: null }, parts)
  return { ...answerer, answerer }
}

function asGold({ id, question, answers, passages }: SetQuestion): GoldQuestion {
  return {
    id,
    question,
    answers: [...answers],
    passage_ids: [...passages],
    type: '—',
    lang: 'zh',
    evidence: [],
    alternates: [],
  }
}

function unanswerable(set: PublicSet, own: readonly SetQuestion[], far: readonly SetQuestion[], count: number) {
  const random = seeded(seed + 2)
  const held = { ...set, questions: own }
  return {
    'another attribute': otherAttribute(held, random).slice(0, count),
    'another year': otherYear(held, random).slice(0, count),
    'another ordinal': otherOrdinal(held, random).slice(0, count),
    'another place': otherPlace(held, random).slice(0, count),
    'far off': far,
  }
}

async function abstention(
  gold: readonly Row[],
  five: OpenAnswerer,
  sets: readonly PublicSet[],
  calibrated: readonly { confidence: number; label: number; kind: string }[],
): Promise<string[]> {
  const bins = reliability(
    calibrated.map(({ confidence }) => confidence),
    calibrated.map(({ label }) => label),
  )
  await mkdir('docs/pictures', { recursive: true })
  await writeFile('docs/pictures/reliability.svg', reliabilityDiagram(bins))
  const answerable = gold
    .filter(({ question }) => isAnswerable(question) && question.lang === 'zh')
    .map((row) => row.confidence)
  const positives = calibrated.filter(({ label }) => label === 1).map(({ confidence }) => confidence)
  const lines = ['| unanswerable questions | n | AUROC |', '|---|---|---|']
  for (const kind of new Set(calibrated.filter(({ kind }) => kind !== 'own').map(({ kind }) => kind))) {
    const own = calibrated.filter((one) => one.kind === kind).map(({ confidence }) => confidence)
    if (own.length > 0) lines.push(`| public sets: ${kind} | ${own.length} | ${auroc(positives, own).toFixed(3)} |`)
  }
  for (const set of sets) {
    const far: number[] = []
    for (const { question } of shuffled(set.questions, seeded(seed)).slice(0, 200))
      far.push((await five.answer({ text: question })).confidence)
    lines.push(
      `| five reports: far off, questions of ${set.name} | ${far.length} | ${auroc(answerable, far).toFixed(3)} |`,
    )
  }
  return [
    '## Confidence',
    `Expected calibration error on held-back questions of the public sets, answerable and made unanswerable: ${calibrationError(bins).toFixed(3)} (${calibrated.length} questions).`,
    '![Reliability diagram](pictures/reliability.svg)',
    lines.join('\n'),
  ]
}

function against(now: Record<string, number>, before: Record<string, number>): string {
  const shared = Object.keys(now).filter((id) => id in before)
  const { mean, low, high } = pairedInterval(
    shared.map((id) => now[id]!),
    shared.map((id) => before[id]!),
  )
  return `Against the saved baseline, ${shared.length} questions: hit@1 ${mean.toFixed(3)} (95 % ${low.toFixed(3)} … ${high.toFixed(3)}).`
}

async function writeReport(path: string, sections: readonly string[]): Promise<void> {
  const machine = `Measured on ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}, model ${defaultModel}.`
  const intro = [
    '# Evaluation',
    'Written by `npm run evaluate`; not edited by hand. The measures: **hit@k**, one of the first k quotes is from the right report and holds the evidence; **highlight**, the marked words of the first quote hold the answer; **tight**, marked characters ÷ characters of the first quote; **refused**, answerable questions told to be unanswered.',
    machine,
  ]
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${[...intro, ...sections].join('\n\n')}\n`)
}

await runCommand(evaluate)
