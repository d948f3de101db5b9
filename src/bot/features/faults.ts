import { createHash } from 'node:crypto'
import { type Api, GrammyError, HttpError } from 'grammy'
import type { Language } from '../../errors.ts'
import type { LibraryFault } from '../../library/types.ts'
import type { BotDependencies } from '../context.ts'
import { renderCleared, renderFaults } from '../views/renderFiles.ts'

/** A fault that lasts longer than this may be told once more. */
const toldSeconds = 90 * 24 * 3600
/** For this time the replica that tells of a mended fault keeps the others, which see it go as well, from telling it too. */
const clearingSeconds = 60

/**
 * Tells every admin in private, once, of each file that lies in the reports folder and cannot be used: those there are
 * now and those that come; and, to whom that was told, that it is over. Somebody who cannot be told is counted, and told
 * after the next start.
 * @returns what ends it
 */
export function notifyAdmins(
  api: Api,
  { library, state, access, language, log, metrics }: BotDependencies,
): () => void {
  const send = async (admin: number, textIn: (spoken: Language) => string): Promise<boolean> => {
    const chosen = await state.get(`language/${admin}`)
    const spoken = chosen === 'zh' || chosen === 'en' ? chosen : language
    try {
      await api.sendMessage(admin, textIn(spoken), { link_preview_options: { is_disabled: true } })
      return true
    } catch (error) {
      metrics.counted('admin unreachable')
      if (!(error instanceof GrammyError) && !(error instanceof HttpError)) throw error
      return false
    }
  }
  const tell = async (admin: number, faults: readonly LibraryFault[]) => {
    const fresh: LibraryFault[] = []
    for (const fault of faults) if (await state.claim(keyOf(admin, fault), '1', toldSeconds)) fresh.push(fault)
    if (fresh.length === 0) return
    let isTold = false
    try {
      isTold = await send(admin, (spoken) => renderFaults(fresh, spoken, fresh.length))
    } finally {
      if (!isTold) for (const fault of fresh) await state.set(keyOf(admin, fault), null)
    }
  }
  const tellCleared = async (admin: number, cleared: readonly LibraryFault[]) => {
    const known: LibraryFault[] = []
    for (const fault of cleared) {
      const key = keyOf(admin, fault)
      if ((await state.get(key)) === null || !(await state.claim(`cleared-${key}`, '1', clearingSeconds))) continue
      known.push(fault)
      // From now on it is told again when it comes again.
      await state.set(key, null)
    }
    if (known.length > 0) await send(admin, (spoken) => renderCleared(known, spoken))
  }
  // One after another, so that what an update finds again is not told twice.
  let queue = Promise.resolve()
  const tellAll = (faults: readonly LibraryFault[], telling: typeof tell) => {
    if (faults.length === 0) return
    for (const admin of access.admins) {
      queue = queue
        .then(() => telling(admin, faults))
        .catch((error) => log.warn('an admin could not be told of faults', String(error)))
    }
  }
  tellAll(library.status.faults, tell)
  return library.onUpdate(({ faults, cleared }) => {
    tellAll(cleared, tellCleared)
    tellAll(faults, tell)
  })
}

function keyOf(admin: number, { file, text }: LibraryFault): string {
  const fault = createHash('sha256').update(`${file}\n${text.en}`).digest('base64url').slice(0, 22)
  return `fault/${admin}/${fault}`
}
