import type { Bilingual } from '../../errors.ts'
import { bare } from '../../text/normalize.ts'
import type { Manuscript, Members, Metadata } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { unreadEquations } from './equations.ts'
import { openSource } from './html.ts'
import { manuscriptOf } from './text.ts'
import { ManuscriptWriter, moved } from './writer.ts'

/** A message of electronic mail, whatever program saved it. */
export interface Message {
  /** The subject; '' where it has none. */
  readonly subject: string
  /** The name of the sender; '' where only an address is stated. */
  readonly sender: string
  /** The day on which it was sent, ISO 8601; null where none is stated. */
  readonly date: string | null
  /** The texts in the order in which they are shown. Of a text in several formats there is one. */
  readonly bodies: readonly MessageBody[]
  /** The files that were sent along, without the pictures that the text shows. Those of messages inside it are among them. */
  readonly attachments: readonly Attachment[]
}

export type MessageBody =
  | { readonly kind: 'html' | 'text'; readonly text: string; readonly notes: readonly Bilingual[] }
  | { readonly kind: 'message'; readonly message: Message }

export interface Attachment {
  /** The name that its sender gave it; '' where it has none. */
  readonly name: string
  /** The usual extension of such files with its dot, for one without a name; '' where it is not known. */
  readonly extension: string
  bytes(): Uint8Array
}

/** The manuscript of a message: the subject as its headline, then its texts, and messages inside it behind each other. */
export function manuscriptOfMessage(message: Message, file: string): Manuscript {
  const manuscript = joined(partsOf(message, file, false))
  return { ...manuscript, stated: statedBy(message) }
}

/** The blank line between the texts of a message. */
const gap = '\n\n'

/** Joins manuscripts without pages into one, with a blank line between them; the statements are left out. */
function joined(manuscripts: readonly Manuscript[]): Manuscript {
  const parts: string[] = []
  const lines: Manuscript['lines'][number][] = []
  let at = 0
  for (const { text, lines: own } of manuscripts) {
    const start = at
    parts.push(text)
    at += text.length + gap.length
    for (const [i, line] of own.entries()) {
      const first = i === 0 && start > 0 && { blanksBefore: Math.max(1, line.blanksBefore), continues: false }
      lines.push({ ...moved(line, start), ...first })
    }
  }
  const notes = manuscripts.flatMap(({ notes }) => notes)
  const told = new Set<string>()
  return {
    text: parts.join(gap),
    lines,
    pages: [],
    doubtful: [],
    stated: {},
    notes: notes.filter(({ en }) => !told.has(en) && told.add(en)),
  }
}

function partsOf({ subject, bodies }: Message, file: string, isInside: boolean): Manuscript[] {
  const parts = bodies.flatMap((body) => {
    if (body.kind === 'message') return partsOf(body.message, file, true)
    return [body.kind === 'html' ? wholePage(body.text, file, body.notes) : manuscriptOf(body.text, body.notes)]
  })
  const isSaid = bare(parts[0]?.text.slice(0, 200 + subject.length) ?? '').startsWith(bare(withoutPrefixes(subject)))
  if (subject === '' || (isSaid && !isInside)) return parts
  const writer = new ManuscriptWriter()
  // A message of attachments alone says its subject, which then heads nothing.
  const isHead = parts.some(({ lines }) => lines.length > 0)
  writer.line(subject, { continues: false, ...(isHead && { level: 1 }), ...(isInside && { opensArticle: true }) })
  return [{ ...manuscriptOf(''), text: writer.text, lines: writer.lines }, ...parts]
}

/** Reads all of a page, as a message has nothing around its text. */
function wholePage(source: string, file: string, notes: readonly Bilingual[]): Manuscript {
  const { page } = openSource(source, file)
  const writer = new ManuscriptWriter()
  const unread = writeBlocks(writer, page.body)
  return { ...manuscriptOf('', [...notes, ...unreadEquations(unread)]), text: writer.text, lines: writer.lines }
}

function statedBy({ subject, sender, date }: Message): Partial<Metadata> {
  const title = withoutPrefixes(subject)
  return { ...(title && { title }), ...(sender && { publisher: sender }), ...(date && { date }) }
}

/** A subject without the words that programs put before it when a message is answered or sent on. */
function withoutPrefixes(subject: string): string {
  return subject.replace(/^(?:(?:re|fwd?|答复|回复|转发|转寄|自动转发)\s*[:：]\s*)+/iu, '').trim()
}

/** Attachments as files, each under a name of its own. */
export function membersOf(attachments: readonly Attachment[]): Members {
  const byName = new Map<string, Attachment>()
  const numbers = new Map<string, number>()
  for (const [i, attachment] of attachments.entries()) {
    const plain = [...attachment.name].map((sign) => (/[\p{Cc}/\\]/u.test(sign) ? '_' : sign)).join('')
    const own = plain.trim().replace(/^\.+$/u, '')
    const name = own === '' ? `附件${i + 1}${attachment.extension}` : own.slice(-maxNameCharacters)
    byName.set(free(name, byName, numbers), attachment)
  }
  return {
    names: [...byName.keys()],
    read: async (name) => byName.get(name)!.bytes(),
  }
}

const maxNameCharacters = 200

/**
 * The name, or with a number before its extension where it is taken.
 * @param numbers the last number of each name, so that those of many attachments of one name are not tried again
 */
function free(name: string, taken: ReadonlyMap<string, unknown>, numbers: Map<string, number>): string {
  let [found, number] = [name, numbers.get(name) ?? 1]
  while (taken.has(found)) found = name.replace(/(?=(?:\.[a-z0-9]{1,8})?$)/iu, ` (${++number})`)
  numbers.set(name, number)
  return found
}
