import type { EdgedCell } from './edgedTable.ts'
import type { XmlElement } from './wordXml.ts'

/** The place that a group's text goes to. */
type RtfDestination =
  | 'text'
  | 'skipped'
  | 'notes'
  | 'boxes'
  | 'equation'
  | 'objectClass'
  | 'instruction'
  | 'fonts'
  | 'styles'
  | 'properties'
  | 'title'
  | 'author'
  | 'days'

/** The state of an RTF reader that a group's end restores. */
export interface RtfState {
  destination: RtfDestination
  /** The number of bytes that stand behind each `\u` for readers without Unicode. */
  substitutes: number
  font: number
  /** The control words that hide the text: each is turned off for itself. */
  hiding: ReadonlySet<string>
  /** The part of an equation that the group's words belong to; null outside equations. */
  part: XmlElement | null
  position: 'sup' | 'sub' | null
  style: number
  /** The heading level that the paragraph itself states; null where only its style tells. */
  level: number | null
  isInTable: boolean
  isListItem: boolean
}

export const firstState: RtfState = {
  destination: 'text',
  substitutes: 1,
  font: -1,
  hiding: new Set(),
  part: null,
  position: null,
  style: 0,
  level: null,
  isInTable: false,
  isListItem: false,
}

/** The control words that hide text, delete it or strike it out. */
export const hidingWords: ReadonlySet<string> = new Set(['v', 'deleted', 'strike', 'striked'])

/** A row's definition (`\trowd`), which may stand before or behind the row's cells. */
export class RtfRow {
  edges: number[] = []
  merged: EdgedCell['merged'][] = []
  continues: boolean[] = []
  isHead = false
  #merged: EdgedCell['merged'] = 'none'
  #continues = false

  /** Takes a control word, if it is one of a row's definition. @returns false for other words */
  take(name: string, parameter: number | null): boolean {
    if (name === 'trleft') this.edges[0] = parameter ?? 0
    else if (name === 'trhdr') this.isHead = true
    else if (name === 'clvmgf') this.#merged = 'first'
    else if (name === 'clvmrg') this.#merged = 'below'
    else if (name === 'clmrg') this.#continues = true
    else if (name === 'cellx') {
      if (this.edges.length === 0) this.edges.push(0)
      this.edges.push(parameter ?? 0)
      this.merged.push(this.#merged)
      this.continues.push(this.#continues)
      this.#merged = 'none'
      this.#continues = false
    } else return false
    return true
  }
}

/** The properties that a style of RTF gives its paragraphs. */
export interface RtfStyle {
  level: number
  isContents: boolean
}

/** Reads the name of a style, in English or Chinese. */
export function styleNamed(name: string): RtfStyle {
  const heading = /^\s*(?:heading|标题)\s*([1-9])\b/iu.exec(name)?.[1]
  const isTitle = /^\s*(?:title|标题)\s*;?\s*$/iu.test(name)
  const isSubtitle = /^\s*(?:subtitle|副标题)\s*;?\s*$/iu.test(name)
  return {
    level: heading ? Number(heading) : isTitle ? 1 : isSubtitle ? 2 : 0,
    isContents: /^\s*(?:toc|目录)\s*[1-9]\b/iu.test(name),
  }
}
