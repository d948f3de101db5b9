import type { Language } from '../errors.ts'
import type { Source } from './types.ts'

/**
 * A source in one line: title · article › section · paragraph · page · date, or the period where no date is known, and
 * whether the words were read with doubt; what is unknown or said twice is left out.
 */
export function sourceLine(source: Source, language: Language): string {
  const article = source.article === source.title ? null : source.article
  const place = [article, source.section].filter((part) => part !== null).join(' › ')
  const paragraph = language === 'zh' ? `第 ${source.paragraph} 段` : `¶ ${source.paragraph}`
  const page = source.page === null ? null : language === 'zh' ? `第 ${source.page} 页` : `p. ${source.page}`
  const time = source.date ?? (source.period !== null && source.title.includes(source.period) ? null : source.period)
  const doubt = source.isDoubtful ? (language === 'zh' ? '⚠️ 扫描件,文字可能有误' : '⚠️ scan, may be misread') : null
  return [source.title, place, paragraph, page, time, doubt].filter((part) => part !== null && part !== '').join(' · ')
}
