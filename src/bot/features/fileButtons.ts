import { textIn } from '../../answer/locale.ts'
import { beforeAbort } from '../../beforeAbort.ts'
import { UserError } from '../../errors.ts'
import type { MovedFile } from '../../library/types.ts'
import { isAdmin } from '../access.ts'
import { type BotDependencies, type PressContext, type PressHandlers, textsFor } from '../context.ts'
import { alert, edit, post } from '../send.ts'
import type { FileAction } from '../views/address.ts'
import { renderAsk, renderPutBack, renderRemoved } from '../views/renderFiles.ts'
import { loadUpload, renderUpload, type SentFile, saveUpload } from './uploadRecords.ts'

/** Handles buttons that take files out of the reports folder and put them back, for admins only. */
export function fileButtons(dependencies: BotDependencies, deadline: AbortSignal): PressHandlers<FileAction> {
  const { library, log, metrics } = dependencies

  const forAdmins =
    (act: (context: PressContext, id: string) => Promise<void>) =>
    async (context: PressContext, { id }: { readonly id: string }) => {
      if (!isAdmin(context, dependencies.access)) return alert(context, textsFor(context).onlyAdmins)
      try {
        await act(context, id)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        // The press is answered already, and the buttons stay for another try.
        await post(context, textIn(error.text, context.language))
      }
    }
  const takeOut = async (id: string, by: number) =>
    recorded(await beforeAbort(library.remove(id), deadline), 'file removed', by)
  const putBack = async (id: string, by: number) =>
    recorded(await beforeAbort(library.restore(id), deadline), 'file put back', by)
  const recorded = (file: MovedFile | null, event: string, by: number) => {
    if (file) {
      metrics.counted(event)
      log.info(`${event} through Telegram`, { file: file.files.join(', '), by })
    }
    return file
  }

  /** Takes out, or puts back, the files of an album that are not out, or not back, already. */
  const turnAlbum = async (context: PressContext, upload: string, isOut: boolean) => {
    const say = textsFor(context)
    const chat = context.chat!.id
    const by = context.callbackQuery.from.id
    let record = await loadUpload(dependencies.state, chat, upload)
    if (!record) return alert(context, say.noSuchButton)
    await context.answerCallbackQuery({ text: isOut ? say.files.removing : say.files.puttingBack })
    const turn = async (file: SentFile): Promise<SentFile> => {
      if (file.id === null || file.isTakenOut === isOut) return file
      if (isOut) await takeOut(file.id, by)
      else if (!(await putBack(file.id, by))) {
        return {
          ...file,
          id: null,
          isTakenOut: false,
          outcome: say.files.refused(file.name, say.files.goneForGood),
        }
      }
      return { ...file, isTakenOut: isOut }
    }
    for (const file of record.files) {
      const turned = await turn(file)
      record = { ...record, files: record.files.map((one) => (one.from === file.from ? turned : one)) }
      // The record is saved after each file, so that it stays true when a later file fails.
      await saveUpload(dependencies.state, chat, upload, record)
    }
    await edit(context, renderUpload(record, upload, context.language))
  }

  return {
    ask: forAdmins(async (context, id) => {
      const file = library.files.find((one) => one.id === id)
      const removal = await beforeAbort(library.removalOf(id), deadline)
      if (!file || !removal) return alert(context, textsFor(context).files.notThere)
      await context.answerCallbackQuery()
      const asked = { ...file, files: removal.files, reports: removal.reports.length }
      await edit(context, renderAsk(asked, context.language))
    }),
    keep: forAdmins(async (context) => {
      await context.answerCallbackQuery()
      await edit(context, { text: textsFor(context).files.nothingRemoved })
    }),
    takeOut: forAdmins(async (context, id) => {
      await context.answerCallbackQuery({ text: textsFor(context).files.removing })
      await edit(context, renderRemoved(id, await takeOut(id, context.from.id), context.language))
    }),
    putBack: forAdmins(async (context, id) => {
      await context.answerCallbackQuery({ text: textsFor(context).files.puttingBack })
      await edit(context, renderPutBack(id, await putBack(id, context.from.id), context.language))
    }),
    takeOutAlbum: forAdmins((context, upload) => turnAlbum(context, upload, true)),
    putBackAlbum: forAdmins((context, upload) => turnAlbum(context, upload, false)),
  }
}
