import { createHash } from 'node:crypto'
import { type Api, GrammyError, HttpError } from 'grammy'
import type { LibraryFault } from '../library/types.ts'
import type { BotParts } from './context.ts'
import { renderFaults } from './renderFiles.ts'

/** A fault that lasts longer than this may be told once more. */
const toldSeconds = 90 * 24 * 3600

/**
 * Tells every admin in private, once, of each file that lies in the reports folder and cannot be used: those there are
 * now and those that come. Somebody who cannot be told is counted, and told after the next start.
 * @returns what ends it
 */
export function notifyAdmins(api: Api, { library, state, access, language, log, metrics }: BotParts): () => void {
  const tell = async (admin: number, faults: readonly LibraryFault[]) => {
    const fresh: LibraryFault[] = []
    for (const fault of faults) if (await state.claim(keyOf(admin, fault), '1', toldSeconds)) fresh.push(fault)
    if (fresh.length === 0) return
    const chosen = await state.get(`language/${admin}`)
    const spoken = chosen === 'zh' || chosen === 'en' ? chosen : language
    try {
      await api.sendMessage(admin, renderFaults(fresh, spoken, fresh.length), {
        link_preview_options: { is_disabled: true },
      })
    } catch (error) {
      metrics.counted('admin unreachable')
      for (const fault of fresh) await state.set(keyOf(admin, fault), null)
      if (!(error instanceof GrammyError) && !(error instanceof HttpError)) throw error
    }
  }
  // One after another, so that what an update finds again is not told twice.
  let queue = Promise.resolve()
  const tellAll = (faults: readonly LibraryFault[]) => {
    if (faults.length === 0) return
    for (const admin of access.admins) {
      queue = queue
        .then(() => tell(admin, faults))
        .catch((error) => log.warn('an admin could not be told of faults', String(error)))
    }
  }
  tellAll(library.status.faults)
  return library.onUpdate(({ faults }) => tellAll(faults))
}

function keyOf(admin: number, { file, text }: LibraryFault): string {
  const fault = createHash('sha256').update(`${file}\n${text.en}`).digest('base64url').slice(0, 22)
  return `fault/${admin}/${fault}`
}
