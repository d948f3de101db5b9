import type { Bilingual, Language } from '../../errors.ts'
import type { Added, UpdateProgress } from '../../library/types.ts'

function zhTime(seconds: number): string {
  return seconds < 60 ? `约 ${Math.max(1, Math.round(seconds))} 秒` : `约 ${Math.round(seconds / 60)} 分钟`
}

const zh = {
  onlyAdminsSend: '我只收管理员发来的文件。想查什么,请直接用文字提问。',
  help: '管理员:把报告文件发给我就能收进来,不用重启;/remove 移除报告 · /status 查看运行情况',
  /** The line of `/help` for admins about web addresses, where those are fetched. */
  linkHelp: '单独发一个网址,我会获取那里的文件或网页并收进报告',
  /** The answer to a web address where the operator has not turned fetching on. */
  linksOff: '没有访问这个网址:收网址的功能没有打开。要打开,请在 .env 里写 ALLOW_LINKS=on,再重新启动。',
  /** The line below a file from an address of which an earlier file is there. */
  earlierVersion: (file: string) => `ℹ️ 同一网址以前收下的 ${file} 还在,可用 /remove 移除`,
  received: (name: string) => `⏳ ${name}:已收到,正在处理`,
  working: (name: string, progress: UpdateProgress): string => `⏳ ${name}:${zh.progress(progress)}`,
  progress: ({ stage, done, total, secondsLeft }: UpdateProgress) =>
    `${stage === 'reading' ? '读取文件' : '建立索引'} ${done}/${total}${secondsLeft === null ? '' : `,还需${zhTime(secondsLeft)}`}`,
  added: (file: string) => `✅ ${file}`,
  found: ({ reports, articles, passages }: Pick<Added, 'reports' | 'articles' | 'passages'>) =>
    `${reports === null ? '' : `${reports} 份报告,`}${articles} 篇文章,${passages} 个段落,已经可以提问`,
  /** The count of members of an archive that cannot be used; the reasons follow. */
  membersRefused: (number: number) => `⚠️ 其中 ${number} 个文件未能使用:`,
  doubtful: (pages: string) => `⚠️ 文字识别没有把握的页:${pages}`,
  /** @param pages the pages that the tables begin on; empty where the format has none */
  uncertainTables: (number: number, pages: string) =>
    `⚠️ 有 ${number} 处表格的列未能确认${pages === '' ? '' : `(页:${pages})`},引用时会注明`,
  emptyPages: (pages: string) => `ℹ️ 没有可引用文字的页:${pages}`,
  moreNotes: (count: number) => `……另有 ${count} 条说明`,
  already: (name: string, file: string) => `ℹ️ ${name}:内容与已有的 ${file} 完全相同,没有重复加入`,
  refused: (name: string, why: string) => `❌ ${name}:${why}`,
  defect: '出了点问题,没有收进报告。请再发一次。',
  takenOut: (file: string) => `↩️ ${file}:已移除`,
  removed: (title: string, file: string) => `↩️ 已移除《${title}》(${file}),不再引用。`,
  putBack: (title: string, file: string) => `✅ 已放回《${title}》(${file})。`,
  /** The same for files that hold several reports, or hold the report inside them. */
  removedWhole: (files: string, reports: number) => `↩️ 已移除 ${files},不再引用(共 ${reports} 份报告)。`,
  putBackWhole: (files: string, reports: number) => `✅ 已放回 ${files}(${reports} 份报告)。`,
  notThere: '这份文件已不在报告文件夹里。',
  goneForGood: '已无法放回,请重新发送文件。',
  removing: '正在移除……',
  puttingBack: '正在放回……',
  askRemove: (title: string, file: string) => `确定要移除《${title}》吗?\n${file}`,
  askRemoveWhole: (title: string, files: string, reports: number) =>
    `《${title}》与别的报告同在一个文件里,只能整个移除:${files}(共 ${reports} 份报告)。确定吗?`,
  nothingRemoved: '没有移除。',
  choose: '请选择要移除的报告:',
  chooseFirst: (shown: number, total: number) =>
    `共有 ${total} 份,先列出 ${shown} 份。请选择要移除的报告,或用「/remove 文件名或标题的一部分」缩小范围:`,
  noMatch: (words: string) => `没有文件名或标题含「${words}」的报告。发送 /reports 查看全部报告。`,
  folderEmpty: '报告文件夹里还没有报告。把文件发给我就能收进来。',
  faults: (count: number) => `⚠️ 有 ${count} 个文件未能使用:`,
  folderFault: '⚠️ 报告文件夹有问题:',
  cleared: '✅ 已恢复正常(能用了,或已移走):',
  theFolder: '报告文件夹',
  fault: (file: string, why: string) => `• ${file}:${why}`,
  moreFaults: (count: number) => `……另有 ${count} 个`,
  buttons: { undo: '↩️ 撤销', putBack: '↪️ 放回', remove: '🗑 移除', cancel: '取消' },
}

/** The texts about files of the reports folder. Callers shorten the names. */
type FileTexts = typeof zh

function enTime(seconds: number): string {
  return seconds < 60 ? `about ${Math.max(1, Math.round(seconds))} s` : `about ${Math.round(seconds / 60)} min`
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`

const en: FileTexts = {
  onlyAdminsSend: 'I take files for the reports from admins only. To look something up, please ask in words.',
  help: 'Admins: send me the file of a report to add it, no restart needed; /remove removes a report · /status tells how I am doing',
  linkHelp: 'Send me a web address, alone in a message, and I fetch the file or page there as a report',
  linksOff:
    'I did not open this address: fetching is turned off. To turn it on, put ALLOW_LINKS=on into .env and start me again.',
  earlierVersion: (file) => `ℹ️ ${file}, fetched from this address before, is still there; /remove removes it`,
  received: (name) => `⏳ ${name}: received, working on it`,
  working: (name, progress) => `⏳ ${name}: ${en.progress(progress)}`,
  progress: ({ stage, done, total, secondsLeft }) =>
    `${stage === 'reading' ? 'reading files' : 'indexing'} ${done}/${total}${secondsLeft === null ? '' : `, ${enTime(secondsLeft)} left`}`,
  added: (file) => `✅ ${file}`,
  found: ({ reports, articles, passages }) =>
    `${reports === null ? '' : `${count(reports, 'report')}, `}${count(articles, 'article')}, ${count(passages, 'passage')}, ready for questions`,
  membersRefused: (number) => `⚠️ ${count(number, 'file')} in it cannot be used:`,
  doubtful: (pages) => `⚠️ Pages where OCR was unsure: ${pages}`,
  uncertainTables: (number, pages) =>
    `⚠️ ${count(number, 'table')} whose columns are uncertain${pages === '' ? '' : ` (pages ${pages})`}; quotes say so`,
  emptyPages: (pages) => `ℹ️ Pages without words to quote: ${pages}`,
  moreNotes: (more) => `… and ${count(more, 'more note')}`,
  already: (name, file) => `ℹ️ ${name}: the same content is there already as ${file}; nothing was added`,
  refused: (name, why) => `❌ ${name}: ${why}`,
  defect: 'something went wrong and it was not added. Please send it again.',
  takenOut: (file) => `↩️ ${file}: removed`,
  removed: (title, file) => `↩️ Removed “${title}” (${file}); it is no longer quoted.`,
  putBack: (title, file) => `✅ “${title}” (${file}) is back.`,
  removedWhole: (files, reports) =>
    `↩️ Removed ${files}; nothing of it is quoted any more (${count(reports, 'report')}).`,
  putBackWhole: (files, reports) => `✅ ${files} is back (${count(reports, 'report')}).`,
  notThere: 'This file is no longer in the reports folder.',
  goneForGood: 'It cannot be put back any more. Please send the file again.',
  removing: 'Removing…',
  puttingBack: 'Putting it back…',
  askRemove: (title, file) => `Really remove “${title}”?\n${file}`,
  askRemoveWhole: (title, files, reports) =>
    `“${title}” can only be removed with the whole file that it lies in: ${files} (${count(reports, 'report')}). Really remove all of it?`,
  nothingRemoved: 'Nothing was removed.',
  choose: 'Choose the report to remove:',
  chooseFirst: (shown, total) =>
    `There are ${total}, here are ${shown}. Choose the report to remove, or narrow the list with /remove and a part of the file's name or title:`,
  noMatch: (words) => `No report has “${words}” in its file's name or title. /reports lists them all.`,
  folderEmpty: 'The reports folder is empty. Send me a file to put it there.',
  faults: (number) => `⚠️ ${count(number, 'file')} cannot be used:`,
  folderFault: '⚠️ Something is wrong with the reports folder:',
  cleared: '✅ No longer at fault (usable now, or gone):',
  theFolder: 'the reports folder',
  fault: (file, why) => `• ${file}: ${why}`,
  moreFaults: (number) => `… and ${number} more`,
  buttons: { undo: '↩️ Undo', putBack: '↪️ Put back', remove: '🗑 Remove', cancel: 'Cancel' },
}

export const fileTexts: Readonly<Record<Language, FileTexts>> = { zh, en }

/** The text for a file that is larger than Telegram hands to bots. */
export function tooLargeText(maxMegabytes: number): Bilingual {
  return {
    zh: `文件太大:Telegram 最多只能传给我 ${maxMegabytes} MB。请拆分后再发,或直接放进报告文件夹。`,
    en: `too large: Telegram hands me files of at most ${maxMegabytes} MB. Split it, or put it into the reports folder directly.`,
  }
}

/** The text for a file that is on this machine's disk and larger than the operator allows. */
export function tooLargeHereText(maxMegabytes: number): Bilingual {
  return {
    zh: `文件太大:上限 ${maxMegabytes} MB。请把它拆成几个文件,或调高 MAX_FILE_MB。`,
    en: `too large: at most ${maxMegabytes} MB. Split it into several files, or raise MAX_FILE_MB.`,
  }
}

/** The text for a file that a Bot API server in local mode keeps where the bot cannot read it. */
export function notSharedText(code: string): Bilingual {
  return {
    zh: `自建的 Bot API 服务器(本地模式)把文件存在机器人读不到的地方(${code})。请让机器人在同样的路径下能读到服务器的工作文件夹,或去掉服务器的 --local。`,
    en: `the Bot API server (in local mode) keeps the file where the bot cannot read it (${code}). Let the bot read the server's working folder under the same path, or run the server without --local.`,
  }
}

export const downloadFailedText: Bilingual = {
  zh: '没能从 Telegram 下载下来。请稍后再发一次。',
  en: 'could not be downloaded from Telegram. Please send it again in a moment.',
}
