import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { readCommandLine } from '../../src/commandLine.ts'
import { ConfigError } from '../../src/errors.ts'

/** The folder with the question sets, and the folder for what training makes on its way. */
export interface StageOptions {
  readonly sets: string
  readonly work: string
}

/** Reads the options that every stage of training takes. @throws ConfigError without `--sets` */
export function stageOptions(read: typeof readCommandLine): StageOptions {
  const { values } = read({ sets: { type: 'string' }, work: { type: 'string' } })
  if (values.sets === undefined)
    throw new ConfigError({ zh: '用法:npm run train -- --sets 文件夹', en: 'Usage: npm run train -- --sets DIR' })
  return { sets: values.sets, work: values.work ?? join(tmpdir(), 'wenju-training') }
}
