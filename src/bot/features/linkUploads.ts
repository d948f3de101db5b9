import { Composer } from 'grammy'
import { isAdmin } from '../access.ts'
import { type BotContext, textsFor } from '../context.ts'
import { reply } from '../send.ts'
import { receiveUpload, type UploadContext } from './receiveUpload.ts'

/**
 * Web addresses that admins send in private chats, each as a whole message, are uploads whose file is fetched from there. Of others,
 * and with other words beside it, an address is a question.
 */
export function linkUploads(upload: UploadContext): Composer<BotContext> {
  const { access, fetchLink } = upload.dependencies
  const composer = new Composer<BotContext>()
  composer.on('message:text', async (context, next) => {
    const address = addressIn(context.message.text)
    if (address === null || context.chat.type !== 'private' || !isAdmin(context, access)) return next()
    if (fetchLink === null) return void (await reply(context, textsFor(context).files.linksOff))
    const get = () => fetchLink(address, upload.deadline)
    return receiveUpload(upload, context, { name: withoutScheme(address), get })
  })
  return composer
}

/** The http(s) address that a text is; null for any other text. */
function addressIn(text: string): string | null {
  const trimmed = text.trim()
  return /^https?:\/\/\S+$/iu.test(trimmed) && URL.canParse(trimmed) ? trimmed : null
}

function withoutScheme(address: string): string {
  const { host, pathname } = new URL(address)
  let path = pathname
  try {
    path = decodeURI(pathname)
  } catch {
    // A path that is not encoded in UTF-8 is shown as it is written.
  }
  return `${host}${path === '/' ? '' : path}`
}
