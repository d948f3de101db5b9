import type { Range } from '../../text/range.ts'
import { folded } from '../head/folding.ts'
import { headLineKind } from '../head/headLine.ts'
import { endsTitle } from '../head/title.ts'
import { numberingOf } from '../lineClues.ts'
import type { PlacedLine } from './placedLines.ts'

const maxHeadingCharacters = 60

/** Gives levels to short lines in larger type than running text. */
export function markHeadings(lines: readonly PlacedLine[], body: number): void {
  const larger = ({ row, isRow, isRough }: PlacedLine) =>
    !isRow && !row.table && row.size >= (isRough ? 1.3 : 1.15) * body
  const running = lines.filter((line) => !line.furniture)
  const heads: PlacedLine[] = []
  let run: PlacedLine[] = []
  const close = () => {
    const text = run.map((line) => line.row.text).join('')
    if (run.length <= 3 && text.length <= maxHeadingCharacters && !/[。；;，,、]$/u.test(text)) heads.push(...run)
    run = []
  }
  for (const line of running) {
    const last = run.at(-1)
    if (last && (last.region !== line.region || Math.abs(last.row.size / line.row.size - 1) > 0.08)) close()
    if (larger(line)) run.push(line)
    else close()
  }
  close()
  const sizes: number[] = []
  for (const { row, isRough } of [...heads].sort((a, b) => b.row.size - a.row.size)) {
    if (sizes.length === 0 || row.size < sizes.at(-1)! * (isRough ? 0.85 : 0.92)) sizes.push(row.size)
  }
  for (const line of heads) {
    line.level = Math.min(6, sizes.filter((size) => size >= line.row.size).length || 1)
  }
}

/** Joins the lines of headlines that are broken into several. */
export function joinHeadings(lines: readonly PlacedLine[]): PlacedLine[] {
  const joined: PlacedLine[] = []
  for (const line of lines) {
    const last = joined.at(-1)
    const isSame =
      last !== undefined &&
      line.level > 0 &&
      last.level === line.level &&
      !partsStatements(last, line) &&
      (isCentredBelow(last, line) || (last.region === line.region && gapBetween(last, line) < 0.9)) &&
      last.row.text.length + line.row.text.length < maxHeadingCharacters &&
      numberingOf(line.row.text) === 0
    if (!isSame) {
      joined.push({ ...line })
      continue
    }
    // Chinese words have no blank between them, wherever a centred line ends.
    const isChinese = /[\p{Script=Han}\p{P}]$/u.test(last.row.text) && /^[\p{Script=Han}\p{P}\d]/u.test(line.row.text)
    const text = last.row.text + (isChinese ? '' : ' ')
    const hidden = (line.row.hidden ?? []).map(([from, to]): Range => [from + text.length, to + text.length])
    last.row = {
      ...last.row,
      text: text + line.row.text,
      hidden: [...(last.row.hidden ?? []), ...hidden],
      right: line.row.right,
      bottom: line.row.bottom,
      cells: [...last.row.cells, ...line.row.cells],
      ...(line.row.doubtful && { doubtful: true }),
    }
  }
  return joined
}

/** The gap between two lines, in em of the lower one. */
const gapBetween = (last: PlacedLine, { row }: PlacedLine): number => (row.top - last.row.bottom) / row.size

/** True where a headline's two lines are centred above each other, so white space beside the shorter one parts them. */
function isCentredBelow(last: PlacedLine, line: PlacedLine): boolean {
  const gap = gapBetween(last, line)
  const isBelow = gap > -0.5 && gap < 1.1
  const axis = ({ row }: PlacedLine) => (row.left + row.right) / 2
  return isBelow && Math.abs(axis(last) - axis(line)) < line.row.size && !endsTitle(folded(last.row.text))
}

/** True where one of two lines in large type is a date or label of the document, or each names an organisation. */
function partsStatements(...lines: readonly PlacedLine[]): boolean {
  const kinds = lines.map(({ row }) => headLineKind(folded(row.text), undefined))
  const isStatement = kinds.some((kind) => kind === 'date' || kind === 'label' || kind === 'dating')
  return isStatement || kinds.every((kind) => kind === 'organisation')
}
