import type { Bilingual } from '../../errors.ts'
import type { HtmlNode } from './htmlNode.ts'
import { inLoweredForms, inRaisedForms, marksOf, unmarked } from './raisedWords.ts'

/** The sign that stands in a sentence where an equation could not be read. */
export const equationSign = '［公式］'

/** Tells whether an embedded object is an equation of an equation editor. @param program the name of its program */
export function isEquationEditor(program: string): boolean {
  return /^\s*(?:Equation|MathType|AxMath)/iu.test(program)
}

/** Tells whether a field of Word shows an equation that its instruction describes. */
export function isEquationField(instruction: string): boolean {
  return /^\s*EQ\s/iu.test(instruction)
}

/** Equations with more parts, or nested deeper, are not read. */
const maxParts = 2000
const maxDepth = 32

/** The parts that equations of Word and of web pages have in common, as linear text. */
export const linear = {
  fraction: (upper: string, lower: string) => `${atom(upper)}/${atom(lower)}`,
  power: (base: string, power: string) =>
    power === '' ? base : `${atom(base)}${inRaisedForms(power) ?? `^${atom(power)}`}`,
  index: (base: string, index: string) =>
    index === '' ? base : `${atom(base)}${inLoweredForms(index) ?? `_${atom(index)}`}`,
  root: (inner: string, degree: string) =>
    `${degree === '' ? '' : (inRaisedForms(degree) ?? `${atom(degree)}`)}√${atom(inner)}`,
  /** A sum, product or integral by its sign, with its bounds. */
  sum: (sign: string, from: string, to: string, inner: string) =>
    `${sign}${from === '' ? '' : `_${atom(from)}`}${to === '' ? '' : `^${atom(to)}`}${inner === '' ? '' : ` ${inner}`}`,
}

/** Puts words in brackets unless they are one term, to which a sign can be put. */
function atom(words: string): string {
  const isOne = /^[\p{L}\p{N}\p{M}.%‰∞]*$/u.test(words) || /^[([{|][^()[\]{}|]*[)\]}|]$/u.test(words)
  return isOne ? words : `(${words})`
}

/** Counts that are made while a document's words are gathered. */
export interface Tally {
  /** The number of equations that could not be read, in whose place a sign stands. */
  unread: number
}

/** The number of parts that an equation may still have. */
export interface Budget {
  parts: number
}

/** A budget for one equation; each gets its own, since a hostile one must not cost the others theirs. */
export function newBudget(): Budget {
  return { parts: maxParts }
}

/** Takes a part of an equation from its budget. @returns whether the equation is still small enough to be read */
export function isWithin(budget: Budget, depth: number): boolean {
  return --budget.parts >= 0 && depth <= maxDepth
}

/** Reads a MathML equation as linear text between marks that part it from figures; a sign stands for an unread one. */
export function equationIn(math: HtmlNode, tally: Tally): string {
  const read = mathWords(math, newBudget(), 0)
  if (read === null) tally.unread++
  const edge = marksOf('raised').join('')
  return `${edge}${read ?? equationSign}${edge}`
}

/** The words of a part of MathML; null where they cannot be put in a line. */
function mathWords(node: HtmlNode, budget: Budget, depth: number): string | null {
  if (node.nodeType === 3) return tidy(unmarked(node.nodeValue ?? ''))
  if (node.nodeType !== 1) return ''
  if (!isWithin(budget, depth)) return null
  const children = [...node.childNodes].filter((child) => child.nodeType === 1)
  const part = (at: number) => (children[at] ? mathWords(children[at], budget, depth + 1) : '')
  const made = (count: number, make: (...words: string[]) => string) => {
    const found = Array.from({ length: count }, (_, i) => part(i))
    return children.length <= count && found.every((words) => words !== null) ? make(...found) : null
  }
  switch (node.localName) {
    case 'math':
    case 'mrow':
    case 'mstyle':
    case 'mpadded':
    case 'msqrt':
    case 'mi':
    case 'mn':
    case 'mo':
    case 'mtext':
    case 'ms': {
      const row = rowOf([...node.childNodes], budget, depth)
      return row !== null && node.localName === 'msqrt' ? linear.root(row, '') : row
    }
    case 'semantics':
      return part(0)
    case 'mspace':
    case 'mphantom':
    case 'annotation':
      return ''
    case 'mfrac':
      return made(2, linear.fraction)
    case 'msup':
      return made(2, linear.power)
    case 'msub':
      return made(2, linear.index)
    case 'msubsup':
      return made(3, (base, index, power) =>
        isSumSign(base) ? linear.sum(base, index, power, '') : linear.power(linear.index(base, index), power),
      )
    case 'mroot':
      return made(2, linear.root)
    case 'munder':
      return made(2, (base, from) => linear.sum(base, from, '', ''))
    case 'mover':
      return made(2, (base, over) => (isAccent(over) ? `${base}${over}` : linear.sum(base, '', over, '')))
    case 'munderover':
      return made(3, (base, from, to) => linear.sum(base, from, to, ''))
    case 'mfenced': {
      const inner = children.map((_, i) => part(i))
      const edge = (name: string, usual: string) => node.getAttribute(name) ?? usual
      return inner.includes(null) ? null : `${edge('open', '(')}${inner.join(',')}${edge('close', ')')}`
    }
    default:
      return null
  }
}

function rowOf(nodes: readonly HtmlNode[], budget: Budget, depth: number): string | null {
  let words = ''
  for (const node of nodes) {
    const own = mathWords(node, budget, depth + 1)
    if (own === null) return null
    // Two figures side by side are two numbers, unless the second is an element `mn`, a digit of the same number.
    words += /\d$/u.test(words) && /^\d/u.test(own) && node.localName !== 'mn' ? ` ${own}` : own
  }
  return words
}

/** Tells whether a sign is one of a sum, product or integral, so that the words below and above it are its bounds. */
function isSumSign(words: string): boolean {
  return /^[∑∏∐∫∬∭∮⋂⋃⋀⋁]$/u.test(words)
}

/** Tells whether words are a mark over a letter, which changes no figure. */
function isAccent(words: string): boolean {
  return ['¯', 'ˉ', '‾', '_', '˜', '~', '^', 'ˆ', '→', '˙', '¨', '\u0302', '\u0304', '\u20d7'].includes(words)
}

/** A token's words without invisible signs and the white space of the source. */
export function tidy(words: string): string {
  return words
    .replace(/[\u2061-\u2064\u200b]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

/** The note on equations that could not be read; none where all could be. */
export function unreadEquations(count: number): Bilingual[] {
  const note = {
    zh: `有 ${count} 个公式无法读成文字,文中以“${equationSign}”代替。`,
    en: `${count} equations could not be read as text; “${equationSign}” stands in their place.`,
  }
  return count === 0 ? [] : [note]
}
