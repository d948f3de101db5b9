import type { Language } from '../errors.ts'

/**
 * The language to speak to a visitor in: `?lang`, or the first of ours that the browser asks for, or the default.
 * @param accepted the header Accept-Language
 */
export function languageFor(asked: string | undefined, accepted: string | undefined, otherwise: Language): Language {
  if (asked === 'zh' || asked === 'en') return asked
  const wanted = (accepted ?? '')
    .split(',')
    .map((item, i) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';')
      const weight = Number(/^\s*q=([\d.]+)/u.exec(parameters.join(';'))?.[1] ?? 1)
      return { language: tag.split('-')[0], weight, i }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.i - b.i)
  const found = wanted.find(({ language }) => language === 'zh' || language === 'en')?.language
  return (found as Language | undefined) ?? otherwise
}
