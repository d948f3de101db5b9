import type { Locale } from '../answer/locale.ts'
import type { Language } from '../errors.ts'

/** The values of HTML's `lang`. */
export const htmlTags: Readonly<Record<Locale, string>> = { zh: 'zh-CN', en: 'en', 'zh-Hant': 'zh-Hant' }

/**
 * The visitor's language: `?lang`, or the first of ours that the browser asks for, or the default.
 * @param accepted the header Accept-Language
 */
export function languageFor(asked: string | undefined, accepted: string | undefined, otherwise: Language): Locale {
  const wanted = (accepted ?? '')
    .split(',')
    .map((item, i) => {
      const [tag = '', ...parameters] = item.trim().split(';')
      const weight = Number(/^\s*q=([\d.]+)/iu.exec(parameters.join(';'))?.[1] ?? 1)
      return { language: localeOf(tag), weight, i }
    })
    .filter(({ language, weight }) => language !== null && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.i - b.i)
  return localeOf(asked) ?? wanted[0]?.language ?? otherwise
}

/** The locale that a language tag asks for (`zh-TW`: Traditional characters); null for any other language. */
export function localeOf(tag: string | undefined): Locale | null {
  const [language, ...more] = (tag ?? '').trim().toLowerCase().split('-')
  if (language === 'en') return 'en'
  if (language !== 'zh') return null
  const isTraditional = more.includes('hant') || (!more.includes('hans') && more.some((part) => traditional.has(part)))
  return isTraditional ? 'zh-Hant' : 'zh'
}

/** Regions that write Traditional characters. */
const traditional = new Set(['tw', 'hk', 'mo'])
