import { type Bilingual, ReportError } from '../../errors.ts'

/** The fault of a document under a password. */
export function locked(file: string): ReportError {
  return new ReportError({
    zh: `${file}:文件有密码保护,无法读取。请去掉密码后重新保存。`,
    en: `${file}: expected an open document, found one under a password. Save it without the password.`,
  })
}

/** The fault of a document that no reader reads. @param kind as people call it (`RTF`); empty where it has no name */
export function unread(file: string, kind: string, advice: Bilingual): ReportError {
  const shown = kind === '' ? { zh: '此类', en: 'such' } : { zh: ` ${kind} `, en: kind }
  return new ReportError({
    zh: `${file}:无法读取${shown.zh}文件。${advice.zh}`,
    en: `${file}: ${shown.en} files cannot be read. ${advice.en}`,
  })
}

/** The fault of an office file that its library cannot read. */
export function damaged(file: string, cause: unknown): ReportError {
  const text = {
    zh: `${file}:文件已损坏或不完整,无法读取。请用办公软件打开并重新保存,或把它移出报告文件夹。`,
    en: `${file}: expected a whole document, found a damaged or incomplete one. Open it in an office program and save it again, or move it out of the reports folder.`,
  }
  return new ReportError(text, { cause })
}
