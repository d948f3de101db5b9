import { type Locale, localized } from '../answer/locale.ts'
import { type AnswerTexts, answerTexts } from '../answer/texts.ts'
import { type Labels, labels } from '../reports/labels.ts'

/** The reason why a visitor is not let in: they showed nothing, or something too old, forged or used up, or may not read. */
export type RefusalReason = 'absent' | 'invalid' | 'forbidden'

/** The names of the parts of a report that are shown one at a time. */
export interface Naming {
  readonly all: string
  readonly one: (number: number, of: number) => string
  readonly previous: string
  readonly next: string
}

/** The texts of the pages themselves. The type sees to it that both languages are complete. */
export interface WebTexts extends AnswerTexts, Labels {
  readonly name: string
  readonly tagline: string
  readonly skip: string
  readonly otherLanguage: string
  readonly home: string
  readonly back: string
  readonly inTelegram: string
  readonly search: {
    readonly label: string
    readonly placeholder: string
    readonly submit: string
    readonly keys: string
    readonly results: string
    readonly found: (count: number) => string
    readonly nearest: string
    readonly filters: string
    readonly year: string
    readonly district: string
    readonly report: string
    readonly allReports: string
    readonly remove: (tag: string) => string
    readonly working: string
    readonly failed: string
    withheld(files: string): string
  }
  readonly list: {
    readonly title: (count: number) => string
    readonly none: string
    readonly page: (number: number, of: number) => string
    readonly previous: string
    readonly next: string
  }
  readonly report: {
    readonly contents: string
    readonly view: string
    /** The ways in which a report is shown. */
    readonly views: Readonly<
      Record<'restored' | 'original' | 'page', { readonly name: string; readonly about: string }>
    >
    readonly download: string
    readonly notes: string
    readonly noHeadline: string
    readonly continued: string
    readonly partNaming: Naming
    readonly pageNaming: Naming
    readonly neighbours: string
    readonly previousArticle: string
    readonly nextArticle: string
    readonly page: (number: number) => string
    readonly paragraph: (number: number) => string
    readonly line: (number: number) => string
    readonly goesOn: (line: number) => string
    readonly goesOnFrom: (line: number) => string
    readonly joined: string
    readonly doubtful: string
    readonly uncertainTable: string
    readonly searchHere: string
  }
  readonly quote: {
    readonly title: string
    readonly selection: string
    readonly copyLink: string
    readonly copyCitation: string
    readonly toQuote: string
    readonly close: string
    readonly copied: string
    readonly copyByHand: string
    readonly checking: string
    readonly gone: string
    readonly notText: string
    readonly failed: string
  }
  readonly metadata: Readonly<Record<'publisher' | 'district' | 'date' | 'period' | 'format' | 'pages', string>>
  readonly faults: {
    readonly notFound: string
    readonly changed: string
    readonly failed: string
    readonly unavailable: string
    readonly busy: string
    readonly notDrawn: string
  }
  readonly refusal: Readonly<Record<RefusalReason, { readonly title: string; readonly text: string }>> & {
    readonly waiting: string
    readonly open: string
  }
}

const zh: WebTexts = {
  ...answerTexts.zh,
  name: '问据',
  tagline: '只引原文,句句有据',
  skip: '跳到正文',
  otherLanguage: 'English',
  home: '问据:全部报告与搜索',
  back: '返回搜索',
  inTelegram: '在 Telegram 里提问',
  search: {
    label: '向报告提问',
    placeholder: '安置房交付了多少套?',
    submit: '搜索',
    keys: '按 / 输入,↑ ↓ 选择,Enter 打开,Esc 清空',
    results: '搜索结果',
    found: (count) => `${count} 段原文`,
    nearest: '看看最接近的段落',
    filters: '筛选报告',
    year: '年份',
    district: '地区',
    report: '报告',
    allReports: '全部报告',
    remove: (tag) => `取消筛选:${tag}`,
    working: '正在查找……',
    failed: '没有查成。请检查网络,稍后再试。',
    withheld: (files) => `${files} 在建立索引之后被改动或移走,暂不引用。`,
  },
  list: {
    title: (count) => `${count} 份报告`,
    none: '还没有报告。',
    page: (number, of) => `第 ${number} / ${of} 页`,
    previous: '上一页',
    next: '下一页',
  },
  report: {
    contents: '目录',
    view: '显示方式',
    views: {
      restored: { name: '还原文本', about: '断行与转版已接回,页眉页码等已略去。' },
      original: { name: '原始行', about: '文件里的每一行,标出接回之处和略去的内容。' },
      page: { name: '原页', about: '文件里的页面,红框内为引文;文字可以选取。' },
    },
    download: '下载原件',
    notes: '说明',
    noHeadline: '(无标题)',
    continued: '接上一部分',
    partNaming: {
      all: '分部分阅读',
      one: (number, of) => `第 ${number} / ${of} 部分`,
      previous: '上一部分',
      next: '下一部分',
    },
    pageNaming: {
      all: '分页阅读',
      one: (number, of) => `第 ${number} / ${of} 页`,
      previous: '上一页',
      next: '下一页',
    },
    neighbours: '相邻文章',
    previousArticle: '上一篇',
    nextArticle: '下一篇',
    page: (number) => `第 ${number} 页`,
    paragraph: (number) => `第 ${number} 段`,
    line: (number) => `第 ${number} 行`,
    goesOn: (line) => `下接第 ${line} 行`,
    goesOnFrom: (line) => `上接第 ${line} 行`,
    joined: '与上一行相接',
    doubtful: '识别存疑,文字可能有误',
    uncertainTable: '表格的列未能确认,数字属于哪一列请看原件',
    searchHere: '在这份报告里搜索',
  },
  quote: {
    title: '引文',
    selection: '选中的文字',
    copyLink: '复制链接',
    copyCitation: '复制引文',
    toQuote: '回到引文',
    close: '关闭',
    copied: '已复制',
    copyByHand: '无法自动复制,请长按或按 Ctrl+C 复制:',
    checking: '正在核对原文……',
    gone: '这段原文已不在报告里:报告被改动或移走了。请重新搜索。',
    notText: '这段选择无法引用:请选择报告正文里的文字,不超过 4000 字。',
    failed: '没有核对成。请检查网络,稍后再试。',
  },
  metadata: { publisher: '发布者', district: '地区', date: '日期', period: '时段', format: '格式', pages: '页数' },
  ...labels.zh,
  faults: {
    notFound: '没有这份报告:它可能已改名或移走。请从目录里找。',
    changed: '这份报告的文件刚刚被改动,正在重新收录。请过一会儿刷新。',
    failed: '出了点问题,没有打开。请稍后再试。',
    unavailable: '报告索引暂时无法使用。请过几分钟再试。',
    busy: '正在绘制的页面太多。请稍候再刷新。',
    notDrawn: '这一页画不出来。请下载原件查看。',
  },
  refusal: {
    absent: { title: '请从 Telegram 打开', text: '这些报告只对指定的人和群开放。请在机器人的回答里点「原文」打开。' },
    invalid: { title: '链接已失效', text: '这个链接过期、用过或不完整。请回到机器人,重新点一次按钮。' },
    forbidden: { title: '没有权限', text: '这些报告只对指定的人和群开放。需要查看的话,请联系管理员。' },
    waiting: '正在确认身份……',
    open: '打开机器人',
  },
}

const en: WebTexts = {
  ...answerTexts.en,
  name: 'Wenju',
  tagline: 'verbatim quotes, each with its source',
  skip: 'Skip to the text',
  otherLanguage: '中文',
  home: 'Wenju: all reports and search',
  back: 'Back to search',
  inTelegram: 'Ask in Telegram',
  search: {
    label: 'Ask the reports',
    placeholder: '安置房交付了多少套?',
    submit: 'Search',
    keys: '/ to type, ↑ ↓ to choose, Enter to open, Esc to clear',
    results: 'Results',
    found: (count) => (count === 1 ? '1 passage' : `${count} passages`),
    nearest: 'Show the nearest passages',
    filters: 'Narrow the reports',
    year: 'Year',
    district: 'District',
    report: 'Report',
    allReports: 'All reports',
    remove: (tag) => `Remove the filter ${tag}`,
    working: 'Searching …',
    failed: 'The search failed. Check the connection and try again later.',
    withheld: (files) => `${files} changed or vanished after indexing and cannot be quoted for now.`,
  },
  list: {
    title: (count) => (count === 1 ? '1 report' : `${count} reports`),
    none: 'There are no reports yet.',
    page: (number, of) => `Page ${number} of ${of}`,
    previous: 'Previous page',
    next: 'Next page',
  },
  report: {
    contents: 'Contents',
    view: 'View',
    views: {
      restored: { name: 'Restored text', about: 'Torn lines and jumps are joined again; page furniture is left out.' },
      original: {
        name: 'Original lines',
        about: 'Every line of the file, with what was joined and what was left out.',
      },
      page: { name: 'Page', about: 'The page of the file, with the quote framed; its words can be selected.' },
    },
    download: 'Download the original',
    notes: 'Notes',
    noHeadline: '(no headline)',
    continued: 'continued',
    partNaming: {
      all: 'Parts',
      one: (number, of) => `Part ${number} of ${of}`,
      previous: 'Previous part',
      next: 'Next part',
    },
    pageNaming: {
      all: 'Pages',
      one: (number, of) => `Page ${number} of ${of}`,
      previous: 'Previous page',
      next: 'Next page',
    },
    neighbours: 'Neighbouring articles',
    previousArticle: 'Previous article',
    nextArticle: 'Next article',
    page: (number) => `Page ${number}`,
    paragraph: (number) => `Paragraph ${number}`,
    line: (number) => `Line ${number}`,
    goesOn: (line) => `goes on at line ${line}`,
    goesOnFrom: (line) => `from line ${line}`,
    joined: 'joined to the line above',
    doubtful: 'read with doubt, may be wrong',
    uncertainTable: 'a table whose columns are uncertain; see the original for what each figure is',
    searchHere: 'Search in this report',
  },
  quote: {
    title: 'Quote',
    selection: 'Selected text',
    copyLink: 'Copy link',
    copyCitation: 'Copy citation',
    toQuote: 'Back to the quote',
    close: 'Close',
    copied: 'Copied',
    copyByHand: 'Copying is blocked here. Copy it by hand:',
    checking: 'Checking the words …',
    gone: 'These words are in the report no more: it was changed or moved. Please search again.',
    notText: 'This cannot be quoted: select words of the report itself, at most 4,000 characters.',
    failed: 'The check failed. Look at the connection and try again later.',
  },
  metadata: {
    publisher: 'Publisher',
    district: 'District',
    date: 'Date',
    period: 'Period',
    format: 'Format',
    pages: 'Pages',
  },
  ...labels.en,
  faults: {
    notFound: 'There is no such report: it may have been renamed or moved. Look for it in the list.',
    changed: 'The file of this report has just changed and is being read again. Reload in a while.',
    failed: 'Something went wrong and the page did not open. Try again later.',
    unavailable: 'The index of the reports cannot be used for now. Try again in a few minutes.',
    busy: 'Too many pages are being drawn. Reload in a moment.',
    notDrawn: 'This page cannot be drawn. Download the original instead.',
  },
  refusal: {
    absent: {
      title: 'Open this from Telegram',
      text: 'These reports are open to certain people and groups only. Use the source button under an answer of the bot.',
    },
    invalid: {
      title: 'This link does not hold any more',
      text: 'It is too old, used up or incomplete. Go back to the bot and press the button again.',
    },
    forbidden: {
      title: 'No access',
      text: 'These reports are open to certain people and groups only. Ask an admin if you need to read them.',
    },
    waiting: 'Checking who you are …',
    open: 'Open the bot',
  },
}

/** The texts by the visitor's locale. Those in Traditional characters need OpenCC's tables, which `withTraditionalTexts` loads. */
export const webTexts: Readonly<Record<Locale, WebTexts>> = localized({ zh, en })
