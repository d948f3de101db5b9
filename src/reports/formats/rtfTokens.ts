/** A token of RTF. */
type RtfToken =
  | { readonly kind: 'open' | 'close' }
  /** A control word, or a control symbol, whose name is that sign. */
  | { readonly kind: 'control'; readonly name: string; readonly parameter: number | null }
  /** A byte of text, in the code page of its font. */
  | { readonly kind: 'byte'; readonly byte: number }

const [backslash, open, close, apostrophe, space, minus] = [0x5c, 0x7b, 0x7d, 0x27, 0x20, 0x2d]
/** Longer names and parameters are no control words of any program. */
const maxNameBytes = 32
const maxDigits = 10

/** The tokens of an RTF file. Data after `\bin` are passed over, and so are the line ends of the source. */
export function* rtfTokens(bytes: Uint8Array): Generator<RtfToken> {
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at++]!
    if (byte === open) yield { kind: 'open' }
    else if (byte === close) yield { kind: 'close' }
    else if (byte !== backslash) {
      if (byte !== 0 && byte !== 10 && byte !== 13) yield { kind: 'byte', byte }
    } else if (isLetter(bytes[at])) {
      const start = at
      while (at - start < maxNameBytes && isLetter(bytes[at])) at++
      const name = Buffer.from(bytes.subarray(start, at)).toString('latin1')
      const from = at
      if (bytes[at] === minus && isDigit(bytes[at + 1])) at++
      while (at - from < maxDigits && isDigit(bytes[at])) at++
      const parameter = at > from ? Number(Buffer.from(bytes.subarray(from, at)).toString('latin1')) : null
      if (bytes[at] === space) at++
      if (name === 'bin') at += Math.max(0, parameter ?? 0)
      else yield { kind: 'control', name, parameter }
    } else if (bytes[at] === apostrophe) {
      const digits = Buffer.from(bytes.subarray(at + 1, at + 3)).toString('latin1')
      at += 3
      if (/^[0-9a-f]{2}$/iu.test(digits)) yield { kind: 'byte', byte: Number.parseInt(digits, 16) }
    } else if (at < bytes.length) {
      const symbol = bytes[at++]!
      if (symbol === backslash || symbol === open || symbol === close) yield { kind: 'byte', byte: symbol }
      else yield { kind: 'control', name: String.fromCharCode(symbol), parameter: null }
    }
  }
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a))
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
