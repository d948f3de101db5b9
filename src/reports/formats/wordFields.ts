import { isEquationEditor, isEquationField } from './equations.ts'

const mark = { start: '\x13', middle: '\x14', end: '\x15' } as const

interface Field {
  instruction: string
  isInstruction: boolean
}

/** Follows the fields of Word's binary text, which show their results and not their instructions. */
export class Fields {
  /** True where the mark that was taken last ends the instruction to show an equation. */
  isEquation = false
  readonly #open: Field[] = []
  /** The places of marks that start a field without a result or an end, as damaged files have them. */
  readonly #stray: ReadonlySet<number>
  /** The number of open fields whose instruction is still open. */
  #instructions = 0

  /** @param from @param to the stretch of the text whose fields are followed */
  constructor(text: string, from: number, to: number) {
    this.#stray = strayStarts(text, from, to)
  }

  /** True where the text is shown: outside fields, and in results. */
  get isShown(): boolean {
    return this.#instructions === 0
  }

  /** Takes the next character. @returns whether it is a mark of a field */
  take(character: string, at: number): boolean {
    this.isEquation = false
    const field = this.#open.at(-1)
    if (character === mark.start) {
      if (this.#stray.has(at)) return true
      this.#open.push({ instruction: '', isInstruction: true })
      this.#instructions++
    } else if (character === mark.middle) this.#endInstruction(field)
    else if (character === mark.end) {
      this.#endInstruction(field)
      this.#open.pop()
    } else {
      if (field?.isInstruction && field.instruction.length < maxInstruction) field.instruction += character
      return false
    }
    return true
  }

  #endInstruction(field: Field | undefined): void {
    if (!field?.isInstruction) return
    field.isInstruction = false
    this.#instructions--
    const embedded = /^\s*EMBED\s+(.*)/isu.exec(field.instruction)?.[1] ?? ''
    this.isEquation = this.isShown && (isEquationEditor(embedded) || isEquationField(field.instruction))
  }
}

/** The kind of a field stands at the start of its instruction. */
const maxInstruction = 64

function strayStarts(text: string, from: number, to: number): ReadonlySet<number> {
  const open: { readonly at: number; hasResult: boolean }[] = []
  for (let at = from; at < to; at++) {
    const character = text[at]
    if (character === mark.start) open.push({ at, hasResult: false })
    else if (character === mark.middle && open.length > 0) open.at(-1)!.hasResult = true
    else if (character === mark.end) open.pop()
  }
  return new Set(open.filter(({ hasResult }) => !hasResult).map(({ at }) => at))
}
