import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readCommandLine, runCommand } from '../src/commandLine.ts'
import { ConfigError } from '../src/errors.ts'

/** The stages in their order: each reads what those before it have written. */
const stages = ['scope', 'encoder', 'ranker'] as const

/**
 * `npm run train -- --sets DIR [--work DIR] [--stages NAMES]`: learns all that the search has learned, from the questions of
 * `local_reports` marked for training and from the public sets. The scope and the ranker go into src/search/model.json; the
 * encoder is left in the work folder, from where it is copied into models/ when it proves better.
 */
async function train(): Promise<number> {
  const { values } = readCommandLine({
    sets: { type: 'string' },
    work: { type: 'string' },
    stages: { type: 'string', default: stages.join(',') },
  })
  const chosen = values.stages.split(',')
  if (values.sets === undefined || chosen.some((name) => !stages.some((stage) => stage === name))) {
    throw new ConfigError({
      zh: `用法:npm run train -- --sets 文件夹 [--work 文件夹] [--stages ${stages.join(',')}]`,
      en: `Usage: npm run train -- --sets DIR [--work DIR] [--stages ${stages.join(',')}]`,
    })
  }
  const options = ['--sets', values.sets, ...(values.work === undefined ? [] : ['--work', values.work])]
  for (const stage of stages.filter((name) => chosen.includes(name))) {
    console.log(`— ${stage}`)
    const code = await run(stage, options)
    if (code !== 0) return code
  }
  return 0
}

/** Runs a stage as a program of its own, so that it loads what the one before has learned. */
async function run(stage: (typeof stages)[number], options: readonly string[]): Promise<number> {
  const name = `learn${stage[0]!.toUpperCase()}${stage.slice(1)}.ts`
  const path = (file: string) => fileURLToPath(new URL(file, import.meta.url))
  const program = [path('./launcher.cjs'), path(`./training/${name}`)]
  const child = spawn(process.execPath, [...program, ...options], { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

await runCommand(train)
