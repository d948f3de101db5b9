import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transformer } from 'grammy'
import type { PreparedClaim } from '../../state/types.ts'

/** The mark on an update gives one replica the right to answer it. */
export interface Mark {
  /** Prepares a claim that takes the mark in one step. Where it rejects, nothing is sent. */
  prepare(): Promise<PreparedClaim>
  /** Gives the mark back when nothing was sent. */
  giveBack(): Promise<void>
}

/** The send guard keeps all replicas but one from sending messages in answer to an update. */
export interface SendGuard {
  /** Handles an update under its mark. Rejects with an AbortError when another replica answers the update. */
  during<T>(mark: Mark, work: () => Promise<T>): Promise<T>
  /** This transformer must stand inside all retries, so that it sees each attempt. */
  readonly transformer: Transformer
  /** The permit of a call is asked when its bytes are handed to the system, and decides whether they may leave. */
  permit(url: string): () => boolean
}

/** The handling of one update. */
interface Handling {
  readonly mark: Mark
  /** The claim to be made; null when it was made, or no call that needs it is under way. */
  claim: PreparedClaim | null
  isTaken: boolean
  isOvertaken: boolean
  /** A message was delivered, or may have been. */
  mayHaveArrived: boolean
}

/**
 * The mark is taken in the step that hands the first visible message to the system, when the connection is open. So an
 * update whose mark is taken was answered, even when its replica was killed right then: the system still delivers the
 * bytes that it was handed. Only a kill in the microseconds between mark and write loses an answer, and none sends an
 * answer twice. A call that Telegram refused gives the mark back.
 */
export function createSendGuard(): SendGuard {
  const handlings = new AsyncLocalStorage<Handling>()
  const take = (handling: Handling) => {
    if (handling.isTaken || handling.claim === null) return true
    handling.isTaken = handling.claim.make()
    handling.isOvertaken = !handling.isTaken
    return handling.isTaken
  }
  return {
    during: (mark, work) =>
      handlings.run({ mark, claim: null, isTaken: false, isOvertaken: false, mayHaveArrived: false }, work),
    async transformer(call, method, payload, signal) {
      const handling = handlings.getStore()
      if (!handling || !isVisible(method)) return call(method, payload, signal)
      const claim = handling.isTaken ? null : await handling.mark.prepare()
      handling.claim = claim
      try {
        const response = await call(method, payload, signal)
        if (response.ok) handling.mayHaveArrived = true
        else if (handling.isTaken && !handling.mayHaveArrived) {
          handling.isTaken = false
          await handling.mark.giveBack()
        }
        return response
      } catch (error) {
        if (handling.isOvertaken) throw new DOMException('another replica answers this update', 'AbortError')
        if (handling.isTaken) handling.mayHaveArrived = true
        throw error
      } finally {
        handling.claim = null
        await claim?.settle()
      }
    },
    permit(url) {
      const handling = handlings.getStore()
      return () => handling === undefined || !isVisible(url.slice(url.lastIndexOf('/') + 1)) || take(handling)
    },
  }
}

/** True for calls that make a new message, which would be seen twice if it were sent twice. */
function isVisible(method: string): boolean {
  return /^(?:send(?!ChatAction)|forward|copy)/u.test(method)
}
