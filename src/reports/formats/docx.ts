import mammoth from 'mammoth'
import { bare } from '../../text/normalize.ts'
import type { Reader } from '../manuscript.ts'
import type { Metadata } from '../types.ts'
import { type HtmlNode, writeBlocks } from './blocks.ts'
import { parsePage } from './html.ts'
import { ManuscriptWriter } from './writer.ts'
import { damaged, unpackOffice } from './zip.ts'

const styles = [
  ...['Title', '标题'].map((style) => `p[style-name='${style}'] => h1:fresh`),
  ...['Subtitle', '副标题'].map((style) => `p[style-name='${style}'] => h2:fresh`),
  ...[1, 2, 3, 4, 5, 6].map((level) => `p[style-name='标题 ${level}'] => h${level}:fresh`),
  // A table of contents says nothing that the headings do not.
  ...[1, 2, 3, 4, 5].map((level) => `p[style-name='toc ${level}'] => !`),
]

/** Reads Word documents: the text as it stands after all tracked changes; Word does not keep where pages end. */
export const readDocx: Reader = async (bytes, reading) => {
  const parts = await unpackOffice(bytes, reading)
  let body: HtmlNode
  try {
    const buffer = await parts.generateAsync({ type: 'nodebuffer' })
    const noPicture = mammoth.images.imgElement(async () => ({ src: '' }))
    const { value } = await mammoth.convertToHtml({ buffer }, { styleMap: styles, convertImage: noPicture })
    body = parsePage(value).body
  } catch (cause) {
    throw damaged(reading.file, cause)
  }
  const writer = new ManuscriptWriter()
  writeBlocks(writer, body, isNoteMark)
  const { text, lines } = writer
  const core = (await parts.file('docProps/core.xml')?.async('string')) ?? ''
  return { format: 'docx', text, lines, pages: [], doubtful: [], stated: statedIn(core, text), notes: [] }
}

/** The number of a foot note and the arrow back from it are links that only lead to one another. */
function isNoteMark(element: HtmlNode): boolean {
  return element.localName === 'a' && /^#(?:foot|end)note-/u.test(element.getAttribute('href') ?? '')
}

/** The title among the file's properties; Word keeps that of the document it was once copied from, so the text must hold it. */
function statedIn(core: string, text: string): Partial<Metadata> {
  const stated = /<dc:title>([^<]*)<\/dc:title>/u.exec(core)?.[1] ?? ''
  const title = (parsePage(stated).body.textContent ?? '').trim()
  return title !== '' && title.length <= 200 && bare(text).includes(bare(title)) ? { title } : {}
}
