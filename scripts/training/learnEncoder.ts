import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCommandLine, runCommand } from '../../src/commandLine.ts'
import { baseModel, defaultModel, findModel } from '../../src/embeddings/model.ts'
import { type LoadedModel, loadModel, tokenIds } from '../../src/embeddings/transformers.ts'
import { embeddingInput } from '../../src/indexes/embedding.ts'
import type { Searcher } from '../../src/search/search.ts'
import { type GoldQuestion, isAnswerable, isHit } from '../evaluation/gold.ts'
import { halves, publicQuestions, whole } from './encoder.ts'
import { askedOf, openLocalReports, readLocalReports } from './localReports.ts'
import { goldOf } from './rankings.ts'
import { learningQuestions, openSet, publicSets } from './sets.ts'
import { stageOptions } from './stage.ts'

/** A question with passages that answer it and some that do not, in token ids. */
interface List {
  readonly asked: readonly number[]
  readonly residual: readonly number[] | null
  readonly right: readonly (readonly number[])[]
  readonly wrong: readonly (readonly number[])[]
}

/** A list has so many candidates that do not answer: the best of them. */
const mostWrong = 25
const fewestWrong = 5

/**
 * Teaches the encoder the local reports and the public sets: makes lists of the candidates that the shipped model ranks best,
 * and hands them to `encoder.py` for each half and for the whole, which start from the base model. Every run so mines
 * negatives anew with what the run before has taught (Xiong et al., 2021, arXiv:2007.00808). Some 15 minutes a half and 25
 * the whole on two cores with bfloat16.
 */
async function learnEncoder(): Promise<number> {
  const { sets, work } = stageOptions(readCommandLine)
  const files = await findModel(baseModel)
  const model = await loadModel(files, 1)
  const { folds } = await readLocalReports(sets)
  const { searcher } = await openLocalReports(sets, work, defaultModel, 'local')
  const local: List[][] = []
  for (const questions of folds) local.push(await listsOf(searcher, questions, model))
  const others: List[] = []
  for (const { name, lang } of publicSets) {
    const set = await openSet(sets, name, work)
    const questions = learningQuestions(set.questions).slice(0, publicQuestions)
    others.push(
      ...(await listsOf(
        set.searcher,
        questions.map((one) => goldOf(one, lang)),
        model,
      )),
    )
  }
  for (const { name, learnedFrom } of [...halves, whole]) {
    const folder = join(work, 'encoder', name)
    await mkdir(join(folder, '1_Pooling'), { recursive: true })
    for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
      await cp(join(files.folder!, file), join(folder, file))
    await writeFile(join(folder, '1_Pooling', 'config.json'), '{ "pooling_mode_cls_token": true }\n')
    const lists = [...learnedFrom.flatMap((fold) => local[fold]!), ...others]
    const path = join(folder, 'lists.jsonl')
    await writeFile(path, lists.map((list) => `${JSON.stringify(list)}\n`).join(''))
    console.log(`encoder ${name}`)
    await runPython(['--weights', files.weights!, '--lists', path, '--out', join(folder, 'onnx')])
  }
  return 0
}

async function listsOf(searcher: Searcher, questions: readonly GoldQuestion[], model: LoadedModel): Promise<List[]> {
  const lists: List[] = []
  for (const question of questions) {
    if (!isAnswerable(question)) continue
    const { ranked, wordings } = await searcher.rank(askedOf(question))
    const [wording] = wordings
    const isRight = ranked.map(({ facts }) => isHit(question, facts.report.file, facts.passage.text))
    const holds = ranked.map(
      ({ facts }, i) => isRight[i]! && question.answers.some((answer) => facts.passage.text.includes(answer)),
    )
    const answers = question.passage_ids && holds.includes(true) ? holds : isRight
    const idsOf = (those: typeof ranked) =>
      those.map(({ facts }) => tokenIds(model, embeddingInput(facts.passage).text))
    const right = idsOf(ranked.filter((_, i) => answers[i]))
    const wrong = idsOf(ranked.filter((_, i) => !isRight[i]).slice(0, mostWrong))
    if (!wording || right.length === 0 || wrong.length < fewestWrong) continue
    const residual = wording.residual === null ? null : tokenIds(model, wording.residual)
    lists.push({ asked: tokenIds(model, wording.asked), residual, right, wrong })
  }
  return lists
}

/** Debian's Python, which has the libraries whatever else is installed. */
const python = '/usr/bin/python3'

async function runPython(args: readonly string[]): Promise<void> {
  const script = fileURLToPath(new URL('./encoder.py', import.meta.url))
  const child = spawn(python, [script, ...args], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${python} ${script} ended with ${code}`)
}

await runCommand(learnEncoder)
