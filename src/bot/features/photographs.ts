import { InputFile } from 'grammy'
import { textIn } from '../../answer/locale.ts'
import { ChangedWhileReading, UserError } from '../../errors.ts'
import { type Photograph, QueueFullError } from '../../photograph/photographer.ts'
import { type BotContext, type BotDependencies, type Openers, textsFor } from '../context.ts'
import { replyingTo } from '../send.ts'
import { photographCaption } from '../views/photographCaption.ts'

/** Telegram refuses photos beyond these lengths in pixels, and makes those smaller whose longer side is above `shown`. */
const photoLimits = { sum: 10_000, ratio: 20, shown: 2560, bytes: 10_000_000 } as const
/** Lines that are lower, in pixels, can hardly be read. */
const minLegiblePx = 14

/** Opens the photograph of a quote in a private chat: as a photo where it stays legible, else as a file. */
export function photographOpener({ library, photographer, log }: BotDependencies): Openers<'photograph'>['photograph'] {
  return async (context, address) => {
    const say = textsFor(context)
    if (!photographer) return { text: say.noSuchButton, show_alert: true }
    try {
      const placed = await library.answerer.locate(address.passage, address)
      const photograph = placed && (await photographer.photograph(placed, context.language))
      if (!photograph) return { text: say.gone, show_alert: true }
      await send(context, photograph)
      return undefined
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      // The error tells the operator what to do, which is of no use to the asker.
      log.warn('a photograph could not be taken', error.text.en)
      const text =
        error instanceof QueueFullError
          ? textIn(error.text, context.language)
          : error instanceof ChangedWhileReading
            ? say.gone
            : say.photograph.failed
      return { text, show_alert: true }
    }
  }
}

async function send(context: BotContext, photograph: Photograph): Promise<void> {
  const { contentSha256, page, bytes } = photograph
  const name = `${contentSha256.slice(0, 8)}${page === null ? '' : `-${page}`}.jpg`
  const file = new InputFile(bytes, name)
  const options = {
    caption: photographCaption(photograph, context.language),
    ...replyingTo(context.callbackQuery?.message?.message_id),
  }
  if (isLegible(photograph)) await context.replyWithPhoto(file, options)
  else await context.replyWithDocument(file, options)
}

/** Tells whether Telegram takes a picture as a photo and shows it large enough to be read. */
export function isLegible({ width, height, linePx, bytes }: Photograph): boolean {
  const [longer, shorter] = [Math.max(width, height), Math.min(width, height)]
  const shown = Math.min(1, photoLimits.shown / longer)
  return (
    width + height <= photoLimits.sum &&
    longer <= photoLimits.ratio * shorter &&
    bytes.length <= photoLimits.bytes &&
    (linePx === null || linePx * shown >= minLegiblePx)
  )
}
