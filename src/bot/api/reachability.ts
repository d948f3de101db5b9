import { HttpError, type Transformer } from 'grammy'
import { type FaultKind, faultOf, NetworkFault } from '../../network/fault.ts'

/** Reachability watches whether calls reach Telegram. */
export interface Reachability {
  /** This transformer must stand nearest to the network, where it sees every attempt. */
  readonly transformer: Transformer
  /** The fault that keeps calls from reaching Telegram; null while they do. */
  readonly fault: NetworkFault | null
}

export interface ReachabilityListener {
  /** An outage begins, or gets a cause that it did not have before. */
  onFault(fault: NetworkFault): void
  onRecovery(): void
}

/** Every bot meets single faults of these kinds now and then, and its next attempt succeeds. */
const fleeting: readonly FaultKind[] = ['reset', 'server']

/** Creates reachability without a fault. Fleeting faults count from the second failure in a row. */
export function createReachability({ onFault, onRecovery }: ReachabilityListener): Reachability {
  let failures = 0
  let fault: NetworkFault | null = null
  /** The causes of this outage that were reported: two causes that alternate for hours are reported once each. */
  const reported = new Set<FaultKind>()
  const failed = (found: NetworkFault) => {
    failures++
    if (failures === 1 && fleeting.includes(found.kind)) return
    fault = found
    if (reported.has(found.kind)) return
    reported.add(found.kind)
    onFault(found)
  }
  const succeeded = () => {
    const wasOut = fault !== null
    failures = 0
    fault = null
    reported.clear()
    if (wasOut) onRecovery()
  }
  return {
    async transformer(call, method, payload, signal) {
      try {
        const response = await call(method, payload, signal)
        if (response.ok || response.error_code < 500) succeeded()
        else failed(new NetworkFault('server', String(response.error_code)))
        return response
      } catch (error) {
        const found = callFault(error)
        if (found && !signal?.aborted) failed(found)
        throw error
      }
    },
    get fault() {
      return fault
    },
  }
}

/** The fault that kept a call from reaching Telegram or getting an answer; null for errors of another kind. */
export function callFault(error: unknown): NetworkFault | null {
  if (!(error instanceof HttpError)) return null
  const { error: inner } = error
  // grammY itself ends calls that take too long, with these words.
  const isTimeout = inner instanceof Error && /^Request to '\w+' timed out/u.test(inner.message)
  return isTimeout ? new NetworkFault('timeout', 'ETIMEDOUT') : faultOf(inner)
}
