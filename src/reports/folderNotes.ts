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
  const copies = found.files.flatMap(({ file, copies = [] }) => copies.map((copy) => `${copy} = ${file}`))
  return [
    ...noteOn(
      copies,
      '个文件与另一个文件内容相同,算作同一份报告',
      'Files with the content of another one, which are the same report',
    ),
    ...noteOn(
      found.savedPages,
      '个文件夹是保存网页时附带的,其中的文件不当作报告',
      'Folders that belong to saved web pages, whose files are not read as reports',
    ),
    ...noteOn(
      found.unknown,
      '个文件从名称和内容都看不出是报告,已略过',
      'Files that are no reports by name or content, which are passed over',
    ),
  ]
}

/** The note that counts and lists some things; none where there are none. */
function noteOn(names: readonly string[], zh: string, en: string): Bilingual[] {
  const { length } = names
  const listed = (mark: string) => names.slice(0, maxNames).join(mark) + (length > maxNames ? ' …' : '')
  return length === 0 ? [] : [{ zh: `有 ${length} ${zh}:${listed('、')}。`, en: `${en} (${length}): ${listed(', ')}.` }]
}
