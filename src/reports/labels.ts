import type { Bilingual, Language } from '../errors.ts'
import type { AnnotationKind } from './annotations.ts'
import { type Format, formatNames, recordOf } from './formats/formats.ts'
import type { DropReason } from './lines.ts'

/** The names by which people know formats, the parts of a report and the reasons for leaving something out. */
export interface Labels {
  readonly formats: Readonly<Record<Format, string>>
  readonly kinds: Readonly<Record<AnnotationKind, string>>
  readonly reasons: Readonly<Record<DropReason, string>>
}

const kinds: Readonly<Record<AnnotationKind, Bilingual>> = {
  headline: { zh: '标题', en: 'headline' },
  kicker: { zh: '引题', en: 'kicker' },
  byline: { zh: '署名', en: 'byline' },
  section: { zh: '小标题', en: 'section' },
  paragraph: { zh: '段落', en: 'paragraph' },
  dropped: { zh: '略去', en: 'left out' },
}

const reasons: Readonly<Record<DropReason, Bilingual>> = {
  'stray mark': { zh: '零散符号', en: 'stray mark' },
  picture: { zh: '图片', en: 'picture' },
  'jump line': { zh: '转版提示', en: 'jump line' },
  'page number': { zh: '页码', en: 'page number' },
  'repeated heading': { zh: '重复的标题', en: 'repeated heading' },
  slogan: { zh: '口号', en: 'slogan' },
  'header or footer': { zh: '页眉页脚', en: 'header or footer' },
  'page control': { zh: '网页按钮与导航', en: 'control of a web page' },
  contents: { zh: '目录页', en: 'table of contents' },
  'front matter': { zh: '文件头信息', en: 'front matter' },
}

export const labels: Readonly<Record<Language, Labels>> = { zh: labelsIn('zh'), en: labelsIn('en') }

function labelsIn(language: Language): Labels {
  // The names of formats stand without their English article.
  const names = formatNames.map((format) => [format, recordOf(format).name[language].replace(/^an? /u, '')])
  const inLanguage = <K extends string>(texts: Readonly<Record<K, Bilingual>>) =>
    Object.fromEntries(Object.entries<Bilingual>(texts).map(([key, text]) => [key, text[language]])) as Record<
      K,
      string
    >
  return { formats: Object.fromEntries(names), kinds: inLanguage(kinds), reasons: inLanguage(reasons) }
}
