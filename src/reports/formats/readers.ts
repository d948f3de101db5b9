import type { FormatReader, MembersReader } from '../manuscript.ts'
import type { FileKind } from './detection.ts'
import type { Format } from './formats.ts'
import type { PageDrawer } from './pageDrawing.ts'

/** The code of a format. Its libraries are large, so only the processes that read, list or draw load it. */
interface FormatCode {
  readonly load: () => Promise<FormatReader>
  /** Loads what draws its pages; left out for formats without pages, or whose pages nobody draws. */
  readonly loadDrawer?: () => Promise<PageDrawer>
  /** True where its pages are drawn with fonts of the machine, and so not where none has Chinese characters. */
  readonly drawsWithFonts?: true
  /** Loads the reader of the files inside its files, such as attachments, which are reports of their own; left out for none. */
  readonly members?: () => Promise<MembersReader>
}

/** The code of each format. */
export const codes: Readonly<Record<Format, FormatCode>> = {
  pdf: {
    load: async () => (await import('./pdf.ts')).readPdf,
    loadDrawer: async () => (await import('./pdfDocument.ts')).drawPdfPage,
  },
  ofd: {
    load: async () => (await import('./ofd.ts')).readOfd,
    loadDrawer: async () => (await import('./ofdDrawing.ts')).drawOfdPage,
    drawsWithFonts: true,
  },
  image: {
    load: async () => (await import('./image.ts')).readImage,
    loadDrawer: async () => (await import('./image.ts')).drawImagePage,
  },
  docx: { load: async () => (await import('./docx.ts')).readDocx },
  doc: { load: async () => (await import('./doc.ts')).readDoc },
  rtf: { load: async () => (await import('./rtf.ts')).readRtf },
  openText: { load: async () => (await import('./openText.ts')).readOpenText },
  presentation: { load: async () => (await import('./presentation.ts')).readPresentation },
  oldSlides: { load: async () => (await import('./converted.ts')).readConverted },
  epub: { load: async () => (await import('./epub.ts')).readEpub },
  table: { load: async () => (await import('./table.ts')).readTable },
  html: { load: async () => (await import('./html.ts')).readHtml },
  webArchive: {
    load: async () => (await import('./webArchive.ts')).readWebArchive,
    members: async () => (await import('./webArchive.ts')).readArchivedAttachments,
  },
  mail: {
    load: async () => (await import('./mail.ts')).readMail,
    members: async () => (await import('./mail.ts')).readAttachments,
  },
  markdown: { load: async () => (await import('./text.ts')).readText },
  text: { load: async () => (await import('./text.ts')).readText },
}

/** Loads the reader of the files inside files of this kind; undefined where they hold none. */
export function membersReaderOf(kind: FileKind): (() => Promise<MembersReader>) | undefined {
  return kind === 'zip' ? async () => (await import('./zipMembers.ts')).readZip : codes[kind].members
}
