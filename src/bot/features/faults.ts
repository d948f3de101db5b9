import { createHash } from 'node:crypto'
import { type Api, GrammyError, HttpError } from 'grammy'
import type { Language } from '../../errors.ts'
import type { LibraryFault } from '../../library/types.ts'
import { serialQueue } from '../../serialQueue.ts'
import type { BotDependencies } from '../context.ts'
import { send } from '../send.ts'
import { renderCleared, renderFaults } from '../views/renderFiles.ts'
import { chosenLanguage } from './language.ts'

/** A fault that lasts longer than this may be reported again. */
const reportedSeconds = 90 * 24 * 3600
/** The time for which the replica that reports a cleared fault keeps the others from reporting it. */
const clearingSeconds = 60

/**
 * Sends every admin a private message, once for each fault, about files in the reports folder that cannot be used:
 * those there are now and those that come. An admin who got it gets another one when the fault is cleared. A message
 * that cannot be sent is counted, and sent after the next start.
 * @returns a function that ends it
 */
export function notifyAdmins(
  api: Api,
  { library, state, access, language, log, metrics }: BotDependencies,
): () => void {
  const sendTo = async (admin: number, textIn: (spoken: Language) => string): Promise<boolean> => {
    const spoken = (await chosenLanguage(state, admin)) ?? language
    try {
      await send(api, admin, textIn(spoken))
      return true
    } catch (error) {
      metrics.counted('admin unreachable')
      if (!(error instanceof GrammyError) && !(error instanceof HttpError)) throw error
      return false
    }
  }
  const reportFaults = async (admin: number, faults: readonly LibraryFault[]) => {
    const fresh: LibraryFault[] = []
    for (const fault of faults) if (await state.claim(keyOf(admin, fault), '1', reportedSeconds)) fresh.push(fault)
    if (fresh.length === 0) return
    let isSent = false
    try {
      isSent = await sendTo(admin, (spoken) => renderFaults(fresh, spoken, fresh.length))
    } finally {
      if (!isSent) for (const fault of fresh) await state.set(keyOf(admin, fault), null)
    }
  }
  const reportCleared = async (admin: number, cleared: readonly LibraryFault[]) => {
    const reported: LibraryFault[] = []
    for (const fault of cleared) {
      const key = keyOf(admin, fault)
      if ((await state.get(key)) === null || !(await state.claim(`cleared-${key}`, '1', clearingSeconds))) continue
      reported.push(fault)
      // The fault is reported again when it comes back.
      await state.set(key, null)
    }
    if (reported.length > 0) await sendTo(admin, (spoken) => renderCleared(reported, spoken))
  }
  // Reports are sent one after another, so that a fault found again by an update meanwhile is not reported twice.
  const inQueue = serialQueue()
  const reportToAll = (faults: readonly LibraryFault[], report: typeof reportFaults) => {
    if (faults.length === 0) return
    for (const admin of access.admins) {
      inQueue(() => report(admin, faults)).catch((error) =>
        log.warn('faults could not be reported to an admin', String(error)),
      )
    }
  }
  reportToAll(library.status.faults, reportFaults)
  return library.onUpdate(({ faults, cleared }) => {
    reportToAll(cleared, reportCleared)
    reportToAll(faults, reportFaults)
  })
}

/** The key that marks a fault as reported to an admin. */
function keyOf(admin: number, { file, text }: LibraryFault): `fault/${string}` {
  const fault = createHash('sha256').update(`${file}\n${text.en}`).digest('base64url').slice(0, 22)
  return `fault/${admin}/${fault}`
}
