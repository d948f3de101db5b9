import type { Locale } from '../../answer/locale.ts'
import { sourceLine } from '../../answer/sourceLine.ts'
import { shortHash } from '../../photograph/card.ts'
import type { Photograph } from '../../photograph/photographer.ts'
import { maxCaptionCharacters } from './message.ts'
import { shorten } from './shorten.ts'
import { botTexts } from './texts.ts'

/** The caption of a photograph: its source, what it shows, and the first digits of the file's hash. */
export function photographCaption(
  { source, page, pages, contentSha256 }: Pick<Photograph, 'source' | 'page' | 'pages' | 'contentSha256'>,
  locale: Locale,
): string {
  const say = botTexts[locale].photograph
  const [first, last] = [pages[0] ?? page, pages.at(-1) ?? page]
  const isOverPages = first !== null && last !== null && first !== last
  const shown = page === null ? say.card : isOverPages ? say.pages(first, last, page) : say.page(page)
  const rest = `\n${shown}\n${say.hash(shortHash(contentSha256))}`
  return shorten(`📄 ${sourceLine(source, locale)}`, maxCaptionCharacters - rest.length) + rest
}
