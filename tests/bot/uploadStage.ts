import type { TestContext } from 'node:test'
import type { Message } from 'grammy/types'
import { fileTexts } from '../../src/bot/views/fileTexts.ts'
import type { SendOptions, SentFile } from '../fakes/bot-api.ts'
import { type StageOptions, startPrivate } from '../support/testBot.ts'

const { zh } = fileTexts
export const bytesOf = (text: string) => new TextEncoder().encode(text)
export const report: SentFile = { name: '年报.pdf', bytes: bytesOf('造桥三座。修路四条。') }
export const taken = (name: string, passages = 2) =>
  `${zh.added(name)}\n${zh.found({ reports: null, articles: 1, passages })}`
export const takenInAlbum = (name: string, passages: number) => taken(name, passages).replace('\n', ' · ')

/** Lin (7) is an admin in a private chat. */
export async function startUploads(context: TestContext, options: StageOptions = {}) {
  const stage = await startPrivate(context, { access: { admins: [7] }, ...options })
  const { api, chat, lin, during } = stage
  return {
    ...stage,
    document: (file: SentFile, more?: SendOptions) => during(chat, () => api.sendDocument(chat, lin, file, more)),
    photo: (text: string, more?: SendOptions) => during(chat, () => api.sendPhoto(chat, lin, bytesOf(text), more)),
    album: (files: readonly SentFile[], more?: SendOptions) =>
      during(chat, () => api.sendAlbum(chat, lin, files, more)),
    names: () => stage.library.files.map(({ file }) => file),
    /** The message as it stands now. */
    now: (message: Message | undefined) => chat.messages.get(message!.message_id),
    callsOf: (method: string) => api.calls.filter((call) => call.method === method),
  }
}
