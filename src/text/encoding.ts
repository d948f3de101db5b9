/**
 * The text of bytes that a person typed or of which only the beginning is known: UTF-16 where a byte order mark says so, UTF-8
 * where the bytes are well-formed, else GB18030, which extends the code page of a Chinese system. Reports are decoded with more
 * care, by their content (`reports/formats/decode.ts`).
 *
 * @param isCut whether the bytes may end inside a character
 */
export function textOfBytes(bytes: Uint8Array, isCut = false): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}
