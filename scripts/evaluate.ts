import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { maxQuotes } from '../src/answer/types.ts'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { buildAndCompact, openAnswerer, openDependencies } from '../src/compose.ts'
import { defaultModel } from '../src/embeddings/model.ts'
import type { Embedder } from '../src/embeddings/types.ts'
import { ConfigError } from '../src/errors.ts'
import type { IndexAnswerer } from '../src/library/indexAnswerer.ts'
import { standingConfidence } from '../src/search/handSetWeights.ts'
import { complementary } from '../src/search/ranking/complement.ts'
import { bands, confidenceOf, signalsOf } from '../src/search/ranking/confidence.ts'
import type { Ranked } from '../src/search/ranking/ranker.ts'
import { inTraditional } from './evaluation/conversions.ts'
import { changeRow, writeReport } from './evaluation/document.ts'
import { byVectorsOnly, englishTable, falseAnswers } from './evaluation/english.ts'
import { evidenceTable } from './evaluation/evidence.ts'
import { type GoldQuestion, isAnswerable, readGold } from './evaluation/gold.ts'
import { without } from './evaluation/removed.ts'
import {
  ablationTable,
  answeredAt,
  boundTable,
  failures,
  reliabilityDiagram,
  scoreTable,
  writingTable,
} from './evaluation/report.ts'
import { type Row, runAll } from './evaluation/run.ts'
import { runStanding, type StandingRow, standingTable } from './evaluation/standing.ts'
import { mean, pairedInterval } from './evaluation/statistics.ts'
import { otherWritings } from './evaluation/writings.ts'
import { readLocalReports } from './training/localReports.ts'
import { auroc, calibrationError, reliability } from './training/measures.ts'
import { otherAttribute, otherOrdinal, otherPlace, otherYear } from './training/negatives.ts'
import { goldOf } from './training/rankings.ts'
import { heldBackQuestions, openSet, type PublicSet, type SetQuestion, seeded, shuffled } from './training/sets.ts'

const seed = 42
const standingBounds = [0.5, 0.6, 0.7, standingConfidence, 0.8, 0.9]
const bounds = [0.1, 0.2, 0.3, 0.4, 0.5, bands.zh.answer, 0.6, 0.7, 0.8].sort((a, b) => a - b)

/** Hits of an earlier run, by data set and question. */
type Saved = Record<string, Record<string, number>>

/**
 * `npm run evaluate -- --eval DIR [--sets NAMES]`: answers the gold questions over the five reports and the government reports, and held-back
 * questions of the public sets (cmrc2018 and chronoqa, or those named, parted by commas); writes docs/evaluation.md with a
 * picture of the calibration. `--change TEXT` adds a line to the log of landed changes. `--gold FILE --reports DIR` measures one gold file over one folder of reports instead.
 */
async function evaluate(): Promise<number> {
  const { values } = readCommandLine({
    eval: { type: 'string' },
    sets: { type: 'string', default: 'cmrc2018,chronoqa' },
    gold: { type: 'string' },
    reports: { type: 'string' },
    work: { type: 'string' },
    questions: { type: 'string' },
    out: { type: 'string' },
    baseline: { type: 'string' },
    save: { type: 'string' },
    change: { type: 'string' },
  })
  if (values.eval === undefined && (values.gold === undefined || values.reports === undefined)) {
    throw new ConfigError({
      zh: '用法:npm run evaluate -- --eval 文件夹 [--sets 名称,…] | --gold 文件 --reports 文件夹 [--questions 数量] [--baseline 旧结果.json] [--save 结果.json]',
      en: 'Usage: npm run evaluate -- --eval DIR [--sets NAMES] | --gold FILE --reports DIR [--questions N] [--baseline OLD.json] [--save RESULTS.json]',
    })
  }
  const work = values.work ?? join(tmpdir(), 'wenju-evaluation')
  const count = Number(values.questions ?? 1000)
  const sections: string[] = []
  const hits: Saved = {}
  let change: string | null = null
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
    const chinese = rows.filter(({ question }) => question.lang === 'zh')
    if (chinese.some(({ question }) => !isAnswerable(question)))
      sections.push('### What the bound costs, Chinese questions', boundTable(chinese, bounds))
    if (listFailures) sections.push('### First quote wrong', failures(rows) || 'None.')
    console.log(`${title}\n${scoreTable(rows)}\n`)
  }

  const finish = async () => {
    await writeReport(values.out ?? 'docs/evaluation.md', sections, change)
    if (values.save !== undefined) await writeFile(values.save, `${JSON.stringify(hits)}\n`)
    return 0
  }
  if (values.gold !== undefined && values.reports !== undefined) {
    const reports = await open(values.reports, join(work, 'own'))
    add('own', `${values.gold} over ${values.reports}`, await runAll(await readGold(values.gold), reports), true)
    return finish()
  }
  const evalFolder = values.eval!

  const five = await open('reports', join(work, 'five'))
  const gold = await runAll(await readGold(join(evalFolder, 'gold-dev.jsonl')), five)
  add('gold-dev', 'The five reports (gold-dev)', gold, true)
  const government = await open(join(evalFolder, 'gov_reports/reports'), join(work, 'gov_reports'))
  const governmentRows = await runAll(await readGold(join(evalFolder, 'gov_reports/gov-dev.jsonl')), government)
  add('gov-dev', 'Fifty-two government work reports (gov-dev)', governmentRows, true)

  const localFolder = join(evalFolder, 'local_reports/reports')
  const local = await open(localFolder, join(work, 'local_reports'))
  const localQuestions = (await readLocalReports(evalFolder)).dev
  const localRows = await runAll(localQuestions, local)
  add('local-dev', 'A hundred and twelve local documents (local_reports, dev)', localRows, false)
  const chinese = localRows.filter(({ question }) => question.lang === 'zh')
  const traditional = await runAll(inTraditional(chinese.map(({ question }) => question)), local)
  sections.push(
    '### The Chinese questions of local_reports, and the same in Traditional characters',
    writingTable([
      { name: 'as asked', rows: chinese },
      { name: 'in Traditional characters', rows: traditional },
      { name: 'English', rows: localRows.filter(({ question }) => question.lang === 'en') },
    ]),
    `Near misses answered at a bound that refuses a tenth of the answerable questions: ${answeredAt(chinese, 0.1).toFixed(3)}.`,
  )
  sections.push('### What reading makes of the evidence', await evidenceTable(localRows, localFolder))
  if (values.change !== undefined) change = changeRow(values.change, chinese, localRows, traditional)

  const { folds } = await readLocalReports(evalFolder)
  sections.push(
    ...(await standingSection([
      { name: 'local_reports, train', questions: folds.flat(), answerer: local },
      { name: 'local_reports, dev', questions: localQuestions, answerer: local },
      { name: 'gov_reports, dev', questions: governmentRows.map(({ question }) => question), answerer: government },
    ])),
  )
  sections.push(...(await otherWritings(evalFolder, work, five, government, count)))
  sections.push(...(await inEnglish(evalFolder, work, gold, five.embedder)))

  const sets: PublicSet[] = []
  for (const name of values.sets.split(',')) sets.push(await openSet(evalFolder, name, work))
  const calibrated: { confidence: number; label: number; kind: string }[] = []
  for (const [i, set] of sets.entries()) {
    const own = heldBackQuestions(set.questions).slice(0, count)
    const rows = await runAll(
      own.map((one) => goldOf(one)),
      set,
    )
    add(set.name, `${set.name}, ${own.length} questions that training has not seen`, rows, false)
    calibrated.push(
      ...rows.map((row) => ({ confidence: row.confidence, label: Number(row.ranks.all === 0), kind: 'own' })),
    )
    calibrated.push(...(await withoutAnswers(set, own)))
    sections.push(await evidenceTogether(set, own))
    const other = sets[i === 0 ? 1 : 0]
    const far = shuffled(other?.questions ?? [], seeded(seed)).slice(0, Math.round(count / 4))
    for (const [kind, made] of Object.entries(unanswerable(set, own, far, Math.round(count / 4)))) {
      for (const { question } of made)
        calibrated.push({ confidence: (await set.answerer.answer({ text: question })).confidence, label: 0, kind })
    }
  }
  sections.push(...(await abstention(gold, five, sets, calibrated)))
  return finish()
}

const standingExplanation = `Each question is asked of all reports, and again of all but its own, as a standing question is. The first column is the share of right
first quotes that would be told. The second is the share of all pairs of a question and a report that does not answer it, of which the
question would be told while its own report is not there. The third is the share of near misses that would be told of anything over the
whole folder. The bound was chosen on train, from which the confidence was learned, too; dev is what to expect of other questions.`

/** The tables of what standing questions would have told, had the report of each come last; see `evaluation/standing.ts`. */
async function standingSection(
  sets: readonly { name: string; questions: readonly GoldQuestion[]; answerer: IndexAnswerer }[],
): Promise<string[]> {
  const sections = ['## Standing questions, each asked as its report comes last', standingExplanation]
  const all: StandingRow[] = []
  for (const { name, questions, answerer } of sets) {
    const rows = await runStanding(questions, answerer)
    sections.push(`### ${name}`, standingTable(rows, standingBounds))
    all.push(...rows)
  }
  return [...sections, '### All together', standingTable(all, standingBounds)]
}

async function open(
  reportsFolder: string,
  indexFolder: string,
): Promise<IndexAnswerer & { answerer: IndexAnswerer; embedder: Embedder }> {
  const places = { reportsFolder, indexFolder, model: defaultModel }
  const parts = await openDependencies(places)
  await buildAndCompact(parts, { replaceDamaged: true })
  const answerer = await openAnswerer({ ...places, minConfidence: null }, parts)
  return { ...answerer, answerer, embedder: parts.embedder }
}

/** English questions over Chinese texts: those of gold-dev, and the half of xquad_en_zh that training has not seen. */
async function inEnglish(
  evalFolder: string,
  work: string,
  gold: readonly Row[],
  embedder: Embedder,
): Promise<string[]> {
  const set = await openSet(evalFolder, 'xquad_en_zh', work)
  const held = heldBackQuestions(set.questions)
  const questions = held.map((question) => ({ ...goldOf(question), lang: 'en' }))
  const groups = [
    { name: 'gold-dev', rows: gold.filter(({ question }) => question.lang === 'en') },
    {
      name: 'xquad_en_zh, the half held back',
      rows: await runAll(questions, set),
      removed: await falseAnswers(held, set),
    },
  ]
  const table = englishTable(groups, await byVectorsOnly(questions, set, embedder))
  console.log(`${table}\n`)
  return ['## English questions over Chinese reports', table]
}

/** The confidence in the best of what is left when the passages that answer a question are taken away. */
async function withoutAnswers(set: PublicSet, questions: readonly SetQuestion[]) {
  const found: { confidence: number; label: number; kind: string }[] = []
  for (const { question, passages, answers } of questions.slice(0, Math.round(questions.length / 4))) {
    const ranking = await set.searcher.rank({ text: question })
    const signals = signalsOf(
      without(
        ranking,
        ({ report, passage }) =>
          passages.some((id) => report.file === `${id}.txt`) ||
          answers.some((answer) => answer.length > 2 && passage.text.includes(answer)),
      ),
    )
    found.push({
      confidence: signals ? confidenceOf(signals) : 0,
      label: 0,
      kind: 'answer passages removed',
    })
  }
  return found
}

/** The shares of questions whose evidence five quotes hold, chosen to complement each other and by score alone. */
async function evidenceTogether(set: PublicSet, questions: readonly SetQuestion[]): Promise<string> {
  const many = questions.filter(({ passages }) => passages.length > 1)
  if (many.length === 0) return ''
  const complete: number[] = []
  const byScore: number[] = []
  for (const { question, passages } of many) {
    const { ranked } = await set.searcher.rank({ text: question })
    const holdsAll = (best: readonly Ranked[]) =>
      Number(passages.every((id) => best.some(({ facts }) => facts.report.file === `${id}.txt`)))
    complete.push(holdsAll(complementary(ranked, maxQuotes)))
    byScore.push(holdsAll(ranked.slice(0, maxQuotes)))
  }
  const { mean: gain, low, high } = pairedInterval(complete, byScore)
  return `Questions that need several passages: ${many.length}; all of them among five quotes for ${mean(complete)!.toFixed(3)}, by score alone for ${mean(byScore)!.toFixed(3)} (gain ${gain.toFixed(3)}, 95 % ${low.toFixed(3)} … ${high.toFixed(3)}).`
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
  five: IndexAnswerer,
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

await runCommand(evaluate)
