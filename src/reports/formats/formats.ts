import type { Bilingual } from '../../errors.ts'
import type { FormatReader } from '../manuscript.ts'
import type { FileBytes, ZipPackage } from './fileBytes.ts'
import type { PageDrawer } from './pageDrawing.ts'

/** The record of all that is known of a format. To add a format, write its reader and its record here. */
export interface FormatRecord {
  /** The name of a file of the format; in English with its article, as after “read as”. */
  readonly name: Bilingual
  /** The MIME types of its files by their extensions, in lower case with the dot; the usual extension comes first. */
  readonly mimeTypes: Readonly<Record<string, string>>
  /** True where none of its files is text, so that a text of such a name is read as text. */
  readonly isBinary?: true
  /**
   * True where its files are ZIP archives. The name alone tells the format of an archive that was cut off before its directory.
   */
  readonly isPackage?: true
  /**
   * Tells whether a file has the format by its bytes. The formats are asked in the order of their records. Left out where
   * only the name tells.
   * @param named the format that the file's name promises, by its key in `formats`
   */
  readonly matches?: (file: FileBytes, named: string | undefined) => boolean
  /** The usual extension of a file with such bytes, where it need not be the first one. */
  readonly usualExtension?: (file: FileBytes) => string
  /** Documents of the same sort that no reader reads, and that can be saved in the format. */
  readonly unread?: UnreadDocuments
  /** Loads the reader with its libraries, which are large: only the process that reads files calls this. */
  readonly load: () => Promise<FormatReader>
  /** Loads what draws its pages, in the process that draws; left out for formats without pages, or whose pages nobody draws. */
  readonly loadDrawer?: () => Promise<PageDrawer>
}

/** Documents that people put among reports and that no reader reads. */
export interface UnreadDocuments {
  /** The remedy, as a sentence. */
  readonly advice: Bilingual
  /** Extensions with their dots, parted by spaces. */
  readonly extensions: string
  /** Kinds that their bytes tell, which no other kind may match; the name is empty where people have none for it. */
  readonly kinds: readonly { readonly name: string; readonly matches: (file: FileBytes) => boolean }[]
}

const asPdf = { zh: '请另存为 PDF。', en: 'Save it as PDF.' }

/** The records of all formats that are read. */
export const formats = {
  pdf: {
    name: { zh: 'PDF', en: 'a PDF' },
    mimeTypes: { '.pdf': 'application/pdf' },
    isBinary: true,
    matches: ({ head }) => /%PDF-\d/u.test(head.slice(0, 1024)),
    unread: {
      advice: asPdf,
      extensions: '.ppt .pptx .pps .ppsx .dps .odp .epub .mobi .ofd .caj .djvu .mht .mhtml .eml .msg',
      kinds: [
        { name: 'PPTX', matches: (file) => (file.zip?.holds('ppt/') ?? false) && !isOpenText(file) },
        { name: 'PPT', matches: ({ compound }) => compound?.holds('PowerPoint Document') ?? false },
        { name: 'EPUB', matches: (file) => isOtherPackage(file) && file.zip?.mimeType === 'application/epub+zip' },
        { name: '', matches: (file) => isOtherPackage(file) && file.zip?.mimeType !== 'application/epub+zip' },
        {
          name: 'MHT',
          matches: ({ plainHead }) =>
            /^MIME-Version:|^Content-Type:\s*multipart\//imu.test(plainHead) && /^[\w-]+:/u.test(plainHead),
        },
      ],
    },
    load: async () => (await import('./pdf.ts')).readPdf,
    loadDrawer: async () => (await import('./pdfDocument.ts')).drawPdfPage,
  },
  image: {
    name: { zh: '图片', en: 'a picture' },
    mimeTypes: {
      '.png': 'image/png',
      '.jpg': 'image/jpeg',
      '.jpeg': 'image/jpeg',
      '.webp': 'image/webp',
      '.tif': 'image/tiff',
      '.tiff': 'image/tiff',
      '.gif': 'image/gif',
    },
    isBinary: true,
    matches: ({ head }) => pictureExtension(head) !== undefined,
    usualExtension: ({ head }) => pictureExtension(head) ?? '.webp',
    unread: {
      advice: { zh: '请另存为 PNG 或 JPEG。', en: 'Save it as PNG or JPEG.' },
      extensions: '.bmp .heic .jp2 .svg',
      kinds: [],
    },
    load: async () => (await import('./image.ts')).readImage,
    loadDrawer: async () => (await import('./image.ts')).drawImagePage,
  },
  docx: {
    name: { zh: 'Word 文档', en: 'a Word document' },
    mimeTypes: { '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
    isBinary: true,
    isPackage: true,
    matches: ({ zip }) => isOfficePackage(zip, 'word/'),
    unread: {
      advice: { zh: '请另存为 .docx 或 PDF。', en: 'Save it as .docx or PDF.' },
      extensions: '.doc .dot .docm .dotx .wps .wpt .odt .rtf .pages',
      kinds: [
        { name: 'ODT', matches: (file) => isOpenText(file) },
        { name: 'RTF', matches: ({ head }) => isRichText(head) },
        // All other documents of old office programs are taken for those of Word.
        { name: 'DOC', matches: ({ compound }) => compound !== null && !compound.holds('PowerPoint Document') },
      ],
    },
    load: async () => (await import('./docx.ts')).readDocx,
  },
  table: {
    name: { zh: '表格', en: 'a table' },
    mimeTypes: {
      '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      '.xls': 'application/vnd.ms-excel',
      '.ods': 'application/vnd.oasis.opendocument.spreadsheet',
      '.csv': 'text/csv',
      '.tsv': 'text/tab-separated-values',
    },
    isPackage: true,
    matches: (file, named) => isSpreadsheet(file, named === 'table'),
    usualExtension: ({ head, compound }) =>
      compound !== null ? '.xls' : head.includes('opendocument') ? '.ods' : '.xlsx',
    unread: {
      advice: { zh: '请另存为 .xlsx。', en: 'Save it as .xlsx.' },
      extensions: '.et .ett .xlsm .xlsb .xlt .numbers',
      kinds: [],
    },
    load: async () => (await import('./table.ts')).readTable,
  },
  html: {
    name: { zh: '网页', en: 'a web page' },
    mimeTypes: { '.html': 'text/html', '.htm': 'text/html', '.xhtml': 'application/xhtml+xml' },
    matches: ({ plainHead }, named) => isWebPage(plainHead, named === 'text' || named === 'markdown'),
    load: async () => (await import('./html.ts')).readHtml,
  },
  markdown: {
    name: { zh: 'Markdown', en: 'Markdown' },
    mimeTypes: { '.md': 'text/markdown', '.markdown': 'text/markdown' },
    load: async () => (await import('./text.ts')).readText,
  },
  text: {
    name: { zh: '纯文本', en: 'plain text' },
    mimeTypes: { '.txt': 'text/plain', '.text': 'text/plain' },
    load: async () => (await import('./text.ts')).readText,
  },
} as const satisfies Readonly<Record<string, FormatRecord>>

export type Format = keyof typeof formats

/** The names of the formats, in the order of their records. */
export const formatNames = Object.keys(formats) as readonly Format[]

/** The record of a format, in the type that all records have in common. */
export function recordOf(format: Format): FormatRecord {
  return formats[format]
}

/** Archives, which may hold reports and are none. */
export const archives: UnreadDocuments = {
  advice: { zh: '请解压后放入其中的文件。', en: 'Unpack it and put the files in it here.' },
  extensions: '.zip .rar .7z .tar .gz .tgz',
  kinds: [
    { name: 'ZIP', matches: ({ zip }) => zip !== null },
    { name: '', matches: ({ head }) => isArchive(head) },
  ],
}

/** The kinds of files that are read, for texts that say what may be put in. */
export const readableKinds = {
  zh: 'PDF、Word(.docx)、表格、网页、文本或图片',
  en: 'PDF, Word (.docx), spreadsheets, web pages, text or images',
  /** The same in English for one file. */
  one: 'a PDF, Word (.docx), a spreadsheet, a web page, text or an image',
}

/** The first bytes of pictures, with the extension that they usually have. */
const pictureStarts = [
  ['\x89PNG\r\n\x1a\n', '.png'],
  ['\xff\xd8\xff', '.jpg'],
  ['GIF87a', '.gif'],
  ['GIF89a', '.gif'],
  ['II*\0', '.tif'],
  ['MM\0*', '.tif'],
] as const

/** The usual extension of a picture that begins so; undefined for files that begin otherwise. */
function pictureExtension(head: string): string | undefined {
  if (head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0') return '.bmp'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return '.webp'
  return pictureStarts.find(([start]) => head.startsWith(start))?.[1]
}

function isRichText(head: string): boolean {
  return head.startsWith('{\\rtf')
}

function isArchive(head: string): boolean {
  return ['Rar!\x1a', '7z\xbc\xaf', '\x1f\x8b'].some((start) => head.startsWith(start))
}

/** Tells whether a package is one of Office, with such a folder. */
function isOfficePackage(zip: ZipPackage | null, folder: string): boolean {
  return (zip?.holds('[Content_Types].xml') && zip.holds(folder)) ?? false
}

function isOpenText({ zip }: FileBytes): boolean {
  return zip?.mimeType?.includes('opendocument.text') ?? false
}

/** Tells whether a package states a type that no other kind has. */
function isOtherPackage(file: FileBytes): boolean {
  return file.zip?.mimeType !== undefined && !isOpenText(file) && !file.zip.holds('ppt/')
}

/** @param isNamed whether the file's name promises a table */
function isSpreadsheet({ head, plainHead, zip, compound }: FileBytes, isNamed: boolean): boolean {
  if (compound) {
    const isLocked = compound.holds('EncryptedPackage')
    return !isLocked && (compound.holds('Workbook') || compound.holds('Book'))
  }
  if (zip) {
    if (isOfficePackage(zip, 'xl/')) return true
    if (zip.mimeType !== undefined) return zip.mimeType.includes('opendocument.spreadsheet')
    return isNamed && zip.holds('META-INF/manifest.xml') && !zip.holds('ppt/')
  }
  // Excel's XML of 2003.
  return isNamed && !isRichText(head) && !isArchive(head) && /<(?:\w+:)?Workbook[\s>]/u.test(plainHead)
}

/**
 * @param isNamedText whether the file's name promises plain text or Markdown, which may well begin with a table's or another
 * tag
 */
function isWebPage(plainHead: string, isNamedText: boolean): boolean {
  const opening = /^[\s\xef\xbb\xbf\xff\xfe]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?<(!doctype html|\w+)\b/iu.exec(
    plainHead,
  )
  const tag = opening?.[1]?.toLowerCase() ?? ''
  if (tag === '!doctype html' || tag === 'html') return true
  return !isNamedText && /^(?:head|body|table|meta|style)$/u.test(tag)
}
