import type { Passage } from '../reports/types.ts'
import { normalize } from '../text/normalize.ts'
import { outsideText } from './types.ts'

/** What the model reads for a passage, and the way from there back into the passage. */
export interface EmbeddingInput {
  readonly text: string
  /** Where a position of `text` lies in the passage's text, or `outsideText` for the headings in front. */
  origin(position: number): number
}

/**
 * The passage with its headline and section in front, normalised. Headings name the year, place and topic that
 * running text leaves out. A heading passage has none put in front of itself.
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
