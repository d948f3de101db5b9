import { extensionOf } from './extensions.ts'
import { beginsAsDocument, isText } from './formats.ts'

/**
 * Tells by its first bytes whether a file whose name does not tell its kind may be a report. Without an extension that is any
 * document and any text. With an extension that no reader knows it is a document or Chinese prose, so that the programs,
 * settings and data that lie beside reports are not quoted.
 */
export function mayBeReport(file: string, head: Uint8Array): boolean {
  if (beginsAsDocument(head)) return true
  return isText(head) && (extensionOf(file) === '' || isPage(head) || isProse(head))
}

function isPage(head: Uint8Array): boolean {
  return /^\s*<(?:!doctype html|html)\b/iu.test(textOf(head))
}

/** Tells whether at least half of a text's beginning is Chinese characters, and it does not begin as data do (JSON, XML). */
function isProse(head: Uint8Array): boolean {
  const seen = textOf(head).replace(/\s+/gu, '')
  const chinese = seen.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu)?.length ?? 0
  return !/^[{[<]/u.test(seen) && seen !== '' && chinese * 2 >= seen.length
}

/** The text of first bytes, which may end inside a character. */
function textOf(head: Uint8Array): string {
  const [first, second] = head
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(head)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(head)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
  } catch {
    return new TextDecoder('gb18030').decode(head)
  }
}
