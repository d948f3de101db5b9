import { eachProperty, sprm } from './wordSprms.ts'

/** The properties that a style gives its paragraphs. */
interface ParagraphStyle {
  /** The heading level, from 1; 0 for running text. */
  readonly level: number
  /** True for the lines of a table of contents. */
  readonly isContents: boolean
  readonly isListItem: boolean
}

/** The styles by their indexes, with holes where none is defined. */
export type StyleSheet = readonly (ParagraphStyle | undefined)[]

/** The numbers of Word's own styles. */
const builtIn = {
  firstHeading: 1,
  lastHeading: 9,
  firstContents: 19,
  lastContents: 27,
  title: 62,
  subtitle: 74,
} as const
const paragraphKind = 1
const maxBases = 16
/** A paragraph of this outline level is running text. */
const noOutline = 9

interface Definition {
  readonly number: number
  readonly base: number
  readonly outline: number | undefined
  readonly list: number | undefined
}

/** Reads the table of styles (`STSH`). A damaged one gives no styles, which costs no words of the text. */
export function readStyleSheet(sheet: Buffer): StyleSheet {
  const definitions = definitionsIn(sheet)
  return definitions.map((own) => {
    if (own === undefined) return undefined
    let [outline, list] = [own.outline, own.list]
    let base = definitions[own.base]
    for (let i = 0; i < maxBases && base !== undefined; i++) {
      outline ??= base.outline
      list ??= base.list
      base = definitions[base.base]
    }
    const { number } = own
    const isContents = number >= builtIn.firstContents && number <= builtIn.lastContents
    return { level: levelOf(number, outline), isContents, isListItem: (list ?? 0) > 0 }
  })
}

function levelOf(number: number, outline: number | undefined): number {
  if (number === builtIn.title) return 1
  if (number === builtIn.subtitle) return 2
  if (number >= builtIn.firstHeading && number <= builtIn.lastHeading) return number
  return outline === undefined || outline >= noOutline ? 0 : outline + 1
}

function definitionsIn(sheet: Buffer): (Definition | undefined)[] {
  if (sheet.length < 6) return []
  const definitions: (Definition | undefined)[] = []
  const baseBytes = sheet.readUInt16LE(4)
  const count = sheet.readUInt16LE(2)
  let at = 2 + sheet.readUInt16LE(0)
  for (let i = 0; i < count && at + 2 <= sheet.length; i++) {
    const bytes = sheet.readUInt16LE(at)
    definitions.push(definitionIn(sheet.subarray(at + 2, at + 2 + bytes), baseBytes))
    at += 2 + bytes
  }
  return definitions
}

function definitionIn(style: Buffer, baseBytes: number): Definition | undefined {
  if (style.length < baseBytes + 4 || (style.readUInt16LE(2) & 15) !== paragraphKind) return undefined
  let [outline, list]: (number | undefined)[] = []
  const nameBytes = 2 + 2 * style.readUInt16LE(baseBytes) + 2
  const at = baseBytes + nameBytes + (nameBytes % 2)
  if (at + 4 <= style.length) {
    const group = style.subarray(at + 4, at + 2 + style.readUInt16LE(at))
    eachProperty(group, (property, operand) => {
      if (property === sprm.outlineLevel) outline = operand[0]
      if (property === sprm.list) list = operand.readUInt16LE(0)
    })
  }
  return { number: style.readUInt16LE(0) & 0xfff, base: style.readUInt16LE(2) >> 4, outline, list }
}
