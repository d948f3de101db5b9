import type { Passage } from '../reports/types.ts'
import { normalize } from '../text/normalize.ts'
import { outsideText } from './types.ts'

/** The text that the model reads for a passage, and the way back from it into the passage. */
export interface EmbeddingInput {
  readonly text: string
  /** The position in the passage's text that a position of `text` comes from; `outsideText` for the headings in front. */
  origin(position: number): number
}

/**
 * The passage with its headline and section in front, normalised, as headings name the year, place and topic that running text
 * leaves out. A passage that is itself a heading stands alone.
 */
export function embeddingInput(passage: Passage): EmbeddingInput {
  const headings = passage.kind === 'heading' ? [] : [passage.headline, passage.section]
  const front = headings.filter((heading) => heading !== null).join('\n')
  const context = front === '' ? '' : `${front}\n`
  const normalized = normalize(context + passage.text)
  return {
    text: normalized.text,
    origin(position) {
      const at = normalized.origins[position]! - context.length
      return at < 0 ? outsideText : at
    },
  }
}
