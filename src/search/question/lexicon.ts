import type { OpenIndex } from '../../indexes/types.ts'
import { placeName } from '../../text/mentions.ts'
import { normalize } from '../../text/normalize.ts'
import { words } from '../../text/words.ts'

/** The words and places of the reports, as far as they are needed to parse a question. */
export interface Lexicon {
  /** The inverse document frequency of a term; 0 for a term that occurs in no report. */
  weight(term: string): number
  /** The weight that a term gets which occurs in no report: that of a term rarer than any. */
  readonly unknownWeight: number
  /** True where every term of a text occurs in some report. */
  occurs(text: string): boolean
  /** The districts and publishers of the reports, without their rank (`武进区` → `武进`). */
  readonly places: ReadonlySet<string>
}

/** @returns the lexicon of an index, which must stay open for as long as the lexicon is used */
export function lexiconOf({ reports, size, words: terms }: Pick<OpenIndex, 'reports' | 'size' | 'words'>): Lexicon {
  const weight = (term: string) => terms.weight(term)
  const names = [...reports.values()].flatMap(({ metadata }) => [metadata.district, metadata.publisher])
  return {
    weight,
    unknownWeight: Math.log(1 + (size + 0.5) / 0.5),
    occurs: (text) => words(text).every((term) => weight(term) > 0),
    places: new Set(
      names
        .map((name) => (name === undefined ? null : placeName(normalize(name).text)))
        .filter((name) => name !== null),
    ),
  }
}
