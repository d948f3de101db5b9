/** A position with its value. */
export interface Valued {
  readonly position: number
  readonly value: number
}

/**
 * The `count` positions of the highest values, highest first, ties in order of position. A heap holds the best so far,
 * so that most positions need one comparison only.
 */
export function topK(positions: Iterable<number>, value: (position: number) => number, count: number): Valued[] {
  if (count <= 0) return []
  const isWorse = (a: Valued, b: Valued) => a.value < b.value || (a.value === b.value && a.position > b.position)
  /** An entry is no better than those at 2i + 1 and 2i + 2, so the worst is the first. */
  const heap: Valued[] = []
  for (const position of positions) {
    const entry = { position, value: value(position) }
    if (heap.length < count) {
      let i = heap.push(entry) - 1
      for (let up = (i - 1) >> 1; i > 0 && isWorse(heap[i]!, heap[up]!); up = (i - 1) >> 1) {
        ;[heap[i], heap[up]] = [heap[up]!, heap[i]!]
        i = up
      }
    } else if (isWorse(heap[0]!, entry)) {
      heap[0] = entry
      for (let i = 0; ; ) {
        let worst = i
        for (const child of [2 * i + 1, 2 * i + 2]) {
          if (child < count && isWorse(heap[child]!, heap[worst]!)) worst = child
        }
        if (worst === i) break
        ;[heap[i], heap[worst]] = [heap[worst]!, heap[i]!]
        i = worst
      }
    }
  }
  return heap.sort((a, b) => (isWorse(a, b) ? 1 : -1))
}
