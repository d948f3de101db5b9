import type { Bilingual } from '../../errors.ts'
import type { FormatReader, ReadContext } from '../manuscript.ts'
import { propertiesIn, statedProperties } from './documentProperties.ts'
import type { SlideTally } from './drawingText.ts'
import { unreadEquations } from './equations.ts'
import { damaged } from './faults.ts'
import { examine } from './fileBytes.ts'
import { officeParts } from './officeParts.ts'
import { readOfficeSlides } from './officeSlides.ts'
import { openFile } from './openFile.ts'
import { readOpenSlides } from './openSlides.ts'
import { hiddenSlides, type Slide, writeSlides } from './slides.ts'
import type { XmlElement } from './wordXml.ts'
import { ManuscriptWriter } from './writer.ts'
import { unpackOffice } from './zip.ts'

/**
 * Reads presentations (PPTX, ODP), each slide as a page: its title as a heading, its shapes in reading order, and the speaker's
 * notes behind a sign. What layouts and masters hold is not read.
 */
export const readPresentation: FormatReader = async (bytes, context) => {
  const tally: SlideTally = { unread: 0, damaged: [] }
  const isOffice = examine(bytes).zip?.holds('ppt/') ?? false
  const { slides: all, properties } = await (isOffice ? openOffice(bytes, context, tally) : openOpen(bytes, context))
  const slides = all.slice(0, context.limits.pages)
  const writer = new ManuscriptWriter()
  const unread = tally.unread + writeSlides(writer, slides, context)
  const { text, lines, pages } = writer
  const left = [...hiddenSlides(slides), ...damagedSlides(tally.damaged), ...cutOff(slides.length, all.length)]
  const notes = [...left, ...unreadEquations(unread)]
  return { text, lines, pages, doubtful: [], stated: statedProperties(properties, text), notes }
}

/** The slides of a presentation and the element that holds the file's properties. */
interface OpenPresentation {
  readonly slides: readonly Slide[]
  readonly properties: XmlElement | null
}

async function openOffice(bytes: Uint8Array, context: ReadContext, tally: SlideTally): Promise<OpenPresentation> {
  const zip = await unpackOffice(bytes, context)
  const properties = propertiesIn(await zip.file('docProps/core.xml')?.async('string'))
  try {
    return { slides: await readOfficeSlides(officeParts(zip), context, tally), properties }
  } catch (cause) {
    throw damaged(context.file, cause)
  }
}

async function openOpen(bytes: Uint8Array, context: ReadContext): Promise<OpenPresentation> {
  const file = await openFile(bytes, 'office:presentation', context)
  try {
    return { slides: readOpenSlides(file, context), properties: file.properties }
  } catch (cause) {
    throw damaged(context.file, cause)
  }
}

/** The note on slides that could not be read; none where all could be. */
function damagedSlides(numbers: readonly number[]): Bilingual[] {
  if (numbers.length === 0) return []
  return [
    {
      zh: `第 ${numbers.join('、')} 张幻灯片已损坏,未能读取。`,
      en: `Slide ${numbers.join(', ')}: damaged, left out.`,
    },
  ]
}

/** The note on slides beyond the limit; none where all were read. */
function cutOff(read: number, all: number): Bilingual[] {
  if (read === all) return []
  return [
    {
      zh: `文件共 ${all} 张幻灯片,只读取了前 ${read} 张。`,
      en: `The file has ${all} slides; only the first ${read} were read.`,
    },
  ]
}
