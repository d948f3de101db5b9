/** Which passages of a segment each term occurs in. */

/**
 * An inverted index as flat arrays: the term in place `i` of the table occurs in the passages
 * `passages[offsets[i] … offsets[i + 1])`, `counts` times in each; `lengths` holds the number of terms of each passage.
 */
export interface Postings {
  readonly terms: TermTable
  readonly offsets: Uint32Array
  readonly passages: Uint32Array
  readonly counts: Uint16Array
  readonly lengths: Uint32Array
}

/** Terms as UTF-8, in the order of their bytes: `bytes[starts[i] … starts[i + 1])` is the term in place `i`. */
export interface TermTable {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
}

/** The place of a term in the table, −1 if it has none. A search of bytes: a million strings would take long to make. */
export function placeOf({ bytes, starts }: TermTable, term: Uint8Array): number {
  let from = 0
  let to = starts.length - 1
  while (from < to) {
    const middle = (from + to) >> 1
    const order = compare(bytes, starts[middle]!, starts[middle + 1]!, term)
    if (order === 0) return middle
    if (order < 0) from = middle + 1
    else to = middle
  }
  return -1
}

/** Compares `bytes[start … end)` with `term`; a plain loop, as a view for each step would take ten times as long. */
function compare(bytes: Uint8Array, start: number, end: number, term: Uint8Array): number {
  const length = end - start
  for (let i = 0; i < length && i < term.length; i++) {
    const difference = bytes[start + i]! - term[i]!
    if (difference !== 0) return difference
  }
  return length - term.length
}

/** Collects the postings of passages, given one after the other as lists of terms. */
export class PostingsCollector {
  /** Passage and count, one pair after the other. */
  readonly #lists = new Map<string, number[]>()
  readonly #lengths: number[] = []

  add(terms: readonly string[]): void {
    const passage = this.#lengths.length
    this.#lengths.push(terms.length)
    for (const term of terms) {
      const list = this.#lists.get(term)
      if (!list) this.#lists.set(term, [passage, 1])
      else if (list.at(-2) === passage) list[list.length - 1]!++
      else list.push(passage, 1)
    }
  }

  postings(): Postings {
    const terms = [...this.#lists].map(([term, list]) => ({ term: Buffer.from(term), list }))
    terms.sort((a, b) => Buffer.compare(a.term, b.term))
    const writer = postingsWriter(
      terms.length,
      terms.reduce((sum, { term }) => sum + term.length, 0),
      terms.reduce((sum, { list }) => sum + list.length / 2, 0),
    )
    for (const { term, list } of terms) {
      for (let i = 0; i < list.length; i += 2) writer.occurrence(list[i]!, Math.min(list[i + 1]!, 0xffff))
      writer.term(term)
    }
    return writer.postings(Uint32Array.from(this.#lengths))
  }
}

/** Some passages' postings, with the number each of them gets, −1 for one that is left out. */
export interface NumberedPostings {
  readonly postings: Postings
  readonly numbers: Int32Array
}

/**
 * The postings of several segments as those of one. The numbers of one part must ascend, and lie above those of the
 * parts before it.
 */
export function mergePostings(parts: readonly NumberedPostings[]): Postings {
  const heads = parts.map(({ postings: { terms } }) => ({ terms, at: 0 }))
  const sum = (of: (postings: Postings) => number) => parts.reduce((all, { postings }) => all + of(postings), 0)
  const writer = postingsWriter(
    sum(({ terms }) => terms.starts.length - 1),
    sum(({ terms }) => terms.bytes.length),
    sum(({ passages }) => passages.length),
  )
  const headOf = ({ terms: { bytes, starts }, at }: (typeof heads)[number]) =>
    at + 1 < starts.length ? bytes.subarray(starts[at]!, starts[at + 1]!) : null
  for (;;) {
    let least: Uint8Array | null = null
    for (const head of heads) {
      const term = headOf(head)
      if (term && (!least || Buffer.compare(term, least) < 0)) least = term
    }
    if (!least) break
    for (const [i, head] of heads.entries()) {
      const term = headOf(head)
      if (!term || Buffer.compare(term, least) !== 0) continue
      const { postings, numbers } = parts[i]!
      for (let at = postings.offsets[head.at]!; at < postings.offsets[head.at + 1]!; at++) {
        const number = numbers[postings.passages[at]!]!
        if (number >= 0) writer.occurrence(number, postings.counts[at]!)
      }
      head.at++
    }
    writer.term(least)
  }
  const lengths = parts.flatMap(({ postings, numbers }) => [...postings.lengths].filter((_, i) => numbers[i]! >= 0))
  return writer.postings(Uint32Array.from(lengths))
}

/** Writes terms in the order of their bytes, the occurrences of each before it; one without any is left out. */
function postingsWriter(mostTerms: number, mostBytes: number, mostOccurrences: number) {
  const bytes = new Uint8Array(mostBytes)
  const starts = new Uint32Array(mostTerms + 1)
  const offsets = new Uint32Array(mostTerms + 1)
  const passages = new Uint32Array(mostOccurrences)
  const counts = new Uint16Array(mostOccurrences)
  let terms = 0
  let at = 0
  return {
    occurrence(passage: number, count: number) {
      passages[at] = passage
      counts[at++] = count
    },
    term(term: Uint8Array) {
      if (at === offsets[terms]) return
      bytes.set(term, starts[terms])
      terms++
      starts[terms] = starts[terms - 1]! + term.length
      offsets[terms] = at
    },
    postings: (lengths: Uint32Array): Postings => ({
      terms: { bytes: bytes.slice(0, starts[terms]), starts: starts.slice(0, terms + 1) },
      offsets: offsets.slice(0, terms + 1),
      passages: passages.slice(0, at),
      counts: counts.slice(0, at),
      lengths,
    }),
  }
}
