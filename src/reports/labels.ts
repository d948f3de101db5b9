import type { Language } from '../errors.ts'
import type { AnnotationKind } from './annotations.ts'
import type { Dropped, Format } from './types.ts'

/** The names by which people know formats, the parts of a report and the reasons for leaving something out. */
export interface Labels {
  readonly formats: Readonly<Record<Format, string>>
  readonly kinds: Readonly<Record<AnnotationKind, string>>
  readonly reasons: Readonly<Record<Dropped['reason'], string>>
}

export const labels: Readonly<Record<Language, Labels>> = {
  zh: {
    formats: {
      text: '纯文本',
      markdown: 'Markdown',
      html: '网页',
      docx: 'Word 文档',
      table: '表格',
      pdf: 'PDF',
      image: '图片',
    },
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
    formats: {
      text: 'plain text',
      markdown: 'Markdown',
      html: 'web page',
      docx: 'Word document',
      table: 'table',
      pdf: 'PDF',
      image: 'picture',
    },
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
