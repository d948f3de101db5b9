import { ReportError } from '../../errors.ts'

/**
 * The text of a UTF-8 file, with or without byte order mark (the mark is left out).
 * @throws ReportError when the bytes are not UTF-8 text; it names the first bad byte.
 */
export function decode(bytes: Uint8Array, file: string): string {
  if (bytes.includes(0)) {
    throw new ReportError({
      zh: `${file}:应为文本文件,内容却是二进制数据。请换成 .txt 或 .md 文本,或把它移出报告文件夹。`,
      en: `${file}: expected a text file, found binary data. Replace it by .txt or .md text, or move it out of the reports folder.`,
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    const at = firstInvalidByte(bytes)
    throw new ReportError(
      {
        zh: `${file}:应为 UTF-8 文本,第 ${at + 1} 个字节起不是 UTF-8。请把文件另存为 UTF-8。`,
        en: `${file}: expected UTF-8 text, found other bytes from byte ${at + 1} on. Save the file as UTF-8.`,
      },
      { cause },
    )
  }
}

function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  // The longest valid prefix, by halving: a prefix that ends inside a character still streams without fault.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true })
      low = middle
    } catch {
      high = middle - 1
    }
  }
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return Buffer.byteLength(decoder.decode(bytes.subarray(0, low), { stream: true }))
}
