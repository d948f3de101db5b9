import type { ApiParameters, ApiResponse } from './calls.ts'

/** A fault the server plays on calls of one method. Only `delayMs` given: the call is served, late. */
export type Fault = {
  /** The number of calls that it strikes; 1 unless given. */
  times?: number
  /** Answers with this error. */
  status?: number
  /** The words of the error; those of Telegram for the status unless given. */
  description?: string
  /** Seconds, in `parameters` and in the Retry-After header; a 429 has 1 unless given. */
  retry_after?: number
  /** Answers with this web page in place of JSON, with the status or 200. */
  page?: string
  /** Ends the connection without an answer. */
  dropConnection?: boolean
  /** This number of bytes of a download arrives, and then it stops as `stop` says. */
  stopsAfter?: number
  /** The connection breaks (unless given), stays open for good, or ends as if that were the file. */
  stop?: 'break' | 'hang' | 'end'
  /** Waits so long before anything happens. */
  delayMs?: number
  /** The call is carried out before the error or the dropped connection: its answer is what gets lost. */
  takesEffect?: boolean
  /** Strikes only calls with such parameters. */
  where?: (params: ApiParameters) => boolean
}

/** The faults that are still to strike. */
export type Faults = {
  add(method: string, fault: Fault): void
  /** The first fault that fits the call, used up once. */
  take(method: string, params: ApiParameters): Fault | undefined
}

const DESCRIPTIONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden: bot was blocked by the user',
  404: 'Not Found',
  409: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
}

/** No faults. */
export function createFaults(): Faults {
  const faults: { method: string; fault: Fault; left: number }[] = []
  return {
    add(method, fault) {
      faults.push({ method, fault, left: fault.times ?? 1 })
    },
    take(method, params) {
      const found = faults.find(
        (entry) =>
          entry.left > 0 && (entry.method === method || entry.method === '*') && (entry.fault.where?.(params) ?? true),
      )
      if (found) found.left--
      return found?.fault
    },
  }
}

/** The answer a fault gives, undefined when it gives none. */
export function faultResponse({ status, description, retry_after }: Fault): ApiResponse | undefined {
  if (status === undefined) return undefined
  const seconds = retry_after ?? (status === 429 ? 1 : undefined)
  const usual = status === 429 ? `Too Many Requests: retry after ${seconds}` : DESCRIPTIONS[status]
  return {
    ok: false,
    error_code: status,
    description: description ?? usual ?? `Error ${status}`,
    ...(seconds === undefined ? {} : { parameters: { retry_after: seconds } }),
  }
}
