import { ReportError } from '../../errors.ts'
import { type FormatReader, maxTextCharacters } from '../manuscript.ts'
import { writeBlocks } from './blocks.ts'
import { equationSign, isEquationEditor, isEquationField, unreadEquations } from './equations.ts'
import { borneOut, type FileStatements } from './fileStatements.ts'
import { FlowMarkup } from './flowMarkup.ts'
import { parsePage } from './html.ts'
import { elementMarkup, equationMarkup } from './markup.ts'
import { namedCharacters, readDestinations, skippedDestinations } from './rtfDestinations.ts'
import { addWords, equationPart, opensPart } from './rtfEquation.ts'
import { firstState, hidingWords, RtfRow, type RtfState, type RtfStyle, styleNamed } from './rtfState.ts'
import { RtfText } from './rtfText.ts'
import { rtfTokens } from './rtfTokens.ts'
import { linearEquation } from './wordEquations.ts'
import { escaped } from './wordXml.ts'
import { ManuscriptWriter } from './writer.ts'

/** Word nests no deeper than some dozens of groups. */
const maxDepth = 1000

/**
 * Reads Rich Text as it stands after all tracked changes, with text boxes and notes at the end. It has no pages, as the format
 * does not store where pages end.
 */
export const readRtf: FormatReader = async (bytes, { file }) => {
  const document = new RtfDocument(file)
  document.read(bytes)
  const writer = new ManuscriptWriter()
  writeBlocks(writer, parsePage(document.markup).body)
  const { text, lines } = writer
  const notes = unreadEquations(document.unread)
  return { text, lines, pages: [], doubtful: [], stated: borneOut(document.statements, text), notes }
}

/** The places that paragraphs go to; the document's are first in its text. */
const flowNames = ['text', 'boxes', 'notes'] as const
type FlowName = (typeof flowNames)[number]

/** The paragraph that is being read for one of the flows, with its table's row. */
class Flow {
  readonly markup = new FlowMarkup()
  content = ''
  row = new RtfRow()
}

class RtfDocument {
  readonly #file: string
  readonly #text = new RtfText()
  readonly #flows: Readonly<Record<FlowName, Flow>> = { text: new Flow(), boxes: new Flow(), notes: new Flow() }
  readonly #styles = new Map<number, RtfStyle>()
  readonly #states: RtfState[] = []
  readonly #days: string[] = []
  /** The number of equations that could not be read, in whose place a sign stands. */
  unread = 0
  #state: RtfState = { ...firstState }
  #title = ''
  #author = ''
  /** The words of a style's name, or of an entry in the properties. */
  #name = ''
  /** The bytes behind a `\u` that are still to be passed over. */
  #passed = 0
  #isIgnorable = false
  #isGroupStart = false
  #characters = 0

  constructor(file: string) {
    this.#file = file
  }

  get markup(): string {
    return flowNames.map((name) => this.#flows[name].markup.markup).join('')
  }

  get statements(): FileStatements {
    return { title: this.#title, author: this.#author, days: this.#days }
  }

  read(bytes: Uint8Array): void {
    for (const token of rtfTokens(bytes)) {
      if (token.kind === 'byte') this.#byte(token.byte)
      else if (token.kind === 'control') this.#control(token.name, token.parameter)
      else if (token.kind === 'open') this.#open()
      else this.#close()
      if (token.kind !== 'control' || token.name !== '*') this.#isIgnorable = false
      this.#isGroupStart = token.kind === 'open' || this.#isIgnorable
    }
    this.#flush()
    for (const name of flowNames) this.#endParagraph(this.#flows[name])
  }

  #open(): void {
    this.#flush()
    this.#passed = 0
    if (this.#states.length >= maxDepth) throw tooDeep(this.#file)
    this.#states.push({ ...this.#state })
  }

  #close(): void {
    this.#flush()
    this.#passed = 0
    const ended = this.#state
    this.#state = this.#states.pop() ?? { ...firstState }
    const { destination } = ended
    if (destination === this.#state.destination && destination !== 'styles') return
    if (destination === 'equation') this.#endEquation(linearEquation(ended.part!))
    else if (destination === 'objectClass' && isEquationEditor(this.#name)) this.#endEquation(null)
    else if (destination === 'instruction' && isEquationField(this.#name)) this.#endEquation(null)
    if (destination === 'styles') this.#endStyle(ended)
    else if (destination === 'notes' || destination === 'boxes') this.#endParagraph(this.#flows[destination], ended)
    else if (destination === 'title') this.#title = this.#name.trim()
    else if (destination === 'author') this.#author = this.#name.trim()
    this.#name = ''
  }

  #endStyle({ style, level }: RtfState): void {
    const known = styleNamed(this.#name)
    this.#styles.set(style, { ...known, level: known.level || (level ?? 0) })
    this.#name = ''
  }

  /** Ends an equation. @param words null where it could not be read */
  #endEquation(words: string | null): void {
    const flow = this.#flow()
    if (flow === null || this.#isHidden) return
    if (words === null) this.unread++
    flow.content += equationMarkup(words ?? equationSign)
  }

  get #isHidden(): boolean {
    return this.#state.hiding.size > 0
  }

  #byte(byte: number): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    if (this.#state.destination === 'skipped' || this.#isHidden) return
    const before = this.#text.add(byte, this.#state.font)
    if (before !== '') this.#words(before)
  }

  #flush(): void {
    const words = this.#text.take()
    if (words !== '') this.#words(words)
  }

  #words(words: string): void {
    const { destination, part, position } = this.#state
    this.#characters += words.length
    if (this.#characters > maxTextCharacters) throw tooDeep(this.#file)
    const flow = this.#flow()
    if (part !== null) {
      addWords(part, words)
      return
    }
    if (flow === null) {
      if (destination !== 'skipped' && destination !== 'fonts') this.#name += words
      return
    }
    const markup = escaped(words)
    flow.content += position === null ? markup : elementMarkup(position, markup)
  }

  #flow(): Flow | null {
    const { destination } = this.#state
    return destination === 'text' || destination === 'boxes' || destination === 'notes'
      ? this.#flows[destination]
      : null
  }

  #control(name: string, parameter: number | null): void {
    if (name === '*') {
      this.#isIgnorable = true
      return
    }
    if (this.#passed > 0 && name !== 'u') {
      this.#passed--
      return
    }
    this.#flush()
    if (this.#enter(name)) return
    if (this.#state.destination === 'skipped') return
    if (this.#isShape(name, parameter)) return
    const flow = this.#flow()
    const character = name === 'u' ? String.fromCharCode((parameter ?? 0) & 0xffff) : namedCharacters[name]
    if (name === 'u') this.#passed = this.#state.substitutes
    if (character !== undefined) {
      if (!this.#isHidden) this.#words(character)
    } else if (flow !== null) this.#inFlow(flow, name, parameter)
    else if (this.#state.destination === 'days') this.#day(name, parameter)
  }

  /** Enters the destination of a group. @returns false where the word names none */
  #enter(name: string): boolean {
    const state = this.#state
    const wasIgnorable = this.#isIgnorable
    if (state.destination === 'skipped') return true
    if (state.part !== null ? this.#isGroupStart && opensPart(name) : name === 'mmath') {
      state.destination = 'equation'
      state.part = equationPart(name, state.part)
    } else if (name === 'objclass') state.destination = 'objectClass'
    else if (name === 'fldinst') state.destination = 'instruction'
    else if (name === 'fonttbl') state.destination = 'fonts'
    else if (name === 'stylesheet') state.destination = 'styles'
    else if (name === 'info') state.destination = 'properties'
    else if (state.destination === 'properties' && (name === 'title' || name === 'author')) state.destination = name
    else if (state.destination === 'properties' && (name === 'creatim' || name === 'revtim')) {
      state.destination = 'days'
      this.#days.push('')
    } else if (name === 'footnote') this.#startFlow('notes')
    else if (name === 'shptxt') this.#startFlow('boxes')
    else if (state.destination === 'styles' && /^(?:cs|ds|ts)$/u.test(name)) state.destination = 'skipped'
    // In the properties the same words in Unicode follow inside the group, and count.
    else if (name === 'upr' && state.destination === 'properties') return true
    else if (this.#isGroupStart && skippedDestinations.has(name)) state.destination = 'skipped'
    else if (wasIgnorable && !readDestinations.has(name) && state.destination !== 'styles')
      state.destination = 'skipped'
    else return false
    return true
  }

  /** Starts a text of its own, for which the document's ways of writing characters still hold. */
  #startFlow(destination: FlowName): void {
    const { font, substitutes } = this.#state
    this.#state = { ...firstState, font, substitutes, destination }
  }

  /** Takes a word on the looks of characters or paragraphs. @returns false for other words */
  #isShape(name: string, parameter: number | null): boolean {
    const state = this.#state
    const isOn = parameter !== 0
    if (name === 'f') state.font = parameter ?? 0
    else if (name === 'fcharset') this.#text.fonts.set(state.font, parameter ?? 0)
    else if (name === 'ansicpg') this.#text.codePage = parameter ?? 0
    else if (name === 'mac') this.#text.codePage = 10000
    else if (name === 'uc') state.substitutes = Math.min(Math.max(0, parameter ?? 1), 16)
    else if (hidingWords.has(name))
      state.hiding = new Set([...state.hiding].filter((word) => word !== name).concat(isOn ? name : []))
    else if (name === 'super') state.position = isOn ? 'sup' : null
    else if (name === 'sub') state.position = isOn ? 'sub' : null
    else if (name === 'nosupersub') state.position = null
    else if (name === 'plain') Object.assign(state, { hiding: firstState.hiding, position: null })
    else if (name === 's') state.style = parameter ?? 0
    else if (name === 'outlinelevel') state.level = parameter !== null && parameter < 9 ? parameter + 1 : 0
    else if (name === 'intbl') state.isInTable = true
    else if (name === 'ls') state.isListItem = (parameter ?? 0) > 0
    else if (name === 'pard') Object.assign(state, { style: 0, level: null, isInTable: false, isListItem: false })
    else return false
    return true
  }

  #inFlow(flow: Flow, name: string, parameter: number | null): void {
    if (name === 'trowd') flow.row = new RtfRow()
    else if (flow.row.take(name, parameter)) return
    else if (/^(?:par|sect|page|column|nestcell|\r|\n)$/u.test(name)) this.#endParagraph(flow, this.#state)
    else if (name === 'line' || name === 'softline') flow.content += '<br>'
    else if (name === 'cell') {
      flow.markup.cellParagraph(flow.content)
      flow.content = ''
      flow.markup.endCell()
    } else if (name === 'row') flow.markup.endRow(flow.row)
  }

  #endParagraph(flow: Flow, { style, level, isInTable, isListItem }: RtfState = firstState): void {
    const content = flow.content
    flow.content = ''
    const known = this.#styles.get(style)
    if (isInTable) flow.markup.cellParagraph(content)
    else if (!known?.isContents) flow.markup.paragraph(content, { level: level ?? known?.level ?? 0, isListItem })
  }

  #day(name: string, parameter: number | null): void {
    const digits = parameter === null ? '' : String(parameter).padStart(2, '0')
    const day = this.#days.pop() ?? ''
    if (digits === '' || !/^(?:yr|mo|dy)$/u.test(name)) this.#days.push(day)
    else this.#days.push(name === 'yr' ? digits : `${day}-${digits}`)
  }
}

function tooDeep(file: string): ReportError {
  return new ReportError({
    zh: `${file}:文档过大或嵌套过深,无法读取。请另存为 .docx。`,
    en: `${file}: expected an ordinary document, found one too large or nested too deep. Save it as .docx.`,
  })
}
