import type { FormatReader, MembersReader } from '../manuscript.ts'
import { examine } from './fileBytes.ts'
import { type Message, manuscriptOfMessage, membersOf } from './message.ts'
import { readMime } from './mime.ts'
import { messageIn } from './mimeMessage.ts'
import { readOutlook } from './outlook.ts'

/** Reads a message as mail programs and Outlook save it: subject, text, and the messages inside it. Attachments are left out. */
export const readMail: FormatReader = async (bytes, { file }) => manuscriptOfMessage(open(bytes, file), file)

/** Lists the attachments of a message, and those of messages inside it. Pictures that its text shows are left out. */
export const readAttachments: MembersReader = async (bytes, { file }) => membersOf(open(bytes, file).attachments)

function open(bytes: Uint8Array, file: string): Message {
  return examine(bytes).compound ? readOutlook(bytes, file) : messageIn(readMime(bytes, file), file)
}
