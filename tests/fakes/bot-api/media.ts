import type { Message } from 'grammy/types'
import sharp from 'sharp'
import { badRequest, violation } from './failure.ts'
import { post, storeDocument } from './messages.ts'
import type { MethodParameters } from './schemas.ts'
import { captionOf } from './text.ts'
import type { World } from './world.ts'
import * as state from './world.ts'

/** Files that came with a call as form data, by their `attach://` name. */
export type Uploads = ReadonlyMap<string, { name: string; type: string; bytes: Uint8Array }>

const MAXIMUM_PHOTO_BYTES = 10_000_000

/** Posts an uploaded or stored file with its caption; returns the message. */
export function sendDocument(world: World, parameters: MethodParameters<'sendDocument'>, uploads: Uploads): Message {
  const chat = state.requireChat(world, parameters.chat_id, 'send documents')
  const caption = captionOf(parameters)
  return post(world, chat, parameters, { document: documentOf(world, parameters.document, uploads), ...caption })
}

/** Posts an uploaded picture, which Telegram makes smaller where it is large, with its caption; returns the message. */
export async function sendPhoto(
  world: World,
  parameters: MethodParameters<'sendPhoto'>,
  uploads: Uploads,
): Promise<Message> {
  const chat = state.requireChat(world, parameters.chat_id, 'send photos')
  const caption = captionOf(parameters)
  const upload = uploads.get(parameters.photo.replace('attach://', ''))
  if (upload === undefined) throw violation('photos by address or identifier are not simulated')
  if (upload.bytes.length > MAXIMUM_PHOTO_BYTES) throw badRequest('too big for a photo')
  const { width, height } = await sharp(upload.bytes)
    .metadata()
    .catch(() => {
      throw badRequest('IMAGE_PROCESS_FAILED')
    })
  const isOutside = width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height)
  if (isOutside) throw badRequest('PHOTO_INVALID_DIMENSIONS')
  const { file_id, file_unique_id, file_size } = storeDocument(world, upload.name, upload.bytes, upload.type)
  const scale = Math.min(1, 2560 / Math.max(width, height))
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  return post(world, chat, parameters, { photo: [{ file_id, file_unique_id, file_size, ...size }], ...caption })
}

function documentOf(world: World, document: string, uploads: Uploads) {
  if (/^https?:/.test(document)) throw violation('documents by address are not simulated')
  const upload = uploads.get(document.replace('attach://', ''))
  if (document.startsWith('attach://') && upload) {
    if (upload.bytes.length === 0) throw badRequest('file must be non-empty')
    return storeDocument(world, upload.name, upload.bytes, upload.type)
  }
  const stored = world.files.get(document)
  if (stored === undefined) throw badRequest('wrong file identifier/HTTP URL specified')
  const name = decodeURIComponent(stored.path.split('/').at(-1)!)
  return { file_id: document, file_unique_id: `unique-${document}`, file_name: name, file_size: stored.bytes.length }
}
