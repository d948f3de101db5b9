import type { Range } from '../text/range.ts'
import type { Quote } from './types.ts'

/** A text with its marked ranges. */
export type MarkedText = Pick<Quote, 'text' | 'highlights' | 'figures'>

/** True where some of a quote's text is not shown at first. */
export function isCut({ text, visible }: Quote): boolean {
  return visible.length !== 1 || visible[0]![0] > 0 || visible[0]![1] < text.length
}

/** The marked words of a quote; all of them where none is marked. */
export function markedWords({ text, highlights }: Quote): string {
  return highlights.map((range) => text.slice(...range)).join(' ') || text
}

/** The visible part of a quote: its stretches in order, with an ellipsis for words left out between them, and its marks. */
export function excerpt({ text, highlights, figures, visible }: Quote): MarkedText {
  const parts: { readonly range: Range; readonly at: number }[] = []
  let shown = ''
  for (const range of visible) {
    const before = parts.at(-1)
    // The lines of a table's row stand apart anyway.
    if (before) shown += /\n\s*$/u.test(text.slice(before.range[1], range[0])) ? '\n' : '…'
    parts.push({ range, at: shown.length })
    shown += text.slice(...range)
  }
  const moved = (ranges: readonly Range[]) =>
    ranges.flatMap(([start, end]): Range[] =>
      parts.flatMap(({ range, at }): Range[] => {
        const [from, to] = [Math.max(start, range[0]), Math.min(end, range[1])]
        return from < to ? [[at + from - range[0], at + to - range[0]]] : []
      }),
    )
  return { text: shown, highlights: moved(highlights), figures: moved(figures) }
}
