import type { FormatReader } from '../manuscript.ts'
import { unread } from './faults.ts'
import { convertToOdp, officeProgram } from './officeProgram.ts'
import { readPresentation } from './presentation.ts'
import { manuscriptOf } from './text.ts'

const note = { zh: '由 LibreOffice 转换后读取。', en: 'Read as LibreOffice converted it.' }
const advice = {
  zh: '请另存为 PDF 或 .pptx,或在运行机器人的电脑上安装 LibreOffice。',
  en: 'Save it as PDF or .pptx, or install LibreOffice on the computer that runs the bot.',
}

/**
 * Reads presentations of PowerPoint 97 to 2003 as the ODP that LibreOffice makes of them, where it is installed. A PDF would hold
 * wrong characters where the computer lacks a font.
 */
export const readConverted: FormatReader = async (bytes, context) => {
  const program = await officeProgram()
  if (program === null) throw unread(context.file, 'PPT', advice)
  // LibreOffice takes seconds to make a presentation without slides of an empty file.
  if (bytes.length === 0) return manuscriptOf('')
  const manuscript = await readPresentation(await convertToOdp(program, bytes, '.ppt', context), context)
  return { ...manuscript, notes: [note, ...manuscript.notes] }
}
