import type { Matrix, Outline } from './pdfDrawing.ts'

/** The count of numbers behind each operator of a path (`AbbreviatedData`), of which the last two are the point it leads to. */
const numbersBehind: Readonly<Record<string, number>> = { S: 2, M: 2, L: 2, Q: 4, B: 6, A: 7, C: 0 }
/** A path of more operators is a picture, not lines or letters. */
const maxOperators = 100_000

/** One operator of a path. */
export interface PathStep {
  readonly operator: string
  readonly numbers: readonly number[]
}

/** The operators of a path; a path that is damaged ends before the damage. */
export function stepsOf(data: string): PathStep[] {
  const tokens = data.match(/[A-Za-z](?![\d.])|[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/gu) ?? []
  const steps: PathStep[] = []
  for (let at = 0; at < tokens.length && steps.length < maxOperators; ) {
    const operator = tokens[at]!
    const count = numbersBehind[operator]
    if (count === undefined) break
    const numbers = tokens.slice(at + 1, at + 1 + count).map(Number)
    if (numbers.length < count || !numbers.every(Number.isFinite)) break
    steps.push({ operator, numbers })
    at += 1 + count
  }
  return steps
}

/** The outlines of a path on the page. */
export function outlinesOf(steps: readonly PathStep[], matrix: Matrix): Outline[] {
  const [a, b, c, d, e, f] = matrix as [number, number, number, number, number, number]
  const outlines: Outline[] = []
  for (const { operator, numbers } of steps) {
    const [x, y] = numbers.slice(-2) as [number, number]
    const point = [a * x + c * y + e, b * x + d * y + f] as const
    const outline = outlines.at(-1)
    if (operator === 'S' || operator === 'M') outlines.push({ points: [point], isCurved: false, isClosed: false })
    else if (operator === 'L') outline?.points.push(point)
    else if (outline && operator === 'C') outline.isClosed = true
    else if (outline) outline.isCurved = true
  }
  return outlines
}

/** The same path in the language of SVG. */
export function svgOf(steps: readonly PathStep[]): string {
  const letters: Readonly<Record<string, string>> = { S: 'M', B: 'C', C: 'Z' }
  return steps.map(({ operator, numbers }) => `${letters[operator] ?? operator}${numbers.join(' ')}`).join('')
}
