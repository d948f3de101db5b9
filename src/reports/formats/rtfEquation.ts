import { escaped, type XmlElement } from './wordXml.ts'

/**
 * Equations of RTF have the elements of Word's (OMML) as groups, whose control words are the names of the elements behind an `m`:
 * `{\mf{\mnum{\mr 1}}{\mden{\mr 2}}}`.
 */

/** Makes the part of an equation that a group opens. @param word its control word @param around null for the equation itself */
export function equationPart(word: string, around: XmlElement | null): XmlElement {
  // A paragraph of equations is read as one.
  const name = word === 'mmath' || word === 'moMathPara' ? 'm:oMath' : `m:${word.slice(1)}`
  const part: XmlElement = { name, open: '', close: '', children: [] }
  around?.children.push(part)
  return part
}

/** Tells whether a group's first control word opens a part of an equation, and not a picture of it. */
export function opensPart(word: string): boolean {
  return /^m(?!mathPict$)[a-z]+$/iu.test(word)
}

/** Adds words to a part: a run has them as text, a property as its value. */
export function addWords(part: XmlElement, words: string): void {
  if (part.name === 'm:r') part.children.push({ name: 'm:t', open: '', close: '', children: [escaped(words)] })
  else part.open = ` m:val="${escaped(words.trim()).replaceAll('"', '&quot;')}"`
}
