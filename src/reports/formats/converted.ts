import type { FormatReader } from '../manuscript.ts'
import { unread } from './faults.ts'
import { convertToPdf, officeProgram } from './officeProgram.ts'
import { readPdf } from './pdf.ts'

const note = { zh: '由 LibreOffice 转换为 PDF 后读取。', en: 'Converted to PDF by LibreOffice, and read so.' }
const advice = {
  zh: '请另存为 PDF 或 .pptx,或在运行机器人的电脑上安装 LibreOffice。',
  en: 'Save it as PDF or .pptx, or install LibreOffice on the computer that runs the bot.',
}

/** Reads presentations of PowerPoint 97 to 2003 as the PDF that LibreOffice makes of them, where it is installed. */
export const readConverted: FormatReader = async (bytes, context) => {
  const program = await officeProgram()
  if (program === null) throw unread(context.file, 'PPT', advice)
  const manuscript = await readPdf(await convertToPdf(program, bytes, '.ppt', context), context)
  return { ...manuscript, notes: [note, ...manuscript.notes] }
}
