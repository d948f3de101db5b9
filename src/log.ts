import { inspect } from 'node:util'

/** From the most to the least severe. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

type Level = (typeof logLevels)[number]

/** Writes events for the operator, one a line, to standard error. People's questions are never logged. */
export type Log = Readonly<Record<Level, (message: string, details?: unknown) => void>>

/**
 * @param level the least severe level that is written
 * @param secrets replaced wherever they would appear, whatever text they hide in
 * @param write takes a finished line
 */
export function createLog(
  level: Level,
  secrets: readonly string[] = [],
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const put = (severity: Level) => (message: string, details?: unknown) => {
    if (logLevels.indexOf(severity) > logLevels.indexOf(level)) return
    const line = `${new Date().toISOString()} ${severity.padEnd(5)} ${message}${details === undefined ? '' : ` ${describe(details)}`}`
    write(`${withoutSecrets(line, secrets)}\n`)
  }
  return { error: put('error'), warn: put('warn'), info: put('info'), debug: put('debug') }
}

/** Replaces every secret in a text; the longest first, as one may be part of another. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, '<secret>'), text)
}

function describe(details: unknown): string {
  if (details instanceof Error) return details.stack ?? details.message
  if (typeof details === 'string') return details
  try {
    return JSON.stringify(details) ?? String(details)
  } catch {
    return inspect(details)
  }
}
