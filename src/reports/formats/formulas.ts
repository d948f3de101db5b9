/** A cell of a sheet as the evaluator sees it. */
export interface FormulaCell {
  /** The formula, without the sign of equality. */
  readonly formula?: string
  /** The value that is written or stored; undefined where a formula has none, null for errors. */
  readonly value?: number | string | boolean | null
}

/** The sheets of a book. Rows and columns are counted from 0. */
interface FormulaBook {
  /** A cell of a sheet; undefined where it is empty. */
  cellAt(sheet: string, row: number, column: number): FormulaCell | undefined
  /** The size of a sheet; undefined where there is no such sheet. `isCut` is true where rows below were left out. */
  sizeOf(sheet: string): { readonly rows: number; readonly columns: number; readonly isCut: boolean } | undefined
}

/** The formulas of one book may look at this many cells. */
const maxVisits = 2_000_000
/** Formulas may wait for one another, with the brackets and functions inside each, to this depth. */
const maxDepth = 500
const maxFormulaCharacters = 4096
const maxRow = 1_048_576
const maxColumn = 16_384

/** The value of an argument: a figure, or the figures of a range. */
type Value = number | readonly number[]

/**
 * Computes formulas without a stored value: the four operations, powers, percentages, and sums, averages, products,
 * extremes, counts and rounding over cells and ranges.
 * @returns a function that gives a cell's figure; null for other formulas, errors and formulas that depend on
 *   themselves
 */
export function evaluator(book: FormulaBook): (sheet: string, row: number, column: number) => number | null {
  const known = new Map<string, number | null>()
  const waiting = new Set<string>()
  const budget = { visits: maxVisits, depth: maxDepth }

  /** A cell's value: undefined where it is empty, null where it cannot be computed. */
  const contentOf = (sheet: string, row: number, column: number): number | string | null | undefined => {
    const size = book.sizeOf(sheet)
    if (--budget.visits < 0 || size === undefined || (size.isCut && row >= size.rows)) return null
    const cell = book.cellAt(sheet, row, column)
    if (cell === undefined) return undefined
    if (cell.value !== undefined || cell.formula === undefined)
      return typeof cell.value === 'boolean' ? null : cell.value
    const key = `${row},${column},${sheet}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (waiting.has(key) || cell.formula.length > maxFormulaCharacters) return null
    waiting.add(key)
    const value = new Formula(cell.formula, sheet, { book, budget, contentOf }).result()
    waiting.delete(key)
    known.set(key, value)
    return value
  }
  return (sheet, row, column) => {
    const value = contentOf(sheet, row, column)
    return typeof value === 'number' ? value : null
  }
}

interface Environment {
  readonly book: FormulaBook
  readonly budget: { visits: number; depth: number }
  readonly contentOf: (sheet: string, row: number, column: number) => number | string | null | undefined
}

interface CellAddress {
  readonly row: number
  readonly column: number
}

const token =
  /\s*(?:(\d+(?:\.\d+)?(?:E[+-]?\d+)?|\.\d+)|((?:'(?:[^']|'')+'|[\p{L}\p{N}_.]+)!)?(\$?[A-Z]{1,3}\$?\d{1,7})(?![\p{L}\p{N}_(])|([A-Z]{2,12})\s*\(|([-+*/^%(),:]))/iuy

type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'cell'; readonly sheet: string | null; readonly address: CellAddress }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'sign'; readonly sign: string }

/** The error at a part of a formula that is not computed. */
class Unknown extends Error {}

/** A formula, read and computed in one pass by recursive descent. */
class Formula {
  readonly #tokens: readonly Token[]
  readonly #sheet: string
  readonly #environment: Environment
  #at = 0

  constructor(formula: string, sheet: string, environment: Environment) {
    this.#tokens = tokensOf(formula)
    this.#sheet = sheet
    this.#environment = environment
  }

  result(): number | null {
    const { depth } = this.#environment.budget
    try {
      const value = this.#sum()
      return this.#at === this.#tokens.length ? finite(value) : null
    } catch (error) {
      if (error instanceof Unknown) return null
      throw error
    } finally {
      this.#environment.budget.depth = depth
    }
  }

  #sum(): number {
    if (--this.#environment.budget.depth < 0) throw new Unknown()
    let value = this.#product()
    for (let sign = this.#sign('+-'); sign !== null; sign = this.#sign('+-'))
      value = sign === '+' ? value + this.#product() : value - this.#product()
    this.#environment.budget.depth++
    return value
  }

  #product(): number {
    let value = this.#power()
    for (let sign = this.#sign('*/'); sign !== null; sign = this.#sign('*/')) {
      const other = this.#power()
      if (sign === '/' && other === 0) throw new Unknown()
      value = sign === '*' ? value * other : value / other
    }
    return value
  }

  #power(): number {
    let value = this.#signed()
    while (this.#sign('^') !== null) value = finite(value ** this.#signed())
    return value
  }

  /** A sign in front binds closer than a power, as spreadsheets have it. */
  #signed(): number {
    let factor = 1
    for (let sign = this.#sign('+-'); sign !== null; sign = this.#sign('+-')) if (sign === '-') factor = -factor
    let value = factor * this.#single()
    while (this.#sign('%') !== null) value /= 100
    return value
  }

  #single(): number {
    const next = this.#tokens[this.#at++]
    if (next?.kind === 'number') return next.value
    if (next?.kind === 'cell') return this.#cell(next.sheet ?? this.#sheet, next.address)
    if (next?.kind === 'function') return this.#call(next.name)
    if (next?.kind !== 'sign' || next.sign !== '(') throw new Unknown()
    const value = this.#sum()
    this.#expect(')')
    return value
  }

  #cell(sheet: string, { row, column }: CellAddress): number {
    const value = this.#environment.contentOf(sheet, row, column)
    // An empty cell counts as 0; words are no figure.
    if (value === undefined) return 0
    if (typeof value !== 'number') throw new Unknown()
    return value
  }

  #call(name: string): number {
    const given: Value[] = []
    if (this.#sign(')') === null) {
      do given.push(this.#range() ?? this.#sum())
      while (this.#sign(',') !== null)
      this.#expect(')')
    }
    return finite(applied(name.toUpperCase(), given))
  }

  /** The figures of a range, or of a cell that is an argument by itself; null where something else follows. */
  #range(): readonly number[] | null {
    const [from, after, to] = this.#tokens.slice(this.#at, this.#at + 3)
    if (from?.kind !== 'cell' || after?.kind !== 'sign') return null
    const isRange = after.sign === ':' && to?.kind === 'cell' && to.sheet === null
    if (!isRange && !/[,)]/u.test(after.sign)) return null
    this.#at += isRange ? 3 : 1
    return figuresIn(this.#environment, from.sheet ?? this.#sheet, from.address, isRange ? to.address : from.address)
  }

  #sign(some: string): string | null {
    const next = this.#tokens[this.#at]
    if (next?.kind !== 'sign' || !some.includes(next.sign)) return null
    this.#at++
    return next.sign
  }

  #expect(sign: string): void {
    if (this.#sign(sign) === null) throw new Unknown()
  }
}

/** The figures of the cells between two corners. @throws Unknown where a cell cannot be computed or was left out */
function figuresIn({ book, contentOf }: Environment, sheet: string, from: CellAddress, to: CellAddress): number[] {
  const size = book.sizeOf(sheet)
  const [top, bottom] = [Math.min(from.row, to.row), Math.max(from.row, to.row)]
  const [left, right] = [Math.min(from.column, to.column), Math.max(from.column, to.column)]
  if (size === undefined || (size.isCut && bottom >= size.rows)) throw new Unknown()
  const figures: number[] = []
  for (let row = top; row <= Math.min(bottom, size.rows - 1); row++) {
    for (let column = left; column <= Math.min(right, size.columns - 1); column++) {
      const value = contentOf(sheet, row, column)
      if (value === null) throw new Unknown()
      if (typeof value === 'number') figures.push(value)
    }
  }
  return figures
}

/** The value of a function. @throws Unknown for other functions and arguments */
function applied(name: string, given: readonly Value[]): number {
  const all = given.flat()
  const sum = () => all.reduce((total, value) => total + value, 0)
  switch (name) {
    case 'SUM':
      return sum()
    case 'AVERAGE':
      if (all.length > 0) return sum() / all.length
      break
    case 'PRODUCT':
      return all.length === 0 ? 0 : all.reduce((product, value) => product * value, 1)
    case 'MIN':
      return all.reduce((least, value) => Math.min(least, value), all[0] ?? 0)
    case 'MAX':
      return all.reduce((most, value) => Math.max(most, value), all[0] ?? 0)
    case 'COUNT':
      return all.length
    case 'ROUND':
      if (given.length === 2 && all.length === 2) return rounded(all[0]!, all[1]!)
      break
  }
  throw new Unknown()
}

/** Rounds half away from zero. Digits are shifted in decimal notation, so that 1.005 is not taken for a little less. */
function rounded(value: number, digits: number): number {
  if (!Number.isInteger(digits) || Math.abs(digits) > 15) throw new Unknown()
  const shifted = (number: number, by: number) => {
    const [figures, power = '0'] = String(number).split('e')
    return Number(`${figures}e${Number(power) + by}`)
  }
  return Math.sign(value) * shifted(Math.round(shifted(Math.abs(value), digits)), -digits)
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Unknown()
  return value
}

/** The tokens of a formula; none where it holds something else, so that it is not computed. */
function tokensOf(formula: string): Token[] {
  const tokens: Token[] = []
  const source = formula.trim()
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (found === null) return []
    const [, number, sheet, cell, name, sign] = found
    const address = cell === undefined ? null : addressOf(cell)
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) })
    else if (name !== undefined) tokens.push({ kind: 'function', name })
    else if (sign !== undefined) tokens.push({ kind: 'sign', sign })
    else if (address !== null)
      tokens.push({ kind: 'cell', sheet: sheet === undefined ? null : sheetName(sheet), address })
    else return []
  }
  return tokens
}

function addressOf(cell: string): CellAddress | null {
  const [, letters, digits] = /^\$?([A-Z]+)\$?(\d+)$/u.exec(cell.toUpperCase())!
  const column = [...letters!].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
  const row = Number(digits) - 1
  return row >= 0 && row < maxRow && column < maxColumn ? { row, column } : null
}

function sheetName(written: string): string {
  const name = written.slice(0, -1)
  return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name
}
