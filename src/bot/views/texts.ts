import { type Locale, localized } from '../../answer/locale.ts'
import { answerTexts } from '../../answer/texts.ts'
import { fileTexts } from './fileTexts.ts'
import { standingTexts } from './standingTexts.ts'

const zhAsk = { command: 'ask', description: '提问:/ask 安置房交付了多少套?' }
const zhMore = [
  { command: 'reports', description: '列出报告' },
  { command: 'bell', description: '留意的问题' },
  { command: 'language', description: '选择语言' },
  { command: 'help', description: '使用说明' },
]

const zh = {
  ...answerTexts.zh,
  start:
    '你好,我是问据。直接发来问题,我会从报告里找出原文段落,标出回答的句子并注明出处;报告里没有的,我会如实说没有。\n\n/reports 查看报告 · /help 使用说明',
  help: (username: string) =>
    `私聊:直接发问题,例如「安置房交付了多少套?」\n追问:回复我的回答,例如「那2021年呢?」\n群里:发送 /ask 问题;或回复我的消息;也可以用 /ask 回复别人的消息。\n任何聊天:输入 @${username} 问题,选一条原文插入。\n限定范围:在问题里加标签,例如「#2020 #西城街道 安置房交付了多少套?」。\n简体、繁体、拼音、英文都可以用来提问。\n\n◀ ▶ 看前后段落,「原件」发来报告文件,🖼 发来原件的那一页,「引用」复制带出处的引文。\n🔔 让我一直留意一个问题,新报告答得上时告诉你;/bell 查看、暂停、取消,/bell daily 或 /bell weekly 合成摘要。\n/reports 列出报告(/reports 2020 西城街道 只列一部分)· /language 选择语言\n\n我只引用原文,不改写、不编造。`,
  reportsTitle: (count: number) => `共有 ${count} 份报告:`,
  reportsNarrowed: (count: number, tags: string) => `${tags} 的报告有 ${count} 份:`,
  page: (page: number, of: number) => `第 ${page} / ${of} 页`,
  withheld: (files: string) => `${files} 在建立索引之后被改动或移走,暂不引用。`,
  unreadable: '我只看得懂文字,听不了语音,也看不了贴纸和视频。请把问题用文字发来。',
  narrow: '点一个标签,就只查带这个标签的报告。',
  askNeedsQuestion: '请把问题写在 /ask 后面,例如:/ask 安置房交付了多少套?',
  tooOld: '抱歉,这条问题发来时我不在线,已经过去太久。如果还需要答案,请再发一次。',
  notAllowed: '抱歉,这个机器人只对指定的人和群开放。',
  failed: '抱歉,刚才出了点问题,没有查成。请稍后再问一次。',
  unavailable: '报告索引暂时无法使用,没有查成。管理员会看到提示;请过几分钟再问一次。',
  gone: '这段原文已不在报告里:报告被改动或移走了。请重新提问。',
  noSuchButton: '这个按钮已经失效,请重新提问。',
  endOfArticle: '已到文章尽头。',
  fileTooLarge: '原件太大,无法通过 Telegram 发送。',
  photograph: {
    page: (page: number) => `原件第 ${page} 页`,
    pages: (first: number, last: number, page: number) => `引文在原件第 ${first}–${last} 页,这是第 ${page} 页`,
    card: '按报告文字重新排版,不是原件的影像',
    hash: (digits: string) => `文件 SHA-256:${digits}`,
    /** Answers a press, so at most 200 characters. */
    failed: '这一页画不出来。请打开原件,或阅读引文。',
  },
  limited: (perMinute: number) => `问得有点快:每分钟最多 ${perMinute} 个问题。请稍等一会儿再问。`,
  thanks: '谢谢反馈!',
  whatWasWrong: '哪里不对?',
  chooseLanguage: '请选择语言 / Choose a language:',
  languageChosen: '好的,我在这里说中文。',
  onlyAdminsChoose: '在群里只有管理员可以选择语言。',
  onlyAdmins: '这个命令只供管理员使用。',
  shared: '已分享到群里。',
  buttons: {
    before: '◀ 前一段',
    whole: '全段',
    otherYear: (year: number) => `📅 ${year}年`,
    after: '后一段 ▶',
    source: '📄 原件',
    copy: '📋 引用',
    more: (count: number) => `还有 ${count} 条`,
    nearest: '🔎 最接近的段落',
    again: '✏️ 改一改再问',
    open: '📖 原文',
    share: '📢 让大家都看到',
    photograph: { page: '🖼 原页', card: '🖼 卡片' },
    previousPage: '◀ 上一页',
    nextPage: '下一页 ▶',
    allReports: '全部报告',
    /** Opens the search page; beside the field for messages, so short. */
    search: '查报告',
  },
  verdicts: { wrong: '不是我问的', partial: '没有答全', garbled: '文字有误', outdated: '内容过时' },
  inline: {
    empty: '输入问题,从报告里查原文',
    tooLong: '问题太长:最多 256 个字',
    nothing: '报告里没有答案',
    refine: '✏️ 再查',
    notAllowed: '这个机器人只对指定的人开放',
  },
  group: {
    privacy: (chat: string) =>
      `我已加入「${chat}」。隐私模式开着,我只收得到 /ask、对我的回复和 @ 我的命令;单独的 @ 提及可能收不到。要让我收到全部消息:在 @BotFather 里 /setprivacy 选 Disable,再把我移出并重新加入该群。`,
    muted: (chat: string) => `我在「${chat}」里不能发言,无法回答。请在群设置里允许我发送消息。`,
    ready: (chat: string) => `我已加入「${chat}」,可以用 /ask 提问。`,
    hello: '大家好!用 /ask 加问题查报告原文,例如:/ask 安置房交付了多少套?',
  },
  status: {
    title: '运行情况',
    index: (about: string, reports: number) => `索引:${reports} 份报告,${about}`,
    uptime: (hours: number, minutes: number) => `已运行 ${hours} 小时 ${minutes} 分`,
    answers: (counts: string) => `回答:${counts}`,
    latency: (medianMs: number, p99Ms: number) => `用时:中位 ${medianMs} 毫秒,99% 在 ${p99Ms} 毫秒内`,
    waiting: (count: number) => `等待处理:${count}`,
    events: (counts: string) => `其他:${counts}`,
    feedback: (count: number) => `反馈:${count} 条`,
    update: (progress: string) => `正在更新:${progress}`,
  },
  files: fileTexts.zh,
  standing: standingTexts.zh,
  /** On the bot's page: at most 512 characters, and 120 in short. */
  description:
    '问据从一批报告里找出回答问题的原文段落,标出回答的句子并注明出处;报告里没有的,如实说没有。只引用,不改写。直接发来问题即可。',
  shortDescription: '用报告原文和出处回答问题。',
  /** The commands that clients suggest to everybody, in groups, and to admins. */
  commands: {
    everywhere: [zhAsk, ...zhMore],
    groups: [zhAsk, ...zhMore],
    admins: [
      zhAsk,
      ...zhMore,
      { command: 'status', description: '运行情况' },
      { command: 'remove', description: '移除报告:/remove 文件名或标题的一部分' },
    ],
  },
}

/** Everything that the bot says itself, but no quotes. Chinese gives the type, so that neither language lacks one. */
export type BotTexts = typeof zh

const enAsk = { command: 'ask', description: 'Ask: /ask 安置房交付了多少套?' }
const enMore = [
  { command: 'reports', description: 'List the reports' },
  { command: 'bell', description: 'Questions that I keep asking' },
  { command: 'language', description: 'Choose the language' },
  { command: 'help', description: 'How to use this bot' },
]

const en: BotTexts = {
  ...answerTexts.en,
  start:
    'Hello, I am Wenju. Send me a question and I will quote the passage of the reports that answers it, mark the answering sentence and name the source. Where the reports hold no answer, I say so.\n\n/reports lists the reports · /help tells more',
  help: (username) =>
    `In private: just send a question, for example 安置房交付了多少套?\nFollow up: reply to my answer, for example 那2021年呢?\nIn groups: send /ask and the question, reply to one of my messages, or reply /ask to somebody's message.\nIn any chat: type @${username} and the question, and pick a quote to insert.\nNarrow down: add tags to the question, for example #2020 #西城街道 安置房交付了多少套?\nAsk in English, in Chinese of either script, or in pinyin; quotes stay as the reports have them.\n\n◀ ▶ show the paragraphs around, Original sends the report's file, 🖼 sends its page, Cite copies the quote with its source.\n🔔 has me keep a question and tell you when a new report answers; /bell lists, pauses and ends, /bell daily or /bell weekly gathers.\n/reports lists the reports (/reports 2020 西城街道 some of them) · /language chooses the language\n\nI only quote, I never rephrase or make things up.`,
  reportsTitle: (count) => (count === 1 ? 'There is one report:' : `There are ${count} reports:`),
  reportsNarrowed: (count, tags) => `${count === 1 ? 'One report' : `${count} reports`} with ${tags}:`,
  page: (page, of) => `Page ${page} of ${of}`,
  withheld: (files) => `Not quoted for now, as changed or gone since indexing: ${files}.`,
  unreadable: 'I read text only, no voice messages, stickers or videos. Please send your question in words.',
  narrow: 'Press a tag to search only the reports that have it.',
  askNeedsQuestion: 'Write the question after /ask, for example: /ask 安置房交付了多少套?',
  tooOld: 'Sorry, your question came while I was away, too long ago. If you still need the answer, send it again.',
  notAllowed: 'Sorry, this bot only serves certain people and groups.',
  failed: 'Sorry, something went wrong and I could not look it up. Please ask again in a moment.',
  unavailable:
    'The index of the reports cannot be used for the moment. The admins can see it; please ask again in a few minutes.',
  gone: 'These words are no longer in the reports: the report was changed or removed. Please ask again.',
  noSuchButton: 'This button no longer works. Please ask again.',
  endOfArticle: 'This is the end of the article.',
  fileTooLarge: 'The original is too large for Telegram.',
  photograph: {
    page: (page) => `Page ${page} of the original`,
    pages: (first, last, page) => `The quote stands on pages ${first}–${last} of the original; this is page ${page}`,
    card: 'Typeset anew from the words of the report; not an image of it',
    hash: (digits) => `SHA-256 of the file: ${digits}`,
    failed: 'This page cannot be drawn. Open the original, or read the quote.',
  },
  limited: (perMinute) => `That is a little fast: at most ${perMinute} questions a minute. Please wait a moment.`,
  thanks: 'Thank you!',
  whatWasWrong: 'What was wrong?',
  chooseLanguage: '请选择语言 / Choose a language:',
  languageChosen: 'Fine, I speak English here.',
  onlyAdminsChoose: 'In a group only its admins can choose the language.',
  onlyAdmins: 'This command is for admins only.',
  shared: 'Shared with the group.',
  buttons: {
    before: '◀ Before',
    whole: 'In full',
    otherYear: (year: number) => `📅 ${year}`,
    after: 'After ▶',
    source: '📄 Original',
    copy: '📋 Cite',
    more: (count) => `${count} more`,
    nearest: '🔎 Nearest passages',
    again: '✏️ Ask again',
    open: '📖 Open',
    share: '📢 Share with everyone',
    photograph: { page: '🖼 Page', card: '🖼 Card' },
    previousPage: '◀ Previous',
    nextPage: 'Next ▶',
    allReports: 'All reports',
    search: 'Search',
  },
  verdicts: {
    wrong: 'Not what I asked',
    partial: 'Incomplete',
    garbled: 'The text is garbled',
    outdated: 'Out of date',
  },
  inline: {
    empty: 'Type a question to search the reports',
    tooLong: 'Too long: at most 256 characters',
    nothing: 'The reports do not answer this',
    refine: '✏️ Search again',
    notAllowed: 'This bot only serves certain people',
  },
  group: {
    privacy: (chat) =>
      `I joined “${chat}”. Privacy mode is on: I hear /ask, replies to me and commands with my name there; a bare @mention may not reach me. To let me hear everything, send /setprivacy to @BotFather, choose Disable, then remove me from the group and add me again.`,
    muted: (chat) =>
      `I may not write in “${chat}” and cannot answer there. Please allow me to send messages in the group's settings.`,
    ready: (chat) => `I joined “${chat}”. Ask there with /ask.`,
    hello: 'Hello! Send /ask and a question to look things up in the reports, for example: /ask 安置房交付了多少套?',
  },
  status: {
    title: 'Status',
    index: (about, reports) => `Index: ${reports} reports, ${about}`,
    uptime: (hours, minutes) => `Up for ${hours} h ${minutes} min`,
    answers: (counts) => `Answers: ${counts}`,
    latency: (medianMs, p99Ms) => `Time: median ${medianMs} ms, 99 % within ${p99Ms} ms`,
    waiting: (count) => `Waiting: ${count}`,
    events: (counts) => `Also: ${counts}`,
    feedback: (count) => `Feedback: ${count}`,
    update: (progress) => `Updating: ${progress}`,
  },
  files: fileTexts.en,
  standing: standingTexts.en,
  description:
    'Wenju finds the passage of the reports that answers a question, marks the answering sentence and names the source. Where the reports hold no answer, it says so. It quotes and never rephrases. Just send a question.',
  shortDescription: 'Answers questions with verbatim quotes of the reports and their sources.',
  commands: {
    everywhere: [enAsk, ...enMore],
    groups: [enAsk, ...enMore],
    admins: [
      enAsk,
      ...enMore,
      { command: 'status', description: 'How the bot is doing' },
      { command: 'remove', description: "Remove a report: /remove and a part of its file's name or title" },
    ],
  },
}

export const botTexts: Readonly<Record<Locale, BotTexts>> = localized({ zh, en })
