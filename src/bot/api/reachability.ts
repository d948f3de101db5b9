import { HttpError, type Transformer } from 'grammy'
import { type FaultKind, faultOf, NetworkFault } from '../../network/fault.ts'

/** Watches whether calls reach Telegram. */
export interface Reachability {
  /** To stand nearest to the network, where every attempt is seen. */
  readonly transformer: Transformer
  /** The fault that keeps calls from reaching Telegram; null while they do. */
  readonly fault: NetworkFault | null
}

export interface ReachabilityListener {
  /** An outage begins, or has a cause that it had not before. */
  onFault(fault: NetworkFault): void
  onRecovery(): void
}

/** Single faults of these kinds are met by every bot now and then, and are mended by the next attempt. */
const fleeting: readonly FaultKind[] = ['reset', 'server']

/** Nothing is amiss until a call fails; one that fails fleetingly counts from the second time in a row. */
export function createReachability({ onFault, onRecovery }: ReachabilityListener): Reachability {
  let failures = 0
  let fault: NetworkFault | null = null
  /** Causes of this outage that were told: two that take turns for hours are told once each. */
  const told = new Set<FaultKind>()
  const failed = (found: NetworkFault) => {
    failures++
    if (failures === 1 && fleeting.includes(found.kind)) return
    fault = found
    if (told.has(found.kind)) return
    told.add(found.kind)
    onFault(found)
  }
  const succeeded = () => {
    const wasOut = fault !== null
    failures = 0
    fault = null
    told.clear()
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

/** Why a call did not reach Telegram or got no answer; null for errors of another kind. */
export function callFault(error: unknown): NetworkFault | null {
  if (!(error instanceof HttpError)) return null
  const { error: inner } = error
  // The words are grammY's, which ends calls that take too long itself.
  const isTimeout = inner instanceof Error && /^Request to '\w+' timed out/u.test(inner.message)
  return isTimeout ? new NetworkFault('timeout', 'ETIMEDOUT') : faultOf(inner)
}
