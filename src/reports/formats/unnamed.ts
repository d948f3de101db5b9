import { textOfBytes } from '../../text/encoding.ts'
import { beginsAsDocument, isText } from './detection.ts'
import { extensionOf } from './fileNames.ts'

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
  return /^\s*<(?:!doctype html|html)\b/iu.test(textOfBytes(head, true))
}

/** Tells whether at least half of a text's beginning is Chinese characters, and it does not begin as data do (JSON, XML). */
function isProse(head: Uint8Array): boolean {
  const seen = textOfBytes(head, true).replace(/\s+/gu, '')
  const chinese = seen.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu)?.length ?? 0
  return !/^[{[<]/u.test(seen) && seen !== '' && chinese * 2 >= seen.length
}
