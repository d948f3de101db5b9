import { readFile } from 'node:fs/promises'
import { ReportError } from '../../src/errors.ts'
import { formatOf } from '../../src/reports/formats/detection.ts'
import { readDoc } from '../../src/reports/formats/doc.ts'
import { readDocx } from '../../src/reports/formats/docx.ts'
import { readEpub } from '../../src/reports/formats/epub.ts'
import { readHtml } from '../../src/reports/formats/html.ts'
import { readMail } from '../../src/reports/formats/mail.ts'
import { readOfd } from '../../src/reports/formats/ofd.ts'
import { readOpenText } from '../../src/reports/formats/openText.ts'
import { readPresentation } from '../../src/reports/formats/presentation.ts'
import { readRtf } from '../../src/reports/formats/rtf.ts'
import { readTable } from '../../src/reports/formats/table.ts'
import { readText } from '../../src/reports/formats/text.ts'
import { readWebArchive } from '../../src/reports/formats/webArchive.ts'
import type { FormatReader, Manuscript } from '../../src/reports/manuscript.ts'
import { column, line, ofdParts } from '../fixtures/ofd.ts'
import { knownText, passages, reading } from '../fixtures/office.ts'

const readers: Readonly<Record<string, FormatReader>> = {
  text: readText,
  markdown: readText,
  html: readHtml,
  webArchive: readWebArchive,
  mail: readMail,
  docx: readDocx,
  doc: readDoc,
  rtf: readRtf,
  openText: readOpenText,
  presentation: readPresentation,
  epub: readEpub,
  table: readTable,
  ofd: readOfd,
}

export const ofdPages = () => {
  const body = column(knownText.split('\n'), { y: 60 }).content
  return ofdParts({ pages: [line('青石镇2020年工作报告', 50, 30, { size: 7 }) + body] })
}

export const corpusFile = (name: string) => readFile(new URL(`../fixtures/corpus/${name}`, import.meta.url))
const corpus = new URL('../fixtures/corpus/packages/', import.meta.url)
export const fixture = (name: string) => readFile(new URL(name, corpus))

/** Reads a file as the folder would; whatever it holds, it ends in passages or in a fault for people. */
export async function outcome(
  name: string,
  bytes: Uint8Array,
  limits = reading.limits,
): Promise<Manuscript | ReportError | null> {
  try {
    const reader = readers[formatOf(name, bytes)]
    if (!reader) return null
    const manuscript = await reader(bytes, { ...reading, limits })
    passages(manuscript)
    return manuscript
  } catch (error) {
    if (error instanceof ReportError && !error.text.en.includes('\n')) return error
    throw new Error(`${name}: not a fault for people`, { cause: error })
  }
}

/** The fault in which reading a file ends; null where it is read. */
export async function survives(name: string, bytes: Uint8Array, limits = reading.limits): Promise<ReportError | null> {
  const found = await outcome(name, bytes, limits)
  return found instanceof ReportError ? found : null
}
