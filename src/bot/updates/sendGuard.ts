import { AsyncLocalStorage } from 'node:async_hooks'
import type { Transformer } from 'grammy'
import type { PreparedClaim } from '../../state/types.ts'

/** The right to answer an update, which one replica has. */
export interface Mark {
  /** Gets ready to take it in one step. Never rejects. */
  prepare(): Promise<PreparedClaim>
  /** Gives it back, as nothing was sent. */
  giveBack(): Promise<void>
}

/** Sees to it that of all replicas one sends what is seen in answer to an update. */
export interface SendGuard {
  /** Handles an update under its mark. Rejects with an AbortError when another replica answers it. */
  during<T>(mark: Mark, work: () => Promise<T>): Promise<T>
  /** To stand nearest to the network, inside all retries. */
  readonly transformer: Transformer
  /** The permit decides whether a call may leave. It is asked in the step that hands the call's bytes to the system. */
  permit(url: string): () => boolean
}

interface Turn {
  readonly mark: Mark
  /** Ready to be made; null when it was made or none is needed. */
  claim: PreparedClaim | null
  isTaken: boolean
  isOvertaken: boolean
  /** Something arrived, or may have. */
  mayHaveArrived: boolean
}

/**
 * The mark is taken in the step that hands the first visible message to the system, when the connection stands. So an update
 * whose mark is taken was answered, also when its replica was killed right then: its system still delivers what it was
 * handed. Only a kill in the microseconds between mark and write would swallow an answer; none sends one twice. A call
 * that Telegram refused gives the mark back.
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

/** Whether a call makes a new message: one sent twice would be seen twice. */
function isVisible(method: string): boolean {
  return /^(?:send(?!ChatAction)|forward|copy)/u.test(method)
}
