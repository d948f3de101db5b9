import { type Gloss, loadGlosser } from '../languages/gloss.ts'
import { inTraditional } from '../languages/traditional.ts'
import type { Locale } from './locale.ts'
import type { Quote } from './types.ts'

/** Quotes with a gloss of their marked words, for people who asked in English. */
export async function withGlosses(quotes: readonly Quote[]): Promise<Quote[]> {
  const gloss = await loadGlosser()
  return quotes.map((quote) => ({
    ...quote,
    gloss: gloss(quote.highlights.map((range) => quote.text.slice(...range)).join(' ')),
  }))
}

const labels = { zh: '逐词释义(词典 CC-CEDICT):', en: 'Word by word (dictionary CC-CEDICT): ' }

/** A gloss in one line behind a label, at most `limit` characters; empty for none. Words without room are left out. */
export function glossLine(gloss: Gloss, locale: Locale, limit: number): string {
  const label = locale === 'zh-Hant' ? inTraditional(labels.zh) : labels[locale]
  const ellipsis = ' …'
  let line = ''
  for (const { word, meaning } of gloss) {
    const told = `${line === '' ? label : ' · '}${meaning === '' ? word : `${word} ${meaning}`}`
    if (line.length + told.length + ellipsis.length > limit) return line === '' ? '' : `${line}${ellipsis}`
    line += told
  }
  return line
}
