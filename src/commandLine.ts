import { type ParseArgsConfig, parseArgs } from 'node:util'
import { languageOf, secretsOf } from './config.ts'
import { readEnvironmentFile } from './environment.ts'
import { ConfigError, type Language, UserError } from './errors.ts'
import { installationFault } from './installation.js'
import { withoutSecrets } from './log.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>>

/**
 * Parses the command line.
 * @throws ConfigError for an unknown option or a missing value; it lists the options there are.
 */
export function readCommandLine<T extends Options>(options: T, args = process.argv.slice(2)): Parsed<T> {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (cause) {
    const known = Object.entries(options).map(([name, { type }]) => (type === 'string' ? `--${name} …` : `--${name}`))
    const found = args.find((arg) => arg.startsWith('-') && !isKnown(arg, options))
    throw new ConfigError(
      {
        zh: `命令行有误:${found === undefined ? '有选项缺少值或多了值' : `没有 ${found} 这个选项`}。可用的选项:${known.join(' ') || '无'}。`,
        en: `The command line is at fault: ${found === undefined ? 'an option lacks its value or has one too many' : `there is no option ${found}`}. Options: ${known.join(' ') || 'none'}.`,
      },
      { cause },
    )
  }
}

function isKnown(argument: string, options: Options): boolean {
  const name = /^--([^=]+)/u.exec(argument)?.[1]
  return name !== undefined && name in options
}

/**
 * Runs a command to its end and sets the process's exit code: 0, 1 for a fault that a person can mend (its text goes to standard
 * error without a stack), 2 for a defect of ours (with one). SIGINT and SIGTERM end the process at once, with 130 or 143, unless
 * the command listens to them itself.
 *
 * @param command gets the environment, to which `.env` was added, and the person's language; it returns the exit code
 */
export async function runCommand(
  command: (environment: NodeJS.ProcessEnv, language: Language) => Promise<number | undefined>,
): Promise<void> {
  // `program.cjs` listens already where it started the command. Removing its listener would lose a signal that has come.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    if (process.listenerCount(signal) === 0) process.on(signal, endAtSignal)
  // A program that has read enough (`| head`) closes the pipe, which is no fault.
  process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 2))
  try {
    await readEnvironmentFile(process.env)
    process.exitCode = (await command(process.env, languageOf(process.env))) ?? 0
  } catch (error) {
    const language = languageOf(process.env)
    const fault = error instanceof UserError ? error.text : installationFault(error)
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`${withoutSecrets(fault ? fault[language] : stack, secretsOf(process.env))}\n`)
    process.exitCode = fault ? 1 : 2
  }
}

/**
 * Exits with the code that a shell reports for a process that the signal killed. The system does not kill process 1 of a
 * container, and an exit, other than a kill, removes the lock of an index and waits for the model's run.
 */
function endAtSignal(signal: NodeJS.Signals, number: number): void {
  if (process.listenerCount(signal) === 1) process.exit(128 + number)
}
