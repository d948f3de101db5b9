import type { FileBytes, ZipPackage } from './fileBytes.ts'

// The signatures by which the bytes of a file tell its format, where that takes more than a line in the format's record.

/** The paths at which OFD files, encrypted ones among them, have their entry. */
const ofdEntries = ['OFD.xml', 'ofd.xml', '/OFD.xml', './OFD.xml', 'Encryptions.xml']

/** Tells whether a package is one of OFD. */
export function isOfdPackage(zip: ZipPackage | null): boolean {
  return zip !== null && ofdEntries.some((entry) => zip.holds(entry))
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
export function pictureExtension(head: string): string | undefined {
  if (head.startsWith('BM') && head.slice(6, 10) === '\0\0\0\0') return '.bmp'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return '.webp'
  return pictureStarts.find(([start]) => head.startsWith(start))?.[1]
}

/** Tells whether a file begins as RTF does. */
export function isRichText(head: string): boolean {
  return head.startsWith('{\\rtf')
}

/** Tells whether a file begins as an archive other than ZIP does. */
export function isArchive(head: string): boolean {
  return ['Rar!\x1a', '7z\xbc\xaf', '\x1f\x8b'].some((start) => head.startsWith(start))
}

/** Tells whether a package is one of Office, with such a folder. */
export function isOfficePackage(zip: ZipPackage | null, folder: string): boolean {
  return (zip?.holds('[Content_Types].xml') && zip.holds(folder)) ?? false
}

/**
 * Tells whether a package is one of OpenDocument.
 * @param kind the kind of its content, as its type names it (`text`)
 * @param isNamed whether the file's name promises that kind, which tells where a packing program dropped the type
 */
export function isOpenPackage({ zip }: FileBytes, kind: string, isNamed: boolean): boolean {
  if (zip === null) return false
  if (zip.mimeType !== undefined) return zip.mimeType.includes(`opendocument.${kind}`)
  return isNamed && zip.holds('META-INF/manifest.xml') && !zip.holds('[Content_Types].xml')
}

/**
 * Tells whether a file is a text document of OpenDocument in one XML file.
 * @param isNamed whether the file's name promises one, which tells where the type stands beyond the first bytes
 */
export function isFlatText({ plainHead }: FileBytes, isNamed: boolean): boolean {
  const opening = /<office:document\s[^>]*/u.exec(plainHead)?.[0]
  return opening !== undefined && (opening.includes('opendocument.text') || (isNamed && !opening.includes('mimetype')))
}

/** Tells whether a file is a spreadsheet. @param isNamed whether the file's name promises a table */
export function isSpreadsheet(file: FileBytes, isNamed: boolean): boolean {
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
 * Tells whether a file begins as a web page does.
 * @param isNamedText whether the file's name promises plain text or Markdown, which may well begin with a table's or another
 * tag
 */
export function isWebPage(plainHead: string, isNamedText: boolean): boolean {
  const opening = /^[\s\xef\xbb\xbf\xff\xfe]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?<(!doctype html|\w+)\b/iu.exec(
    plainHead,
  )
  const tag = opening?.[1]?.toLowerCase() ?? ''
  if (tag === '!doctype html' || tag === 'html') return true
  return !isNamedText && /^(?:head|body|table|meta|style)$/u.test(tag)
}

/** Tells whether a file begins with the header of a message: fields, some of which no other text has. */
export function isMime(plainHead: string): boolean {
  const header = headerOf(plainHead)
  const lines = header.split(/\r?\n/u).slice(0, 6)
  return (
    lines.every((line, i) => /^[!-9;-~]{1,60}:/u.test(line) || (i > 0 && /^[ \t]/u.test(line))) &&
    /^(?:MIME-Version|Content-Type|Content-Transfer-Encoding|Message-ID|Received|X-Mailer):/imu.test(header)
  )
}

/** @param named the format that the file's name promises; where it promises none, a message that nobody sent is a page */
export function isWebArchive(plainHead: string, named: string | undefined): boolean {
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
