import type { Bilingual } from '../../errors.ts'
import type { FormatReader, MembersReader } from '../manuscript.ts'
import type { FileBytes, ZipPackage } from './fileBytes.ts'

/** The record of all that is known of a format. To add a format, write its reader and its record here. */
export interface FormatRecord {
  /** The name of a file of the format; in English with its article, as after “read as”. */
  readonly name: Bilingual
  /** The MIME types of its files by their extensions, in lower case with the dot; the usual extension comes first. */
  readonly mimeTypes: Readonly<Record<string, string>>
  /** True where its bytes tell each of its files, so that any other text of such a name is read as text. */
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
  /** Loads the reader of the files inside its files, such as attachments, which are reports of their own; left out for none. */
  readonly members?: () => Promise<MembersReader>
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
      extensions: '.mobi .caj .djvu',
      kinds: [{ name: '', matches: ({ zip }) => zip?.mimeType !== undefined }],
    },
    load: async () => (await import('./pdf.ts')).readPdf,
  },
  ofd: {
    name: { zh: 'OFD', en: 'an OFD document' },
    mimeTypes: { '.ofd': 'application/ofd' },
    isBinary: true,
    isPackage: true,
    matches: ({ zip }) => ofdEntries.some((entry) => zip?.holds(entry)),
    load: async () => (await import('./ofd.ts')).readOfd,
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
  },
  docx: {
    name: { zh: 'Word 文档', en: 'a Word document' },
    mimeTypes: {
      '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      '.docm': 'application/vnd.ms-word.document.macroEnabled.12',
      '.dotx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
      '.dotm': 'application/vnd.ms-word.template.macroEnabled.12',
    },
    isBinary: true,
    isPackage: true,
    matches: ({ zip }) => isOfficePackage(zip, 'word/'),
    unread: {
      advice: { zh: '请另存为 .docx 或 PDF。', en: 'Save it as .docx or PDF.' },
      extensions: '.pages',
      kinds: [
        // The documents of other old programs have no name that their bytes tell.
        { name: '', matches: ({ compound }) => compound !== null },
      ],
    },
    load: async () => (await import('./docx.ts')).readDocx,
  },
  doc: {
    name: { zh: 'Word 97–2003 文档', en: 'a document of Word 97 to 2003' },
    mimeTypes: {
      '.doc': 'application/msword',
      '.dot': 'application/msword',
      // The documents of Kingsoft's WPS have the same format under names of their own.
      '.wps': 'application/msword',
      '.wpt': 'application/msword',
    },
    isBinary: true,
    matches: ({ compound }) => compound?.holds('WordDocument') ?? false,
    load: async () => (await import('./doc.ts')).readDoc,
  },
  rtf: {
    name: { zh: 'RTF 文档', en: 'an RTF document' },
    mimeTypes: { '.rtf': 'application/rtf' },
    isBinary: true,
    matches: ({ head }) => isRichText(head),
    load: async () => (await import('./rtf.ts')).readRtf,
  },
  openText: {
    name: { zh: 'OpenDocument 文本', en: 'an OpenDocument text' },
    mimeTypes: {
      '.odt': 'application/vnd.oasis.opendocument.text',
      '.ott': 'application/vnd.oasis.opendocument.text-template',
      '.fodt': 'application/vnd.oasis.opendocument.text-flat-xml',
    },
    isBinary: true,
    isPackage: true,
    matches: (file, named) =>
      isOpenPackage(file, 'text', named === 'openText') || isFlatText(file, named === 'openText'),
    usualExtension: ({ zip }) => (zip === null ? '.fodt' : '.odt'),
    load: async () => (await import('./openText.ts')).readOpenText,
  },
  presentation: {
    name: { zh: '演示文稿', en: 'a presentation' },
    mimeTypes: {
      '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
      '.ppsx': 'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
      '.potx': 'application/vnd.openxmlformats-officedocument.presentationml.template',
      '.pptm': 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
      '.odp': 'application/vnd.oasis.opendocument.presentation',
      '.otp': 'application/vnd.oasis.opendocument.presentation-template',
    },
    isBinary: true,
    isPackage: true,
    matches: (file, named) =>
      isOfficePackage(file.zip, 'ppt/') || isOpenPackage(file, 'presentation', named === 'presentation'),
    usualExtension: ({ zip }) => (zip?.holds('ppt/') ? '.pptx' : '.odp'),
    load: async () => (await import('./presentation.ts')).readPresentation,
  },
  oldSlides: {
    name: { zh: 'PowerPoint 97–2003 演示文稿', en: 'a presentation of PowerPoint 97 to 2003' },
    mimeTypes: {
      '.ppt': 'application/vnd.ms-powerpoint',
      '.pps': 'application/vnd.ms-powerpoint',
      '.pot': 'application/vnd.ms-powerpoint',
      // The presentations of Kingsoft's WPS have the same format under names of their own.
      '.dps': 'application/vnd.ms-powerpoint',
      '.dpt': 'application/vnd.ms-powerpoint',
    },
    isBinary: true,
    matches: ({ compound }) => compound?.holds('PowerPoint Document') ?? false,
    load: async () => (await import('./converted.ts')).readConverted,
  },
  epub: {
    name: { zh: '电子书', en: 'an electronic book' },
    mimeTypes: { '.epub': 'application/epub+zip' },
    isBinary: true,
    isPackage: true,
    matches: ({ zip }) =>
      zip?.mimeType === 'application/epub+zip' ||
      (zip?.mimeType === undefined && (zip?.holds('META-INF/container.xml') ?? false)),
    load: async () => (await import('./epub.ts')).readEpub,
  },
  table: {
    name: { zh: '表格', en: 'a table' },
    mimeTypes: {
      '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      '.xlsm': 'application/vnd.ms-excel.sheet.macroEnabled.12',
      '.xlsb': 'application/vnd.ms-excel.sheet.binary.macroEnabled.12',
      '.xltx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
      '.xltm': 'application/vnd.ms-excel.template.macroEnabled.12',
      '.xls': 'application/vnd.ms-excel',
      '.xlt': 'application/vnd.ms-excel',
      // The tables of Kingsoft's WPS have the format of Excel under names of their own.
      '.et': 'application/vnd.ms-excel',
      '.ett': 'application/vnd.ms-excel',
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
      extensions: '.numbers',
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
  webArchive: {
    name: { zh: '网页存档', en: 'a web archive' },
    mimeTypes: { '.mht': 'multipart/related', '.mhtml': 'multipart/related' },
    matches: ({ plainHead }, named) => isWebArchive(plainHead, named),
    load: async () => (await import('./webArchive.ts')).readWebArchive,
  },
  mail: {
    name: { zh: '邮件', en: 'an e-mail' },
    mimeTypes: { '.eml': 'message/rfc822', '.msg': 'application/vnd.ms-outlook' },
    matches: ({ plainHead, compound }) => compound?.holds('__properties_version1.0') || isMime(plainHead),
    usualExtension: ({ compound }) => (compound === null ? '.eml' : '.msg'),
    load: async () => (await import('./mail.ts')).readMail,
    members: async () => (await import('./mail.ts')).readAttachments,
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

/** The kind of archive whose members are read; it is no report itself. */
export const zipArchive = {
  extension: '.zip',
  members: async (): Promise<MembersReader> => (await import('./zipMembers.ts')).readZip,
}

/** Archives that are not read, among them those whose name promises a document. */
export const archives: UnreadDocuments = {
  advice: { zh: '请解压后放入其中的文件。', en: 'Unpack it and put the files in it here.' },
  extensions: '.rar .7z .tar .gz .tgz',
  kinds: [
    { name: 'ZIP', matches: ({ zip }) => zip !== null },
    { name: '', matches: ({ head }) => isArchive(head) },
  ],
}

/** The kinds of files that are read, for texts that say what may be put in. */
export const readableKinds = {
  zh: 'PDF、OFD、Word 文档、RTF、演示文稿、表格、网页、邮件、电子书、文本、图片,或装有它们的 .zip',
  en: 'PDF, OFD, Word documents, RTF, presentations, spreadsheets, web pages, e-mails, books (.epub), text or images, or a .zip of them',
  /** The same in English for one file. */
  one: 'a PDF, OFD, a Word document, RTF, a presentation, a spreadsheet, a web page, an e-mail, a book (.epub), text or an image',
}

/** The paths at which OFD files, encrypted ones among them, have their entry. */
const ofdEntries = ['OFD.xml', 'ofd.xml', '/OFD.xml', './OFD.xml', 'Encryptions.xml']

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

/**
 * Tells whether a package is one of OpenDocument.
 * @param kind the kind of its content, as its type names it (`text`)
 * @param isNamed whether the file's name promises that kind, which tells where a packing program dropped the type
 */
function isOpenPackage({ zip }: FileBytes, kind: string, isNamed: boolean): boolean {
  if (zip === null) return false
  if (zip.mimeType !== undefined) return zip.mimeType.includes(`opendocument.${kind}`)
  return isNamed && zip.holds('META-INF/manifest.xml') && !zip.holds('[Content_Types].xml')
}

/**
 * Tells whether a file is a text document of OpenDocument in one XML file.
 * @param isNamed whether the file's name promises one, which tells where the type stands beyond the first bytes
 */
function isFlatText({ plainHead }: FileBytes, isNamed: boolean): boolean {
  const opening = /<office:document\s[^>]*/u.exec(plainHead)?.[0]
  return opening !== undefined && (opening.includes('opendocument.text') || (isNamed && !opening.includes('mimetype')))
}

/** @param isNamed whether the file's name promises a table */
function isSpreadsheet(file: FileBytes, isNamed: boolean): boolean {
  const { head, plainHead, zip, compound } = file
  if (compound) {
    const isLocked = compound.holds('EncryptedPackage')
    return !isLocked && (compound.holds('Workbook') || compound.holds('Book'))
  }
  if (zip) {
    if (isOfficePackage(zip, 'xl/')) return true
    return isOpenPackage(file, 'spreadsheet', isNamed)
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

/** Tells whether a file begins with the header of a message: fields, some of which no other text has. */
function isMime(plainHead: string): boolean {
  const header = headerOf(plainHead)
  const lines = header.split(/\r?\n/u).slice(0, 6)
  return (
    lines.every((line, i) => /^[!-9;-~]{1,60}:/u.test(line) || (i > 0 && /^[ \t]/u.test(line))) &&
    /^(?:MIME-Version|Content-Type|Content-Transfer-Encoding|Message-ID|Received|X-Mailer):/imu.test(header)
  )
}

/** @param named the format that the file's name promises; where it promises none, a message that nobody sent is a page */
function isWebArchive(plainHead: string, named: string | undefined): boolean {
  if (!isMime(plainHead) || named === 'mail') return false
  const header = headerOf(plainHead)
  if (named === 'webArchive') return true
  return (
    !/^(?:Received|Message-ID|To|Return-Path|Delivered-To):/imu.test(header) &&
    /^(?:Snapshot-)?Content-Location:|^Content-Type:\s*multipart\/related/imu.test(header)
  )
}

function headerOf(plainHead: string): string {
  return plainHead.replace(/^(?:\xef\xbb\xbf)?\s{0,100}(?:From [^\n]{0,200}\n)?/u, '').split(/\r?\n\r?\n/u, 1)[0]!
}
