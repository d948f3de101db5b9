import type { ResponseParameters } from 'grammy/types'

/** A refusal in the shape the Bot API gives it: `{ok: false, error_code, description, parameters?}`. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly code: number
  readonly parameters: ResponseParameters | undefined

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description)
    this.code = code
    this.parameters = parameters
  }
}

const FAKE_PREFIX = 'Bad Request: FAKE '

/** A 400 that Telegram itself would give; `reason` is in Telegram's own words. */
export function badRequest(reason: string): ApiFailure {
  return new ApiFailure(400, `Bad Request: ${reason}`)
}

/** A 403 that Telegram itself would give. */
export function forbidden(reason: string): ApiFailure {
  return new ApiFailure(403, `Forbidden: ${reason}`)
}

/**
 * A 400 that only this fake gives: Telegram would let the call pass, silently changing it or ignoring a part,
 * or its words for the refusal are not known. The server collects these in `violations`.
 */
export function violation(reason: string): ApiFailure {
  return new ApiFailure(400, FAKE_PREFIX + reason)
}

/** True for descriptions made by `violation`. */
export function isViolation(description: string): boolean {
  return description.startsWith(FAKE_PREFIX)
}
