import { Composer, type Filter } from 'grammy'
import { toldIn } from '../answer/frame.ts'
import { UserError } from '../errors.ts'
import type { LibraryFile } from '../library/types.ts'
import { isAdmin } from './access.ts'
import { type BotContext, type BotParts, textsFor } from './context.ts'
import { unlessCutOff } from './cutOff.ts'
import { decodeFileAddress, type FileAddress } from './fileAddress.ts'
import { type Content, renderAsk, renderPutBack, renderRemoved, renderUpload } from './renderFiles.ts'
import { keepUpload, loadUpload, type SentFile } from './uploadRecords.ts'

type PressContext = Filter<BotContext, 'callback_query:data'>

/** Buttons that take files out of the reports folder and put them back, for admins only. */
export function fileButtons(parts: BotParts, cutOff: AbortSignal): Composer<BotContext> {
  const { library, log, metrics } = parts
  const composer = new Composer<BotContext>()

  composer.on('callback_query:data', async (context, next) => {
    const address = decodeFileAddress(context.callbackQuery.data)
    if (!address) return next()
    if (!isAdmin(context, parts.access)) return alert(context, textsFor(context).onlyAdmins)
    try {
      await act(context, address)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      // The press is answered already; the buttons stay for another try.
      await context.reply(toldIn(error.text, context.language))
    }
  })

  const act = async (context: PressContext, { action, id }: FileAddress) => {
    const say = textsFor(context).files
    const by = context.callbackQuery.from.id
    switch (action) {
      case 'ask': {
        const file = library.files.find((one) => one.id === id)
        if (!file) return alert(context, say.notThere)
        await context.answerCallbackQuery()
        return edit(context, renderAsk(file, context.language))
      }
      case 'keep':
        await context.answerCallbackQuery()
        return edit(context, { text: say.kept, keyboard: undefined })
      case 'takeOut':
        await context.answerCallbackQuery({ text: say.removing })
        return edit(context, renderRemoved(id, await takeOut(id, by), context.language))
      case 'putBack':
        await context.answerCallbackQuery({ text: say.puttingBack })
        return edit(context, renderPutBack(id, await putBack(id, by), context.language))
      default:
        return turnAlbum(context, id, action === 'takeOutAlbum')
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
  return composer
}

async function alert(context: BotContext, text: string): Promise<void> {
  await context.answerCallbackQuery({ text, show_alert: true })
}

async function edit(context: BotContext, { text, keyboard }: Content): Promise<void> {
  await context.editMessageText(text, {
    link_preview_options: { is_disabled: true },
    ...(keyboard && { reply_markup: keyboard }),
  })
}
