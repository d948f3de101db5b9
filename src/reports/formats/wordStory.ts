import type { EdgedCell } from './edgedTable.ts'
import { equationSign } from './equations.ts'
import { FlowMarkup, type ParagraphLook, type RowLook } from './flowMarkup.ts'
import { elementMarkup, equationMarkup } from './markup.ts'
import { eachPropertyOf, runAt, type WordBinary } from './wordBinary.ts'
import { Fields } from './wordFields.ts'
import { sprm } from './wordSprms.ts'
import { escaped } from './wordXml.ts'

/** The characters of Word's binary text that stand for something else. */
const mark = {
  cellEnd: '\x07',
  lineBreak: '\x0b',
  hardHyphen: '\x1e',
  symbol: '(',
} as const
const isTruth = (operand: Buffer) => operand[0] === 1 || operand[0] === 0x81

/** The looks of a run of characters. */
interface CharacterLook {
  /** True for words that are hidden, struck out or deleted. */
  readonly isLeftOut: boolean
  readonly isDeleted: boolean
  readonly element: 'sup' | 'sub' | null
  /** The character that a sign of another font stands for; null for ordinary characters. */
  readonly symbol: string | null
}

interface WholeLook extends ParagraphLook, RowLook {
  readonly isContents: boolean
  readonly isInTable: boolean
  readonly isRowEnd: boolean
}

/** The properties that hide words, delete them or strike them out: each is turned off for itself. */
const hidingProperties: ReadonlySet<number> = new Set([
  sprm.isHidden,
  sprm.isDeleted,
  sprm.isStruck,
  sprm.isStruckTwice,
])
const plain: CharacterLook = { isLeftOut: false, isDeleted: false, element: null, symbol: null }

/** The markup of a story, such as the main text or the footnotes, and the number of equations in it that could not be read. */
interface StoryMarkup {
  readonly markup: string
  readonly unread: number
}

/** Reads a stretch of the text. */
export function storyMarkup(word: WordBinary, from: number, to: number): StoryMarkup {
  const flow = new FlowMarkup()
  const looks = new Map<number, CharacterLook>()
  const end = Math.min(to, word.text.length)
  const fields = new Fields(word.text, from, end)
  let content = ''
  let unread = 0
  for (let at = from; at < end; ) {
    const piece = word.pieceAt(at)!
    const place = piece.place + (at - piece.start) * piece.characterBytes
    const index = runAt(word.characters, place)
    const look = lookOf(word, index, looks)
    const length = index < 0 ? 1 : Math.max(1, Math.ceil((word.characters[index]!.to - place) / piece.characterBytes))
    const until = Math.min(end, at + length, piece.start + piece.text.length)
    for (let words = ''; at <= until; at++) {
      const character = at < until ? word.text[at]! : ''
      const isEnd = character === '\r' || character === mark.cellEnd || character === '\f'
      if (at === until || isEnd) {
        if (words !== '') content += look.element === null ? words : elementMarkup(look.element, words)
        words = ''
      }
      if (at === until) break
      // The paragraph goes on where its end was deleted.
      if (isEnd && !(look.isDeleted && character === '\r')) {
        endParagraph(flow, word, character, at, content)
        content = ''
      } else if (fields.take(character, at)) {
        if (look.isLeftOut || !fields.isEquation) continue
        words += equationMarkup(equationSign)
        unread++
      } else if (!look.isLeftOut && fields.isShown) words += markupOf(character, look)
    }
  }
  if (content !== '') flow.paragraph(content, { level: 0, isListItem: false })
  return { markup: flow.markup, unread }
}

function markupOf(character: string, { symbol }: CharacterLook): string {
  if (character === mark.symbol && symbol !== null) return escaped(symbol)
  if (character === mark.lineBreak) return '<br>'
  if (character === mark.hardHyphen) return '\u2011'
  // The other control characters stand for pictures, notes and places to break a word.
  return character < ' ' && character !== '\t' ? '' : escaped(character)
}

function endParagraph(flow: FlowMarkup, word: WordBinary, end: string, at: number, content: string): void {
  const look = paragraphLook(word, at)
  if (!look.isInTable) {
    if (!look.isContents) flow.paragraph(content, look)
  } else if (look.isRowEnd && end === mark.cellEnd) flow.endRow(look)
  else {
    flow.cellParagraph(content)
    if (end === mark.cellEnd) flow.endCell()
  }
}

function lookOf(word: WordBinary, index: number, known: Map<number, CharacterLook>): CharacterLook {
  const run = word.characters[index]
  if (run === undefined) return plain
  const found = known.get(index)
  if (found !== undefined) return found
  let [element, symbol]: [CharacterLook['element'], string | null] = [null, null]
  const hiding = new Set<number>()
  eachPropertyOf(run, word.data, (property, operand) => {
    if (hidingProperties.has(property)) {
      if (isTruth(operand)) hiding.add(property)
      else hiding.delete(property)
    } else if (property === sprm.position) element = operand[0] === 1 ? 'sup' : operand[0] === 2 ? 'sub' : null
    else if (property === sprm.symbol) symbol = symbolOf(operand.readUInt16LE(2))
  })
  const look = { isLeftOut: hiding.size > 0, isDeleted: hiding.has(sprm.isDeleted), element, symbol }
  known.set(index, look)
  return look
}

/** Signs in the area for private use mean something in their font only, and are left out. */
function symbolOf(code: number): string {
  return code >= 0xe000 && code <= 0xf8ff ? '' : String.fromCharCode(code)
}

/** @param at the index of the paragraph's end, whose properties are the paragraph's */
function paragraphLook(word: WordBinary, at: number): WholeLook {
  const piece = word.pieceAt(at)!
  const run = word.paragraphs[runAt(word.paragraphs, piece.place + (at - piece.start) * piece.characterBytes)]
  const style = word.styles[run?.style ?? 0]
  const look = {
    level: style?.level ?? 0,
    isListItem: style?.isListItem ?? false,
    isContents: style?.isContents ?? false,
    isInTable: false,
    isRowEnd: false,
    isHead: false,
    edges: [] as number[],
    merged: [] as EdgedCell['merged'][],
    continues: [] as boolean[],
  }
  if (run === undefined) return look
  eachPropertyOf(run, word.data, (property, operand) => {
    if (property === sprm.isInTable) look.isInTable = isTruth(operand)
    else if (property === sprm.tableDepth) look.isInTable = operand.readUInt32LE(0) > 0
    else if (property === sprm.isRowEnd) look.isRowEnd = isTruth(operand)
    else if (property === sprm.outlineLevel) look.level = operand[0]! < 9 ? operand[0]! + 1 : 0
    else if (property === sprm.list) look.isListItem = operand.readUInt16LE(0) > 0
    else if (property === sprm.isHeadRow) look.isHead = isTruth(operand)
    else if (property === sprm.rowDefinition) Object.assign(look, rowIn(operand))
    else if (property === sprm.verticalMerge && operand.length >= 2) look.merged[operand[0]!] = mergedDown(operand[1]!)
    else if (property === sprm.horizontalMerge)
      for (let i = operand[0]! + 1; i < operand[1]!; i++) look.continues[i] = true
  })
  return look
}

const cellBytes = 20

/** The edges and merged cells in a row's definition (`sprmTDefTable`). */
function rowIn(definition: Buffer): Pick<RowLook, 'edges' | 'continues' | 'merged'> {
  const count = definition[0] ?? 0
  if (definition.length < 1 + 2 * (count + 1)) return { edges: [], continues: [], merged: [] }
  const edges = Array.from({ length: count + 1 }, (_, i) => definition.readInt16LE(1 + 2 * i))
  const cells = definition.subarray(1 + 2 * (count + 1))
  const flags = Array.from({ length: count }, (_, i) => cells[i * cellBytes] ?? 0)
  return {
    edges,
    continues: flags.map((flag) => (flag & 3) === 1),
    merged: flags.map((flag) => mergedDown(flag >> 5)),
  }
}

function mergedDown(flags: number): EdgedCell['merged'] {
  return (flags & 3) === 0 ? 'none' : (flags & 3) === 1 ? 'below' : 'first'
}
