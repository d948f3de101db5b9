import { setImmediate } from 'node:timers/promises'
import { lowerBound } from '../lowerBound.ts'

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

/** The place of a term in the table, −1 if it has none. Bytes are compared, as making a million strings takes long. */
export function placeOfTerm({ bytes, starts }: TermTable, term: Uint8Array): number {
  const size = starts.length - 1
  const order = (i: number) => compare(bytes, starts[i]!, starts[i + 1]!, term)
  const place = lowerBound(0, size, (i) => order(i) < 0)
  return place < size && order(place) === 0 ? place : -1
}

/** Terms and occurrences that a slice writes, in some ten milliseconds. */
const stepsPerSlice = 50_000
/** Compares `bytes[start … end)` with `term`. The loop is plain, as a view for each step takes ten times as long. */
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
  /** Passages and counts in turn. */
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

  /** Makes the postings in slices of some ten milliseconds; see `inSlices`. */
  *postings(): Generator<undefined, Postings> {
    // Terms are sorted in groups of the same first three bytes (a Chinese character), as sorting all at once takes half
    // a second.
    const groups = new Map<number, { term: Buffer; list: readonly number[] }[]>()
    let bytes = 0
    let occurrences = 0
    for (const [text, list] of this.#lists) {
      const term = Buffer.from(text)
      const first = ((term[0] ?? 0) << 16) | ((term[1] ?? 0) << 8) | (term[2] ?? 0)
      const group = groups.get(first)
      if (group) group.push({ term, list })
      else groups.set(first, [{ term, list }])
      bytes += term.length
      occurrences += list.length / 2
    }
    const writer = postingsWriter(this.#lists.size, bytes, occurrences)
    let steps = 0
    for (const [, terms] of [...groups].sort(([a], [b]) => a - b)) {
      for (const { term, list } of terms.sort((a, b) => Buffer.compare(a.term, b.term))) {
        for (let i = 0; i < list.length; i += 2) writer.occurrence(list[i]!, Math.min(list[i + 1]!, 0xffff))
        writer.term(term)
        steps += 1 + list.length
      }
      if (steps < stepsPerSlice) continue
      steps = 0
      yield
    }
    return writer.postings(Uint32Array.from(this.#lengths))
  }
}

/** Runs a generator to its end, and lets other work run wherever it yields. @param signal gives it up */
export async function inSlices<T>(work: Generator<undefined, T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await setImmediate(undefined, { signal })
  }
}

/** The postings of some passages, with the new number of each passage; −1 for one that is left out. */
export interface NumberedPostings {
  readonly postings: Postings
  readonly numbers: Int32Array
}

/**
 * Merges the postings of several segments. The numbers of one segment must ascend, and lie above those of the segments
 * before it. The work is parted into slices, as there may be millions of occurrences.
 */
export function* mergePostings(parts: readonly NumberedPostings[]): Generator<undefined, Postings> {
  const heads = parts.map(({ postings: { terms } }) => ({ terms, at: 0 }))
  const sum = (of: (postings: Postings) => number) => parts.reduce((all, { postings }) => all + of(postings), 0)
  const writer = postingsWriter(
    sum(({ terms }) => terms.starts.length - 1),
    sum(({ terms }) => terms.bytes.length),
    sum(({ passages }) => passages.length),
  )
  const headOf = ({ terms: { bytes, starts }, at }: (typeof heads)[number]) =>
    at + 1 < starts.length ? bytes.subarray(starts[at]!, starts[at + 1]!) : null
  let steps = 0
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
      const [from, to] = [postings.offsets[head.at]!, postings.offsets[head.at + 1]!]
      for (let at = from; at < to; at++) {
        const number = numbers[postings.passages[at]!]!
        if (number >= 0) writer.occurrence(number, postings.counts[at]!)
      }
      steps += 1 + to - from
      head.at++
    }
    writer.term(least)
    if (steps < stepsPerSlice) continue
    steps = 0
    yield
  }
  const lengths = parts.flatMap(({ postings, numbers }) => [...postings.lengths.filter((_, i) => numbers[i]! >= 0)])
  return writer.postings(Uint32Array.from(lengths))
}

/** Takes terms in the order of their bytes, each behind its occurrences. A term without any is left out. */
function postingsWriter(maxTerms: number, maxBytes: number, maxOccurrences: number) {
  const bytes = new Uint8Array(maxBytes)
  const starts = new Uint32Array(maxTerms + 1)
  const offsets = new Uint32Array(maxTerms + 1)
  const passages = new Uint32Array(maxOccurrences)
  const counts = new Uint16Array(maxOccurrences)
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
