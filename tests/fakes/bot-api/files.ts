import type { ServerResponse } from 'node:http'
import type { Message, Update, User } from 'grammy/types'
import type { Fault } from './faults.ts'
import { storeDocument } from './messages.ts'
import type { FakeChat, World } from './world.ts'
import * as state from './world.ts'

/** A file as a person sends it. */
export type SentFile = {
  /** Not given: Telegram does not always tell a name. */
  name?: string | undefined
  bytes: Uint8Array
  type?: string | undefined
  /** The size that Telegram states; the true one unless given, null for none. */
  size?: number | null | undefined
}

/** The options of a message with a file. */
export type SendOptions = {
  caption?: string | undefined
  /** Unix time in seconds; the server's clock when not given. */
  date?: number | undefined
  /** Any further fields of the message. */
  fields?: Partial<Message> | undefined
}

type PushUpdate = (content: Omit<Update, 'update_id'>) => Update

/** The acts of people with files at Telegram, which reach the bot as updates. */
export function createSenders(world: World, pushUpdate: PushUpdate) {
  function send(chat: FakeChat, person: User, content: object, options: SendOptions): Message {
    const { caption, date = world.now(), fields } = options
    const message = state.addMessage(chat, state.compact({ from: person, date, ...content, caption, ...fields }))
    pushUpdate({ message } as Omit<Update, 'update_id'>)
    return structuredClone(message)
  }

  function documentOf({ name, bytes, type = 'application/octet-stream', size = bytes.length }: SentFile): object {
    const { file_name, file_size: _, ...stored } = storeDocument(world, name ?? 'unnamed', bytes, type)
    return state.compact({ ...stored, file_name: name && file_name, file_size: size ?? undefined })
  }

  function sendDocument(chat: FakeChat, person: User, file: SentFile, options: SendOptions = {}): Message {
    return send(chat, person, { document: documentOf(file) }, options)
  }

  function sendPhoto(chat: FakeChat, person: User, bytes: Uint8Array, options: SendOptions = {}): Message {
    const size = (width: number, content: Uint8Array) => {
      const { file_id, file_unique_id, file_size } = storeDocument(world, `${width}.jpg`, content, 'image/jpeg')
      return { file_id, file_unique_id, file_size, width, height: width }
    }
    const photo = [size(90, new TextEncoder().encode('thumbnail')), size(1280, bytes)]
    return send(chat, person, { photo }, options)
  }

  function sendAlbum(chat: FakeChat, person: User, files: readonly SentFile[], options: SendOptions = {}): Message[] {
    const media_group_id = state.nextIdentifier(world, 'album')
    return files.map((file, i) => {
      const fields = { media_group_id, ...options.fields }
      return sendDocument(chat, person, file, { ...options, fields, caption: i === 0 ? options.caption : undefined })
    })
  }

  return { sendDocument, sendPhoto, sendAlbum }
}

/** Answers a download, whole or as far as the fault lets it. */
export function sendBytes(response: ServerResponse, bytes: Uint8Array, fault: Fault = {}): void {
  const { stopsAfter = bytes.length, stop = 'break' } = fault
  const length = stop === 'end' ? stopsAfter : bytes.length
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': length })
  if (stopsAfter === length) return void response.end(bytes.subarray(0, length))
  response.write(bytes.subarray(0, stopsAfter), () => {
    if (stop === 'break') response.destroy()
  })
}
