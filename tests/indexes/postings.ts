import type { WordIndex } from '../../src/indexes/types.ts'
import { PostingsCollector, wordIndex } from '../../src/indexes/words.ts'

/** A word index over passages given as lists of terms, in one part. */
export function indexed(passages: readonly (readonly string[])[]): WordIndex {
  const collector = new PostingsCollector()
  for (const terms of passages) collector.add(terms)
  const positions = Int32Array.from(passages.keys())
  return wordIndex([{ postings: collector.postings(), positions }], passages.length)
}
