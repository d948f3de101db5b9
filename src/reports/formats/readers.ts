import type { FormatReader, MembersReader } from '../manuscript.ts'
import type { FileKind } from './detection.ts'
import type { Format } from './formats.ts'
import type { PageDrawer } from './pageDrawing.ts'

/** The code of a format. Its libraries are large, so only the processes that read, list or draw load it. */
interface FormatCode {
  readonly loadReader: () => Promise<FormatReader>
  /** Loads what draws its pages; left out for formats without pages, or whose pages nobody draws. */
  readonly loadDrawer?: () => Promise<PageDrawer>
  /** True where its pages are drawn with fonts of the machine, and so not where none has Chinese characters. */
  readonly drawsWithFonts?: true
  /** Loads the reader of the files inside its files, such as attachments, which are reports of their own; left out for none. */
  readonly loadMembersReader?: () => Promise<MembersReader>
}

/** The code of each format. */
export const formatCode: Readonly<Record<Format, FormatCode>> = {
  pdf: {
    loadReader: async () => (await import('./pdf.ts')).readPdf,
    loadDrawer: async () => (await import('./pdfDocument.ts')).drawPdfPage,
  },
  ofd: {
    loadReader: async () => (await import('./ofd.ts')).readOfd,
    loadDrawer: async () => (await import('./ofdDrawing.ts')).drawOfdPage,
    drawsWithFonts: true,
  },
  image: {
    loadReader: async () => (await import('./image.ts')).readImage,
    loadDrawer: async () => (await import('./image.ts')).drawImagePage,
  },
  docx: { loadReader: async () => (await import('./docx.ts')).readDocx },
  doc: { loadReader: async () => (await import('./doc.ts')).readDoc },
  rtf: { loadReader: async () => (await import('./rtf.ts')).readRtf },
  openText: { loadReader: async () => (await import('./openText.ts')).readOpenText },
  presentation: { loadReader: async () => (await import('./presentation.ts')).readPresentation },
  oldSlides: { loadReader: async () => (await import('./converted.ts')).readConverted },
  epub: { loadReader: async () => (await import('./epub.ts')).readEpub },
  table: { loadReader: async () => (await import('./table.ts')).readTable },
  html: { loadReader: async () => (await import('./html.ts')).readHtml },
  webArchive: {
    loadReader: async () => (await import('./webArchive.ts')).readWebArchive,
    loadMembersReader: async () => (await import('./webArchive.ts')).readArchivedAttachments,
  },
  mail: {
    loadReader: async () => (await import('./mail.ts')).readMail,
    loadMembersReader: async () => (await import('./mail.ts')).readAttachments,
  },
  markdown: { loadReader: async () => (await import('./text.ts')).readText },
  text: { loadReader: async () => (await import('./text.ts')).readText },
}

/** Loads the reader of the files inside files of this kind; undefined where they hold none. */
export function membersReaderOf(kind: FileKind): (() => Promise<MembersReader>) | undefined {
  return kind === 'zip' ? async () => (await import('./zipMembers.ts')).readZip : formatCode[kind].loadMembersReader
}
