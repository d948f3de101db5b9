import type { Manuscript } from '../manuscript.ts'
import { moved } from './writer.ts'

/** Joins manuscripts without pages into one, with a blank line between them; the statements are left out. */
export function joined(manuscripts: readonly Manuscript[]): Manuscript {
  const parts: string[] = []
  const lines: Manuscript['lines'][number][] = []
  let at = 0
  for (const { text, lines: own } of manuscripts) {
    const start = at
    parts.push(text)
    at += text.length + gap.length
    for (const [i, line] of own.entries()) {
      const first = i === 0 && start > 0 && { blanksBefore: Math.max(1, line.blanksBefore), continues: false }
      lines.push({ ...moved(line, start), ...first })
    }
  }
  const notes = manuscripts.flatMap(({ notes }) => notes)
  const told = new Set<string>()
  return {
    text: parts.join(gap),
    lines,
    pages: [],
    doubtful: [],
    stated: {},
    notes: notes.filter(({ en }) => !told.has(en) && told.add(en)),
  }
}

const gap = '\n\n'
