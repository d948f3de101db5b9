import type { FormatReader, MembersReader } from '../manuscript.ts'
import { readSource } from './html.ts'
import { manuscriptOfMessage, membersOf } from './message.ts'
import { type MimePart, readMime } from './mime.ts'
import { filesIn, messageIn, shownParts, textOfPart } from './mimeMessage.ts'

/** The number of frames of one page, those inside frames among them. */
const maxFrames = 50

/**
 * Reads a page that a browser or Word saved with its pictures in one file (RFC 2557), as its page would be read. Frames whose
 * pages are in the file stand at their places.
 */
export const readWebArchive: FormatReader = async (bytes, { file }) => {
  const archive = readMime(bytes, file)
  const [page] = shownParts(archive)
  if (page?.type !== 'text/html') return manuscriptOfMessage(messageIn(archive, file), file)
  const { text, notes } = textOfPart(page, file)
  const pages = leaves(archive).filter((part) => part.type === 'text/html' && part !== page)
  const manuscript = readSource(withFrames(text, page, { pages, file, left: maxFrames }), file, notes)
  const title = archive.field('subject')
  return { ...manuscript, stated: { ...(title && { title }), ...manuscript.stated } }
}

/**
 * Lists the attachments of a message that was saved as a web archive: the parts that say they are attached. The pictures, styles
 * and scripts of a page are none.
 */
export const readArchivedAttachments: MembersReader = async (bytes, { file }) => {
  const isOfPage = ({ type, contentId, location }: MimePart) => /^image\//u.test(type) && contentId + location !== ''
  const attached = leaves(readMime(bytes, file)).filter((part) => part.isAttachment && !isOfPage(part))
  return membersOf(attached.flatMap(filesIn))
}

function leaves(part: MimePart): MimePart[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leaves)
}

interface Frames {
  /** The pages that no frame has shown yet. */
  pages: readonly MimePart[]
  readonly file: string
  left: number
}

/** The source of a page with the bodies of its frames at their places. */
function withFrames(source: string, page: MimePart, frames: Frames): string {
  return source.replace(/<i?frame\b[^<>]*>/giu, (tag) => {
    const address = /\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/iu.exec(tag)?.slice(1).find(Boolean)
    const target = address === undefined ? undefined : frames.pages.find((part) => isAt(part, address, page))
    if (target === undefined || frames.left-- <= 0) return tag
    frames.pages = frames.pages.filter((part) => part !== target)
    const inner = withFrames(textOfPart(target, frames.file).text, target, frames)
    const body = /<body\b[^<>]*>/iu.exec(inner)
    const end = inner.search(/<\/body\s*>/iu)
    const words = inner.slice(body === null ? 0 : body.index + body[0].length, end < 0 ? inner.length : end)
    return `<div>${words.replace(/<\/?(?:html|head|body)\b[^<>]*>/giu, '')}</div>`
  })
}

/** Tells whether a page's frame shows a part. */
function isAt({ contentId, location }: MimePart, address: string, page: MimePart): boolean {
  const plain = address.replaceAll('&amp;', '&')
  if (plain.toLowerCase().startsWith('cid:')) return contentId !== '' && plain.slice(4) === contentId
  if (location === '') return false
  const base = page.location || 'file:///'
  return location === plain || (URL.canParse(plain, base) && location === new URL(plain, base).href)
}
