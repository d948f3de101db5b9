import type { Bilingual, Language } from '../errors.ts'
import { isEnglish } from '../languages/english.ts'
import { mayHoldPinyin } from '../languages/pinyin.ts'
import { inTraditional, isTraditional, loadTraditional } from '../languages/traditional.ts'

/**
 * The locale of the texts around quotes is the asker's writing: the two languages, and Chinese in Traditional
 * characters, which are made from the Simplified texts so that there is nothing to keep in step.
 */
export type Locale = Language | 'zh-Hant'

/**
 * The locale for a question.
 * @param usual the language that the asker reads otherwise
 * @param isChosen true where the asker chose that language: then a question in English is answered in it all the same
 */
export async function localeOf(question: string, usual: Language, isChosen: boolean): Promise<Locale> {
  if (usual === 'en' || (!isChosen && asksInEnglish(question))) return 'en'
  if (!isTraditional(question)) return 'zh'
  await loadTraditional()
  return 'zh-Hant'
}

/** True for a question in English, and not for Chinese typed in pinyin. */
export function asksInEnglish(question: string): boolean {
  return isEnglish(question) && !mayHoldPinyin(question.toLowerCase(), () => 0)
}

/** `texts` with a third of them, made when first asked for. */
export function localized<Texts>({ zh, en }: Readonly<Record<Language, Texts>>): Readonly<Record<Locale, Texts>> {
  let made: Texts | undefined
  return {
    zh,
    en,
    get 'zh-Hant'() {
      made ??= converted(zh)
      return made
    },
  }
}

/** A text for people in a locale. */
export function textIn(text: Bilingual, locale: Locale): string {
  return locale === 'zh-Hant' ? inTraditional(text.zh) : text[locale]
}

/** All texts in `value`; those that functions make are converted when they are made, but for what was handed in. */
function converted<T>(value: T): T {
  if (typeof value === 'string') return inTraditional(value) as T
  if (typeof value === 'function') {
    return ((...given: unknown[]) => around(String(value(...given)), stringsIn(given))) as T
  }
  if (Array.isArray(value)) return value.map(converted) as T
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, converted(one)])) as T
  return value
}

/** A text converted but for `kept`, which are names and words of others. */
function around(text: string, kept: readonly string[]): string {
  const [first, ...rest] = kept
  if (first === undefined) return inTraditional(text)
  return text
    .split(first)
    .map((part) => around(part, rest))
    .join(first)
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value)
    .flatMap(stringsIn)
    .sort((a, b) => b.length - a.length)
}
