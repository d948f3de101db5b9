import type { Bilingual } from '../errors.ts'
import type { ReportFile } from './file.ts'

/** A note lists this many names at most; the others are counted. */
const maxNames = 5

/** The notes on how a folder was read, one for each kind of thing. */
export function folderNotes(found: {
  readonly files: readonly ReportFile[]
  readonly savedPages: readonly string[]
  readonly unknown: readonly string[]
}): Bilingual[] {
  const { savedPages, unknown } = found
  const copies = found.files.flatMap(({ file, copies = [] }) => copies.map((copy) => `${copy} = ${file}`))
  const notes: Bilingual[] = []
  if (copies.length > 0) {
    notes.push({
      zh: `有 ${copies.length} 个文件与另一个文件内容相同,算作同一份报告:${listed(copies, '、')}。`,
      en: `Files with the content of another one, which are the same report (${copies.length}): ${listed(copies, ', ')}.`,
    })
  }
  if (savedPages.length > 0) {
    notes.push({
      zh: `有 ${savedPages.length} 个文件夹是保存网页时附带的,其中的文件不当作报告:${listed(savedPages, '、')}。`,
      en: `Folders that belong to saved web pages, whose files are not read as reports (${savedPages.length}): ${listed(savedPages, ', ')}.`,
    })
  }
  if (unknown.length > 0) {
    notes.push({
      zh: `有 ${unknown.length} 个文件从名称和内容都看不出是报告,已略过:${listed(unknown, '、')}。`,
      en: `Files that are no reports by name or content, which are passed over (${unknown.length}): ${listed(unknown, ', ')}.`,
    })
  }
  return notes
}

function listed(names: readonly string[], mark: string): string {
  const shown = names.slice(0, maxNames).join(mark)
  return names.length > maxNames ? `${shown} …` : shown
}
