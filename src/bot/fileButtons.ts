import { textIn } from '../answer/locale.ts'
import { UserError } from '../errors.ts'
import type { LibraryFile } from '../library/types.ts'
import { isAdmin } from './access.ts'
import type { FileAction } from './address.ts'
import { alert, type BotParts, edit, type PressContext, type PressHandlers, textsFor } from './context.ts'
import { unlessCutOff } from './cutOff.ts'
import { renderAsk, renderPutBack, renderRemoved, renderUpload } from './renderFiles.ts'
import { keepUpload, loadUpload, type SentFile } from './uploadRecords.ts'

/** Buttons that take files out of the reports folder and put them back, for admins only. */
export function fileButtons(parts: BotParts, cutOff: AbortSignal): PressHandlers<FileAction> {
  const { library, log, metrics } = parts

  const forAdmins =
    (act: (context: PressContext, id: string) => Promise<void>) =>
    async (context: PressContext, { id }: { readonly id: string }) => {
      if (!isAdmin(context, parts.access)) return alert(context, textsFor(context).onlyAdmins)
      try {
        await act(context, id)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        // The press is answered already; the buttons stay for another try.
        await context.reply(textIn(error.text, context.language))
      }
    }
  const takeOut = async (id: string, by: number) =>
    noted(await unlessCutOff(library.remove(id), cutOff), 'file removed', by)
  const putBack = async (id: string, by: number) =>
    noted(await unlessCutOff(library.restore(id), cutOff), 'file put back', by)
  const noted = (file: LibraryFile | null, event: string, by: number) => {
    if (file) {
      metrics.counted(event)
      log.info(`${event} by way of Telegram`, { file: file.file, by })
    }
    return file
  }

  /** Takes out, or puts back, all files of an album that this has not been done with. */
  const turnAlbum = async (context: PressContext, upload: string, isOut: boolean) => {
    const say = textsFor(context)
    const chat = context.chat!.id
    const by = context.callbackQuery.from.id
    let record = await loadUpload(parts.state, chat, upload)
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
      // After each, so that a fault of a later one leaves the message true.
      await keepUpload(parts.state, chat, upload, record)
    }
    await edit(context, renderUpload(record, upload, context.language))
  }

  return {
    ask: forAdmins(async (context, id) => {
      const file = library.files.find((one) => one.id === id)
      if (!file) return alert(context, textsFor(context).files.notThere)
      await context.answerCallbackQuery()
      await edit(context, renderAsk(file, context.language))
    }),
    keep: forAdmins(async (context) => {
      await context.answerCallbackQuery()
      await edit(context, { text: textsFor(context).files.kept })
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
