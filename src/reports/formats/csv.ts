/** Parses delimited text (RFC 4180, with any of the usual delimiters) into rows of cells as they are written. */
export function readDelimited(text: string): string[][] {
  const delimiter = delimiterOf(text)
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell: string
    if (text[at] === '"') {
      let end = at + 1
      // Two quotes inside a quoted cell are one. A cell without a closing quote reaches to the end.
      while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else cell = ''
    const start = at
    while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++
    row.push(cell + text.slice(start, at))
    if (text[at] === delimiter) {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (text.startsWith('\r\n', at)) at++
    at++
    rows.push(row)
    row = []
  }
  if (row.length > 0) rows.push(row)
  return rows
}

/** The delimiter that divides the first lines into the most columns; a comma where none does. */
function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 20_000)
    .split(/\r\n|[\r\n]/u, 20)
    .filter((line) => line !== '')
  const columns = (delimiter: string) => {
    const counts = lines.map((line) => line.replace(/"[^"]*"/gu, '').split(delimiter).length)
    return counts.sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0
  }
  return ['\t', ';'].reduce((best, other) => (columns(other) > columns(best) ? other : best), ',')
}
