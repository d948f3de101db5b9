import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { indicatorNames, officeNames } from '../../src/search/question/aliases.ts'
import { yearsAsked } from '../../src/search/question/parsedQuestion.ts'
import { questionInput } from '../../src/search/question/question.ts'
import { type GoldQuestion, isAnswerable } from '../evaluation/gold.ts'
import { halves, publicQuestions, whole } from './encoder.ts'
import { askedOf, localFolder, openLocalReports, readLocalReports } from './localReports.ts'
import { otherAttribute, otherOrdinal, otherPlace, otherTerm, otherYear } from './negatives.ts'
import { goldOf, type Ranked, rankAll } from './rankings.ts'
import { learningQuestions, openSet, publicSets, readSet, seeded, shuffled } from './sets.ts'
import { writeSisters } from './sisters.ts'

/**
 * The source of a question: it is asked of the local reports; the same among sisters of its report (`sisters.ts`); of a public set; made
 * of such a one so that its set does not answer it; of a public set, but asked of the local reports.
 */
export type Source = 'local' | 'sisters' | 'public' | 'made' | 'far'

/** A question that is learned from. */
export interface Learned extends Ranked {
  readonly source: Source
  /** The fold of train that it belongs to; null for those of public sets. */
  readonly fold: number | null
}

/** Questions of each public set that are asked of the local reports, which do not speak of their subjects. */
const farQuestions = 80
/** Questions of each kind that are made of a public set's, which it does not answer. */
const madeQuestions = 60

/** Names of indicators and of offices, of which questions are made that no report answers. */
const termKinds = [indicatorNames, officeNames]

/** The ways to make questions that a set does not answer. */
const made = [otherAttribute, otherYear, otherOrdinal, otherPlace]

/**
 * Ranks all questions that ranking and confidence are learned from: each of train with the encoder that has not seen it, and
 * those of the public sets that no encoder has seen.
 * @param sets the folder of the question sets
 * @param work the folder with the encoders, which gets the indexes
 */
export async function gatherRankings(sets: string, work: string): Promise<Learned[]> {
  return [...(await gatherLocal(sets, work)), ...(await gatherPublic(sets, work))]
}

async function gatherLocal(sets: string, work: string): Promise<Learned[]> {
  const { folds } = await readLocalReports(sets)
  const files = new Set(folds.flat().flatMap(({ file }) => file ?? []))
  const sistersFolder = await writeSisters(localFolder(sets), work, files)
  const far: GoldQuestion[] = []
  for (const { name, lang } of publicSets) {
    const questions = learningQuestions(await readSet(sets, name)).slice(0, halves.length * farQuestions)
    far.push(...questions.map((question) => ({ ...goldOf(question, lang), passage_ids: [] })))
  }
  const texts = await readTexts(localFolder(sets))
  const all: Learned[] = []
  for (const [half, { name, learnedFrom }] of halves.entries()) {
    const model = join(work, 'encoder', name)
    const alone = await openLocalReports(sets, work, model, `local-${name}`)
    // Most passages among sisters read as they do alone, and are not embedded again.
    await cp(join(work, `local-${name}`), join(work, `sisters-${name}`), { recursive: true })
    const among = await openLocalReports(sets, work, model, `sisters-${name}`, sistersFolder)
    const apart = far.filter((_, i) => i % halves.length === half)
    const unseen = [...folds.keys()].filter((fold) => !learnedFrom.includes(fold))
    for (const [i, ranked] of (await rankAll(alone.searcher, apart)).entries())
      all.push({ ...ranked, fold: unseen[i % unseen.length]!, source: 'far' })
    for (const fold of unseen) {
      const questions = folds[fold]!
      const dated = questions.filter((question) => yearsAsked(questionInput(askedOf(question))).size > 0)
      for (const ranked of await rankAll(alone.searcher, questions)) all.push({ ...ranked, fold, source: 'local' })
      const asked = questions.filter(isAnswerable).map((one) => ({ ...one, passages: [one.file!] }))
      const others = otherTerm(asked, texts, termKinds, seeded(fold + 1)).map((one) => goldOf(one))
      for (const ranked of await rankAll(alone.searcher, others)) all.push({ ...ranked, fold, source: 'made' })
      for (const ranked of await rankAll(among.searcher, dated)) all.push({ ...ranked, fold, source: 'sisters' })
    }
  }
  return all
}

/** The documents of a folder by their names. */
async function readTexts(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder)
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

async function gatherPublic(sets: string, work: string): Promise<Learned[]> {
  const all: Learned[] = []
  for (const { name, lang } of publicSets) {
    const set = await openSet(sets, name, work, join(work, 'encoder', whole.name), `index-${whole.name}`)
    const questions = learningQuestions(set.questions).slice(publicQuestions, 2 * publicQuestions)
    const asked = questions.map((question) => goldOf(question, lang))
    for (const ranked of await rankAll(set.searcher, asked)) all.push({ ...ranked, fold: null, source: 'public' })
    if (lang !== 'zh') continue
    const random = seeded(made.length)
    const others = made.flatMap((make) => shuffled(make({ ...set, questions }, random), random).slice(0, madeQuestions))
    for (const ranked of await rankAll(
      set.searcher,
      others.map((one) => goldOf(one)),
    ))
      all.push({ ...ranked, fold: null, source: 'made' })
  }
  return all
}
