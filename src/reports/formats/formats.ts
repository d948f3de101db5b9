import type { MembersReader } from '../manuscript.ts'
import {
  isArchive,
  isFlatText,
  isMime,
  isOfdPackage,
  isOfficePackage,
  isOpenPackage,
  isRichText,
  isSpreadsheet,
  isWebArchive,
  isWebPage,
  pictureExtension,
} from './fileSignatures.ts'
import type { FormatRecord, UnreadDocuments } from './formatRecord.ts'

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
    loadDrawer: async () => (await import('./pdfDocument.ts')).drawPdfPage,
  },
  ofd: {
    name: { zh: 'OFD', en: 'an OFD document' },
    mimeTypes: { '.ofd': 'application/ofd' },
    isBinary: true,
    isPackage: true,
    matches: ({ zip }) => isOfdPackage(zip),
    load: async () => (await import('./ofd.ts')).readOfd,
    loadDrawer: async () => (await import('./ofdDrawing.ts')).drawOfdPage,
    drawsWithFonts: true,
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
