import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import type { Answerer } from '../src/answer/answerer.ts'
import { localeOf } from '../src/answer/locale.ts'
import type { Answer, Source } from '../src/answer/types.ts'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { buildAndCompact, noticesOf, openAnswerer, openDependencies } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { ConfigError, errorCode, QuestionError } from '../src/errors.ts'
import { lookOf } from '../src/terminal/chat.ts'
import { progressDisplay } from '../src/terminal/progress.ts'
import { renderAnswer } from '../src/terminal/render.ts'
import { explain } from './explain.ts'

const questionLine = z.object({
  id: z.union([z.string(), z.number()]),
  question: z.string(),
  previous: z.string().nullish(),
})

type QuestionLine = z.infer<typeof questionLine>

/**
 * `npm run ask -- "question"` prints an answer for people, with `--json` for programs, with
 * `--explain` why the candidates came out in their order; `--questions IN --out OUT`
 * answers a file of questions, a JSON object a line. The index is brought up to date first.
 */
await runCommand(async (environment) => {
  const { values, positionals } = readCommandLine({
    questions: { type: 'string' },
    out: { type: 'string' },
    reports: { type: 'string' },
    index: { type: 'string' },
    json: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
  })
  const config = readConfig({
    ...environment,
    ...(values.reports && { REPORTS_DIR: values.reports }),
    ...(values.index && { INDEX_DIR: values.index }),
  })
  const question = positionals.join(' ')
  if ((values.questions === undefined) !== (values.out === undefined)) throw usage()
  if ((values.questions === undefined) === (positionals.length === 0)) throw usage()
  const batch = values.questions === undefined ? null : await readQuestions(values.questions)

  const parts = await openDependencies(config)
  const outcome = await buildAndCompact(parts, { onProgress: progressDisplay(process.stderr, config.language) })
  for (const notice of noticesOf(parts, outcome)) console.error(notice[config.language])
  const answerer = await openAnswerer(config, parts)
  if (batch && values.out !== undefined) await answerBatch(answerer, batch, values.out)
  else if (values.explain) console.log(explain(await answerer.searcher.rank({ text: question }), config.language))
  else {
    const answer = await answerer.answer({ text: question })
    const look = lookOf(process.stdout, config.language)
    const language = await localeOf(question, config.language, false)
    console.log(values.json ? JSON.stringify(lineOf(answer)) : renderAnswer(answer, { ...look, language }))
  }
  await parts.embedder.dispose()
  return 0
})

async function readQuestions(path: string): Promise<QuestionLine[]> {
  const questions: QuestionLine[] = []
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number++
      if (line.trim() !== '') questions.push(questionLine.parse(JSON.parse(line.replace(/^\uFEFF/u, ''))))
    }
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== undefined) {
      throw new ConfigError(
        { zh: `无法读取问题文件 ${path}(${code})。`, en: `The questions file ${path} cannot be read (${code}).` },
        { cause },
      )
    }
    const found = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message
    throw new ConfigError(
      {
        zh: `问题文件 ${path} 第 ${number} 行有误:应为 {"id","question","previous"?} 形式的 JSON,实际:${found}。`,
        en: `Line ${number} of the questions file ${path} is at fault: expected JSON {"id","question","previous"?}, found: ${found}.`,
      },
      { cause },
    )
  }
  return questions
}

/** Writes a line an answer, in the order of the questions. A question at fault is answered with no quotes and the reason. */
async function answerBatch(answerer: Answerer, questions: readonly QuestionLine[], path: string): Promise<void> {
  const out = await open(path, 'w').catch((cause: unknown) => {
    throw new ConfigError(
      { zh: `无法写入 ${path}(${errorCode(cause)})。`, en: `${path} cannot be written (${errorCode(cause)}).` },
      { cause },
    )
  })
  try {
    for (const { id, question, previous } of questions) {
      await out.write(
        `${JSON.stringify({ id, ...lineOf(await answerOrFault(answerer, question, previous ?? undefined)) })}\n`,
      )
    }
  } finally {
    await out.close()
  }
}

/** An answer for programs: quotes and sources have the fields that are promised, and no others. */
function lineOf({ quotes, alternatives: _, otherValues: __, ...answer }: Answer & { error?: string }) {
  return {
    ...answer,
    quotes: quotes.map(({ figures: _figures, gloss: _gloss, isShown: _isShown, source, sources, ...quote }) => ({
      ...quote,
      source: sourceOf(source),
      sources: sources.map(sourceOf),
    })),
  }
}

function sourceOf({ period: _, setting: __, isDoubtful: ___, isInUncertainTable: ____, ...source }: Source) {
  return source
}

async function answerOrFault(
  answerer: Answerer,
  text: string,
  previous?: string,
): Promise<Answer & { error?: string }> {
  try {
    return await answerer.answer(previous === undefined ? { text } : { text, previous })
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error
    return {
      answered: false,
      band: 'none',
      confidence: 0,
      quotes: [],
      missing: [],
      alternatives: [],
      otherValues: [],
      withheld: [],
      elapsedMs: 0,
      error: error.text.en,
    }
  }
}

function usage(): ConfigError {
  return new ConfigError({
    zh: '用法:npm run ask -- "问题" [--json | --explain],或 npm run --silent ask -- --questions 问题.jsonl --out 答案.jsonl [--reports 文件夹] [--index 文件夹]',
    en: 'Usage: npm run ask -- "question" [--json | --explain], or npm run --silent ask -- --questions IN.jsonl --out OUT.jsonl [--reports DIR] [--index DIR]',
  })
}
