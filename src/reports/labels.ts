import type { Language } from '../errors.ts'
import type { AnnotationKind } from './annotations.ts'
import { type Format, formatNames, recordOf } from './formats/formats.ts'
import type { DropReason } from './lines.ts'

/** The names by which people know formats, the parts of a report and the reasons for leaving something out. */
export interface Labels {
  readonly formats: Readonly<Record<Format, string>>
  readonly kinds: Readonly<Record<AnnotationKind, string>>
  readonly reasons: Readonly<Record<DropReason, string>>
}

export const labels: Readonly<Record<Language, Labels>> = {
  zh: {
    formats: formatLabels('zh'),
    kinds: {
      headline: '标题',
      kicker: '引题',
      byline: '署名',
      section: '小标题',
      paragraph: '段落',
      dropped: '略去',
    },
    reasons: {
      'stray mark': '零散符号',
      picture: '图片',
      'jump line': '转版提示',
      'page number': '页码',
      'repeated heading': '重复的标题',
      slogan: '口号',
      'header or footer': '页眉页脚',
      'page control': '网页按钮与导航',
      contents: '目录页',
      'front matter': '文件头信息',
    },
  },
  en: {
    formats: formatLabels('en'),
    kinds: {
      headline: 'headline',
      kicker: 'kicker',
      byline: 'byline',
      section: 'section',
      paragraph: 'paragraph',
      dropped: 'left out',
    },
    reasons: {
      'stray mark': 'stray mark',
      picture: 'picture',
      'jump line': 'jump line',
      'page number': 'page number',
      'repeated heading': 'repeated heading',
      slogan: 'slogan',
      'header or footer': 'header or footer',
      'page control': 'control of a web page',
      contents: 'table of contents',
      'front matter': 'front matter',
    },
  },
}

/** The names of formats without their English article. */
function formatLabels(language: Language): Labels['formats'] {
  const named = formatNames.map((format) => [format, recordOf(format).name[language].replace(/^an? /u, '')])
  return Object.fromEntries(named) as Labels['formats']
}
