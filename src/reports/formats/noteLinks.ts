import type { HtmlNode } from './htmlNode.ts'
import { isMarkShaped } from './raisedWords.ts'

/** Matches the id of a note, as converters and editors write it, and not that of the place that it belongs to. */
const noteId = /#_?(?:(?:foot|end)?note|fn|ftn|edn)(?!.*ref)[\w-]*\d/iu

/** Tells whether an element is a link to a note: its words are a note mark, which only a style sheet may raise. */
export function isNoteLink(element: HtmlNode): boolean {
  if (element.localName !== 'a') return false
  const attribute = (name: string) => element.getAttribute(name) ?? ''
  const isStated =
    /\bnoteref\b/u.test(`${attribute('epub:type')} ${attribute('role')}`) ||
    /\bfootnote-?ref/iu.test(attribute('class'))
  return (isStated || noteId.test(attribute('href'))) && isMarkShaped(element.textContent.trim())
}

/** Tells whether an element is the arrow that leads from a note back to its place. */
export function isBackLink(element: HtmlNode): boolean {
  if (element.localName !== 'a' || !element.getAttribute('href')?.includes('#')) return false
  return /^[↩↑⤴⏎^][\ufe0e\ufe0f]?$/u.test(element.textContent.trim())
}
