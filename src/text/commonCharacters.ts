let known: ReadonlySet<string> | null = null

/** The 6,763 Chinese characters of GB 2312: those of daily use and of nearly all names, in simplified form. */
export function commonCharacters(): ReadonlySet<string> {
  if (known) return known
  const bytes: number[] = []
  for (let row = 0xb0; row <= 0xf7; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell)
  const decoded = new TextDecoder('gb18030').decode(Uint8Array.from(bytes))
  // Five cells of the table are empty.
  known = new Set(decoded.match(/\p{Script=Han}/gu))
  return known
}
