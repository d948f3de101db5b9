import type { Language } from '../errors.ts'
import type { PartKind } from './annotations.ts'
import type { Dropped, Format } from './types.ts'

/** The words in which an inspection is told. */
export interface Words {
  readonly kinds: Readonly<Record<PartKind, string>>
  readonly reasons: Readonly<Record<Dropped['reason'], string>>
  readonly formats: Readonly<Record<Format, string>>
  readonly article: (number: number) => string
  readonly paragraph: (number: number) => string
  readonly page: (number: number) => string
  readonly pages: (count: number) => string
  readonly noHeadline: string
  readonly furniture: string
  readonly doubtful: string
  readonly uncertainTable: string
  readonly emptyPages: string
  readonly seam: string
  readonly format: string
  readonly note: string
  readonly outline: string
  readonly legend: string
  readonly metadata: Readonly<Record<string, string>>
  /** A year that the report does not state, marked as inferred, with the words that it was inferred from. */
  readonly inferred: (year: number, evidence: string) => string
}

const zh: Words = {
  kinds: {
    ...{ headline: '标题', kicker: '引题', byline: '署名', section: '小标题', paragraph: '段落', dropped: '略去' },
  },
  reasons: {
    ...{ 'stray mark': '零散符号', picture: '图片', 'jump line': '转版提示', 'page number': '页码' },
    ...{ 'repeated heading': '重复的标题', slogan: '口号', 'header or footer': '页眉页脚' },
    ...{ 'page control': '网页按钮与导航', contents: '目录页', 'front matter': '文件头信息' },
  },
  formats: {
    ...{
      text: '纯文本',
      markdown: 'Markdown',
      html: '网页',
      docx: 'Word 文档',
      table: '表格',
      pdf: 'PDF',
      image: '图片',
    },
  },
  article: (number) => `文章 ${number}`,
  paragraph: (number) => `第 ${number} 段`,
  page: (number) => `第 ${number} 页`,
  pages: (count) => `${count} 页`,
  noHeadline: '(无标题)',
  furniture: '不进入段落的版面零件:',
  doubtful: '识别存疑',
  uncertainTable: '列未能确认的表格',
  emptyPages: '没有可引用文字的页',
  seam: '断句拼合处',
  format: '格式',
  note: '说明',
  outline: '目录',
  legend: '图例',
  metadata: {
    title: '题名',
    publisher: '发布者',
    district: '地区',
    date: '日期',
    period: '时段',
    inferredYear: '年份',
  },
  inferred: (year, evidence) => `${year}(推断,依据「${evidence}」)`,
}

const en: Words = {
  kinds: {
    ...{ headline: 'headline', kicker: 'kicker', byline: 'byline', section: 'section', paragraph: 'paragraph' },
    dropped: 'left out',
  },
  reasons: {
    ...{ 'stray mark': 'stray mark', picture: 'picture', 'jump line': 'jump line', 'page number': 'page number' },
    ...{ 'repeated heading': 'repeated heading', slogan: 'slogan', 'header or footer': 'header or footer' },
    ...{ 'page control': 'control of a web page', contents: 'table of contents', 'front matter': 'front matter' },
  },
  formats: {
    ...{
      text: 'plain text',
      markdown: 'Markdown',
      html: 'web page',
      docx: 'Word document',
      table: 'table',
      pdf: 'PDF',
    },
    image: 'picture',
  },
  article: (number) => `article ${number}`,
  paragraph: (number) => `paragraph ${number}`,
  page: (number) => `page ${number}`,
  pages: (count) => (count === 1 ? '1 page' : `${count} pages`),
  noHeadline: '(no headline)',
  furniture: 'Page furniture, in no passage:',
  doubtful: 'read with doubt',
  uncertainTable: 'table whose columns are uncertain',
  emptyPages: 'pages without words to quote',
  seam: 'torn halves joined',
  format: 'format',
  note: 'note',
  outline: 'Outline',
  legend: 'Legend',
  metadata: {
    ...{ title: 'title', publisher: 'publisher', district: 'district', date: 'date', period: 'period' },
    inferredYear: 'year',
  },
  inferred: (year, evidence) => `${year} (inferred, from “${evidence}”)`,
}

export const wordsOf = (language: Language): Words => (language === 'zh' ? zh : en)
