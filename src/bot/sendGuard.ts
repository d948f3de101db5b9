import { AsyncLocalStorage } from 'node:async_hooks'
import { HttpError, type Transformer } from 'grammy'

/** The right to answer an update, which one replica has. */
export interface Mark {
  /** Takes it; false when another replica has. */
  take(): Promise<boolean>
  /** Gives it back, as nothing was sent. */
  giveBack(): Promise<void>
}

/** Sees to it that of all replicas one sends what is seen in answer to an update. */
export interface SendGuard {
  /** Handles an update under its mark. Rejects with an AbortError when another replica answers it. */
  during<T>(mark: Mark, work: () => Promise<T>): Promise<T>
  /** Takes the mark right before the first visible message leaves; to stand nearest to the network, inside all retries. */
  readonly transformer: Transformer
}

interface Turn {
  readonly mark: Mark
  isTaken: boolean
  /** Something arrived, or may have. */
  mayHaveArrived: boolean
}

/** Failures before a byte of the call left this machine. */
const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'])

/**
 * An update whose mark is taken counts as answered, also when its replica was killed in that moment: between the mark and
 * the write to the network lie microseconds, between the write and Telegram's reply a tenth of a second. So a kill may at
 * worst swallow an answer that was just about to leave, and never sends one twice. A call that Telegram refused, or that
 * never left, gives the mark back.
 */
export function createSendGuard(): SendGuard {
  const turns = new AsyncLocalStorage<Turn>()
  const giveBack = async (turn: Turn) => {
    if (turn.mayHaveArrived) return
    turn.isTaken = false
    await turn.mark.giveBack()
  }
  return {
    during: (mark, work) => turns.run({ mark, isTaken: false, mayHaveArrived: false }, work),
    async transformer(call, method, payload, signal) {
      const turn = turns.getStore()
      if (!turn || !isVisible(method)) return call(method, payload, signal)
      if (!turn.isTaken && !(await turn.mark.take())) {
        throw new DOMException('another replica answers this update', 'AbortError')
      }
      turn.isTaken = true
      try {
        const response = await call(method, payload, signal)
        if (response.ok) turn.mayHaveArrived = true
        else await giveBack(turn)
        return response
      } catch (error) {
        if (!hasNeverLeft(error)) turn.mayHaveArrived = true
        else await giveBack(turn)
        throw error
      }
    },
  }
}

/** Whether a call makes a new message: one sent twice would be seen twice. */
function isVisible(method: string): boolean {
  return /^(?:send(?!ChatAction)|forward|copy)/u.test(method)
}

function hasNeverLeft(error: unknown): boolean {
  const cause = error instanceof HttpError ? error.error : null
  return cause instanceof Error && 'code' in cause && neverLeft.has(String(cause.code))
}
