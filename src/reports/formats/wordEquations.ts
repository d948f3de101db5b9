import { type Budget, isWithin, linear, newBudget, tidy } from './equations.ts'
import { unmarked } from './raisedWords.ts'
import { attributeOf, childOf, elementsOf, textOf, type XmlElement } from './wordXml.ts'

/** Reads Word's equation (OMML) as linear text; null where it cannot be put in a line. */
export function linearEquation(equation: XmlElement): string | null {
  const words = rowWords(equation, newBudget(), 0)
  return words === null || words.trim() === '' ? null : words
}

const properties = /^(?:m:\w+Pr|w:rPr|w:bookmark\w+|w:proofErr|w:comment\w+|w:del|w:moveFrom|m:argPr|m:ctrlPr)$/u

/** The words of all parts inside an element, one behind the other; null where one cannot be read. */
function rowWords(element: XmlElement | undefined, budget: Budget, depth: number): string | null {
  let words = ''
  for (const child of element ? elementsOf(element) : []) {
    if (properties.test(child.name)) continue
    const own = partWords(child, budget, depth + 1)
    if (own === null) return null
    words += own
  }
  return words
}

function partWords(part: XmlElement, budget: Budget, depth: number): string | null {
  if (!isWithin(budget, depth)) return null
  const made = (names: readonly string[], make: (...words: string[]) => string) => {
    const words = names.map((name) => rowWords(childOf(part, name), budget, depth))
    return words.some((word) => word === null) ? null : make(...(words as string[]))
  }
  const stated = (properties: string, name: string, usual: string) => {
    const found = childOf(childOf(part, properties), name)
    return found ? (attributeOf(found, 'val') ?? '') : usual
  }
  switch (part.name) {
    case 'm:r':
      return runWords(part)
    case 'm:f':
      return made(['m:num', 'm:den'], linear.fraction)
    case 'm:sSup':
      return made(['m:e', 'm:sup'], linear.power)
    case 'm:sSub':
      return made(['m:e', 'm:sub'], linear.index)
    case 'm:sSubSup':
      return made(['m:e', 'm:sub', 'm:sup'], (base, index, power) => linear.power(linear.index(base, index), power))
    case 'm:rad':
      return made(['m:e', 'm:deg'], linear.root)
    case 'm:nary': {
      const sign = stated('m:naryPr', 'm:chr', '∫')
      return made(['m:sub', 'm:sup', 'm:e'], (from, to, inner) => linear.sum(sign, from, to, inner))
    }
    case 'm:d': {
      const inner = elementsOf(part, 'm:e').map((each) => rowWords(each, budget, depth))
      if (inner.includes(null)) return null
      const [begin, end] = [stated('m:dPr', 'm:begChr', '('), stated('m:dPr', 'm:endChr', ')')]
      return `${begin}${inner.join(stated('m:dPr', 'm:sepChr', '|'))}${end}`
    }
    case 'm:func':
      return made(['m:fName', 'm:e'], (name, inner) => `${name} ${inner}`)
    case 'm:limLow':
      return made(['m:e', 'm:lim'], (base, from) => linear.sum(base, from, '', ''))
    case 'm:limUpp':
      return made(['m:e', 'm:lim'], (base, to) => linear.sum(base, '', to, ''))
    case 'm:acc':
    case 'm:bar':
    case 'm:box':
    case 'm:borderBox':
    case 'm:groupChr':
      return made(['m:e'], (inner) => inner)
    case 'm:oMath':
    case 'w:ins':
    case 'w:moveTo':
    case 'w:smartTag':
    case 'w:hyperlink':
      return rowWords(part, budget, depth)
    case 'w:r':
      return runWords(part)
    default:
      return null
  }
}

/** The words of a run; none for a hidden run. */
function runWords(run: XmlElement): string {
  const hidden = childOf(childOf(run, 'w:rPr'), 'w:vanish')
  if (hidden && !/^(?:0|false|off)$/u.test(attributeOf(hidden, 'val') ?? '')) return ''
  const texts = elementsOf(run).filter(({ name }) => name === 'm:t' || name === 'w:t')
  return tidy(unmarked(texts.map(textOf).join('')))
}
