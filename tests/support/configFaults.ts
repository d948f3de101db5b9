import assert from 'node:assert/strict'
import { readConfig } from '../../src/config.ts'
import { ConfigError } from '../../src/errors.ts'

/** The fault that people are told of this environment, in both languages. */
export function faultsOf(environment: Record<string, string>): { zh: string; en: string } {
  try {
    readConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.text
  }
  return assert.fail(`no fault found in ${JSON.stringify(environment)}`)
}
