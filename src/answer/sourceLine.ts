import type { Language } from '../errors.ts'
import type { Source } from './types.ts'

/** A source in one line: title · article › section · paragraph · page · date; what is unknown or said twice is left out. */
export function sourceLine(source: Source, language: Language): string {
  const article = source.article === source.title ? null : source.article
  const place = [article, source.section].filter((part) => part !== null).join(' › ')
  const paragraph = language === 'zh' ? `第 ${source.paragraph} 段` : `¶ ${source.paragraph}`
  const page = source.page === null ? null : language === 'zh' ? `第 ${source.page} 页` : `p. ${source.page}`
  return [source.title, place, paragraph, page, source.date].filter((part) => part !== null && part !== '').join(' · ')
}
