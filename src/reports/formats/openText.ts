import type { FormatReader } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { statedProperties } from './documentProperties.ts'
import { unreadEquations } from './equations.ts'
import { damaged } from './faults.ts'
import { parsePage } from './html.ts'
import { elementMarkup } from './markup.ts'
import { openFile } from './openFile.ts'
import { type OpenBlock, OpenMarkup } from './openMarkup.ts'
import { ManuscriptWriter } from './writer.ts'

/**
 * Reads text documents of OpenDocument (ODT, OTT, flat FODT) as they stand after all tracked changes, with foot- and endnotes at
 * the end. They have no pages, as the format does not store where pages end.
 */
export const readOpenText: FormatReader = async (bytes, context) => {
  const { content, styles, objects, properties } = await openFile(bytes, 'office:text', context)
  const writer = new ManuscriptWriter()
  const unread = writeBlocks(writer, parsePage(markupOf()).body)
  const { text, lines } = writer
  const stated = statedProperties(properties, text)
  return { text, lines, pages: [], doubtful: [], stated, notes: unreadEquations(unread) }

  function markupOf(): string {
    try {
      const reader = new OpenMarkup(styles, objects)
      const blocks = reader.blocks(content)
      return [...blocks, ...reader.notes].map(blockMarkup).join('')
    } catch (cause) {
      throw damaged(context.file, cause)
    }
  }
}

function blockMarkup({ kind, markup, tag }: OpenBlock): string {
  return kind === 'table' ? markup : elementMarkup(tag, markup)
}
