import { folded } from './head/folding.ts'
import type { Line } from './lines.ts'

/** The beginning and the end of a document, where it says what it is, as folded lines without rows of tables. */
export interface DocumentEnds {
  readonly all: readonly string[]
  /** The lines above the text in which labels may stand. */
  readonly head: readonly string[]
  /** The lines above the running text: title, meeting, speaker, date. */
  readonly cover: readonly string[]
  /** The lines below the text in which labels may stand. */
  readonly tail: readonly string[]
  /** The first and last few lines, where a masthead stands. */
  readonly near: readonly string[]
}

const headLines = 20
const tailLines = 10
const coverLines = 12
const mastheadLines = 8
const signatureLines = 4
const maxCoverCharacters = 60

/** Tells whether furniture says nothing of the document, unlike mastheads and page numbers. */
function isLeftOut(furniture: Line['furniture']): boolean {
  return (
    furniture === 'page control' ||
    furniture === 'contents' ||
    furniture === 'front matter' ||
    furniture === 'repeated heading'
  )
}

/** Collects the ends of a document. @param lines its lines as restoring prepared them */
export function documentEnds(lines: readonly Line[]): DocumentEnds {
  const plain = lines.filter(({ isRow, furniture, content }) => !isRow && content.text !== '' && !isLeftOut(furniture))
  const all = plain.map(({ content }) => folded(content.text))
  const running = plain.findIndex(
    ({ role }, i) => role === undefined && (all[i]!.length > maxCoverCharacters || /[。;!?]$/u.test(all[i]!)),
  )
  return {
    all,
    head: all.slice(0, headLines),
    cover: all.slice(0, Math.min(coverLines, running < 0 ? all.length : running)),
    tail: all.slice(Math.max(headLines, all.length - tailLines)),
    near: [...all.slice(0, mastheadLines), ...all.slice(Math.max(mastheadLines, all.length - signatureLines))],
  }
}

/** The values without null and undefined. */
export function present<T>(values: readonly (T | null | undefined)[]): T[] {
  return values.filter((value) => value !== null && value !== undefined)
}
