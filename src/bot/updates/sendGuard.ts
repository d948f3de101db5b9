import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transformer } from 'grammy'
import type { PreparedClaim } from '../../state/types.ts'

/** The mark on an update gives one replica the right to answer it. */
export interface Mark {
  /** Prepares a claim that takes the mark in one step. Never rejects. */
  prepare(): Promise<PreparedClaim>
  /** Gives the mark back when nothing was sent. */
  giveBack(): Promise<void>
}

/** The send guard keeps all replicas but one from sending messages in answer to an update. */
export interface SendGuard {
  /** Does the work of handling an update under its mark. Rejects with an AbortError when another replica answers the update. */
  during<T>(mark: Mark, work: () => Promise<T>): Promise<T>
  /** This transformer must stand inside all retries, so that it sees each attempt. */
  readonly transformer: Transformer
  /** The permit of a call is asked in the step that hands the call's bytes to the system, and decides whether they may leave. */
  permit(url: string): () => boolean
}

interface Turn {
  readonly mark: Mark
  /** The claim to be made; null when it was made, or no call that needs it is under way. */
  claim: PreparedClaim | null
  isTaken: boolean
  isOvertaken: boolean
  /** A message was delivered, or may have been. */
  mayHaveArrived: boolean
}

/**
 * The mark is taken in the step that hands the first visible message to the system, when the connection is open. So an update
 * whose mark is taken was answered, even when its replica was killed right then: the system still delivers the bytes that it was
 * handed. Only a kill in the microseconds between mark and write loses an answer, and none sends an answer twice. A call that
 * Telegram refused gives the mark back.
 */
export function createSendGuard(): SendGuard {
  const turns = new AsyncLocalStorage<Turn>()
  const take = (turn: Turn) => {
    if (turn.isTaken || turn.claim === null) return true
    turn.isTaken = turn.claim.make()
    turn.isOvertaken = !turn.isTaken
    return turn.isTaken
  }
  return {
    during: (mark, work) =>
      turns.run({ mark, claim: null, isTaken: false, isOvertaken: false, mayHaveArrived: false }, work),
    async transformer(call, method, payload, signal) {
      const turn = turns.getStore()
      if (!turn || !isVisible(method)) return call(method, payload, signal)
      const claim = turn.isTaken ? null : await turn.mark.prepare()
      turn.claim = claim
      try {
        const response = await call(method, payload, signal)
        if (response.ok) turn.mayHaveArrived = true
        else if (turn.isTaken && !turn.mayHaveArrived) {
          turn.isTaken = false
          await turn.mark.giveBack()
        }
        return response
      } catch (error) {
        if (turn.isOvertaken) throw new DOMException('another replica answers this update', 'AbortError')
        if (turn.isTaken) turn.mayHaveArrived = true
        throw error
      } finally {
        turn.claim = null
        await claim?.settle()
      }
    },
    permit(url) {
      const turn = turns.getStore()
      return () => turn === undefined || !isVisible(url.slice(url.lastIndexOf('/') + 1)) || take(turn)
    },
  }
}

/** True for calls that make a new message, which would be seen twice if it were sent twice. */
function isVisible(method: string): boolean {
  return /^(?:send(?!ChatAction)|forward|copy)/u.test(method)
}
